package io.weft.raft.mend;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A mend of named classes, which insists on finding what it came to change. */
abstract class ClassMend implements Mend {
  @Override
  public final byte[] apply(ClassFile classFile, ClassModel model, byte[] original) {
    if (!concerns(Mend.nameOf(model))) {
      return original;
    }
    Hits hits = new Hits();
    byte[] mended = classFile.transformClass(model, transform(Mend.nameOf(model), hits));
    if (hits.count != expectedHits(Mend.nameOf(model))) {
      throw new IllegalStateException(
          name()
              + " changed "
              + hits.count
              + " places of "
              + Mend.nameOf(model)
              + ", expected "
              + expectedHits(Mend.nameOf(model))
              + ": is this another version of Atomix?");
    }
    return mended;
  }

  /** Whether this class has the fault. */
  abstract boolean concerns(String className);

  /** How many places of that class are to be changed. */
  abstract int expectedHits(String className);

  /** The change, which counts each place. */
  abstract ClassTransform transform(String className, Hits hits);

  /** Counts the places that were changed. */
  static final class Hits {
    private int count;

    void hit() {
      count++;
    }
  }

  /** Changes the code of the methods that match. */
  static ClassTransform inMethods(Predicate<MethodModel> which, CodeTransform change) {
    return ClassTransform.transformingMethodBodies(which, change);
  }

  /** Puts code before a method's first instruction. */
  static CodeTransform first(Hits hits, Consumer<CodeBuilder> prologue) {
    return new CodeTransform() {
      @Override
      public void atStart(CodeBuilder code) {
        hits.hit();
        prologue.accept(code);
      }

      @Override
      public void accept(CodeBuilder code, CodeElement element) {
        code.with(element);
      }
    };
  }

  /** Adds a method to a class that lacks it. */
  static ClassTransform adding(Hits hits, Consumer<ClassBuilder> method) {
    return ClassTransform.endHandler(
        builder -> {
          hits.hit();
          method.accept(builder);
        });
  }

  /** Matches a method by name and descriptor. */
  static Predicate<MethodModel> named(String name, String descriptor) {
    return method ->
        method.methodName().equalsString(name) && method.methodType().equalsString(descriptor);
  }
}
