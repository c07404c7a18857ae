package io.weft.raft.mend;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.Set;

/**
 * Mend 1: two leaders in one term. {@code LeaderRole} and {@code CandidateRole} inherit the
 * handling of a configure request from the inactive role, which takes over the request's higher
 * term but not the role: a stale leader goes on leading, now in the new leader's term, and two
 * histories are committed. Found by running it (docs/decisions, "Atomix: what was found by running
 * it", 1); Raft paper, section 5.1: whoever sees a higher term becomes a follower. The mend steps
 * down first and lets the follower handle the request.
 */
public final class StepDownOnConfigure extends ClassMend {
  private static final Set<String> CLASSES =
      Set.of(Atomix.LEADER_ROLE, Atomix.ROLES + "CandidateRole");

  @Override
  boolean concerns(String className) {
    return CLASSES.contains(className);
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    ClassDesc superclass = ClassDesc.of(Atomix.ROLES + "ActiveRole");
    ClassDesc role = ClassDesc.of(Atomix.ROLES + "AbstractRole");
    return adding(
        hits,
        builder ->
            builder.withMethodBody(
                "onConfigure",
                Atomix.ON_CONFIGURE,
                ClassFile.ACC_PUBLIC,
                code -> {
                  code.aload(0).getfield(role, "raft", Atomix.CONTEXT).aload(1);
                  code.invokestatic(
                      Atomix.HOOKS,
                      "stepDown",
                      java.lang.constant.MethodTypeDesc.of(
                          Atomix.FUTURE, Atomix.CONTEXT, Atomix.CONFIGURE_REQUEST));
                  code.astore(2).aload(2);
                  code.ifThen(
                      java.lang.classfile.Opcode.IFNONNULL,
                      then -> then.aload(2).return_(TypeKind.REFERENCE));
                  code.aload(0).aload(1);
                  code.invokespecial(superclass, "onConfigure", Atomix.ON_CONFIGURE);
                  code.areturn();
                }));
  }
}
