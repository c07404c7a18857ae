package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * Mend 12: a leader that takes itself out counts itself all the same. {@code
 * RaftClusterContext.getQuorum} adds one for the server itself, whether or not the configuration
 * has it: of three voters, the leader that leaves and one other commit what the third never saw,
 * and the leader is gone. Raft paper, section 6: it replicates entries but does not count itself in
 * majorities. Found by the simulator, seed 20063.
 */
public final class CountOnlyMembers extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals(Atomix.CLUSTER);
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    return inMethods(
        named("getQuorum", "()I"),
        new CodeTransform() {
          @Override
          public void atStart(CodeBuilder code) {
            hits.hit();
            code.aload(0)
                .invokestatic(
                    Atomix.HOOKS,
                    "quorum",
                    MethodTypeDesc.of(ConstantDescs.CD_int, ClassDesc.of(Atomix.CLUSTER)))
                .ireturn();
          }

          @Override
          public void accept(CodeBuilder code, CodeElement element) {
            // All that stood there is replaced.
          }
        });
  }
}
