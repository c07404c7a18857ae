package io.weft.raft;

import io.weft.raft.mend.Mend;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** For tests: lets {@link io.weft.raft.scenario.Disk} see when a mapped file is forced to disk. */
final class CountForce implements Mend {
  private static final ClassDesc MAPPED = ClassDesc.of("java.nio.MappedByteBuffer");

  @Override
  public byte[] apply(ClassFile classFile, ClassModel model, byte[] original) {
    if (!Mend.nameOf(model).equals("io.atomix.storage.journal.MappedJournalSegmentWriter")) {
      return original;
    }
    return classFile.transformClass(
        model,
        ClassTransform.transformingMethodBodies(
            (code, element) -> {
              if (element instanceof InvokeInstruction call
                  && call.owner().asSymbol().equals(MAPPED)
                  && call.name().equalsString("force")) {
                code.invokestatic(
                    ClassDesc.of("io.weft.raft.scenario.Disk"),
                    "force",
                    MethodTypeDesc.of(MAPPED, MAPPED));
              } else {
                code.with(element);
              }
            }));
  }
}
