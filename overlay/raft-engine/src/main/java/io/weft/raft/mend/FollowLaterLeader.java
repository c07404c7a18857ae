package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Mend 13: a configuration is ignored when its index is not above the known one's, whatever its
 * term. A member that was told of a configuration by a leader whose log it never got, and then
 * leads by a shorter log, commits changes at lower indices and goes by none of them: it takes a
 * voter out, says so, and goes on counting it in. Raft paper, figure 7: what a leader of a later
 * term says stands in place of what an earlier one's log had there. Found by the simulator, seed
 * 616200277860.
 */
public final class FollowLaterLeader extends ClassMend {
  private static final ClassDesc CONFIGURATION =
      ClassDesc.of("io.atomix.protocols.raft.storage.system.Configuration");

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
    ClassDesc cluster = ClassDesc.of(Atomix.CLUSTER);
    return inMethods(
        named("configure", MethodTypeDesc.of(cluster, CONFIGURATION).descriptorString()),
        first(
            hits,
            code ->
                code.aload(0)
                    .aload(0)
                    .getfield(cluster, "configuration", CONFIGURATION)
                    .aload(1)
                    .invokestatic(
                        Atomix.HOOKS,
                        "unlessOverruled",
                        MethodTypeDesc.of(CONFIGURATION, CONFIGURATION, CONFIGURATION))
                    .putfield(cluster, "configuration", CONFIGURATION)));
  }
}
