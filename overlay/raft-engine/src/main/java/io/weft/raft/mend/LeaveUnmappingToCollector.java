package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;

/**
 * Unmapping by force. Atomix frees a segment's mapping with {@code Unsafe.invokeCleaner} while
 * readers may still hold a slice of it: the next read would end the whole JVM. The mend leaves the
 * mapping to the garbage collector, which knows when nobody looks any more.
 */
public final class LeaveUnmappingToCollector extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals("io.atomix.utils.memory.BufferCleaner");
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return (builder, element) -> {
      if (element instanceof java.lang.classfile.MethodModel method) {
        if (method.methodName().equalsString("freeBuffer")) {
          hits.hit();
          builder.withMethodBody(
              method.methodName(),
              method.methodType(),
              method.flags().flagsMask(),
              code -> code.return_());
        }
        // Everything else of the class, its static set-up above all, only served the unmapping.
      } else if (!(element instanceof java.lang.classfile.FieldModel)) {
        builder.with(element);
      }
    };
  }
}
