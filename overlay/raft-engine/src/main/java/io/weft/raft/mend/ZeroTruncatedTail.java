package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Mend 5: truncated entries return after a restart. The mapped writer zeroes only the 8 bytes after
 * the cut; when an entry of the same length is then written there, the next old entry follows it
 * with a valid checksum and is read again when the log is opened. The mend zeroes everything after
 * the cut.
 */
public final class ZeroTruncatedTail extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals("io.atomix.storage.journal.MappedJournalSegmentWriter");
  }

  @Override
  int expectedHits(String className) {
    return 4;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    ClassDesc buffer = ClassDesc.of("java.nio.ByteBuffer");
    return inMethods(
        named("truncate", "(J)V"),
        (code, element) -> {
          if (element instanceof InvokeInstruction call && call.name().equalsString("putInt")) {
            hits.hit();
            code.invokestatic(
                ClassDesc.of("io.weft.raft.JournalTail"),
                "putIntAndZeroTail",
                MethodTypeDesc.of(buffer, buffer, ConstantDescs.CD_int));
          } else {
            code.with(element);
          }
        });
  }
}
