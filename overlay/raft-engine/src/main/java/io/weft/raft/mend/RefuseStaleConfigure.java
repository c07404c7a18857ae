package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Mend 4: a configure request of an old term is accepted. {@code InactiveRole.onConfigure} never
 * compares terms, so a deposed leader can still change its followers' idea of who votes. Raft
 * paper, figure 2: refuse what has a lower term.
 */
public final class RefuseStaleConfigure extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals(Atomix.ROLES + "InactiveRole");
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    ClassDesc role = ClassDesc.of(Atomix.ROLES + "InactiveRole");
    return inMethods(
        named("onConfigure", Atomix.ON_CONFIGURE.descriptorString()),
        first(
            hits,
            code -> {
              code.aload(0).getfield(role, "raft", Atomix.CONTEXT).aload(1);
              code.invokestatic(
                  Atomix.HOOKS,
                  "refuseStale",
                  MethodTypeDesc.of(Atomix.FUTURE, Atomix.CONTEXT, Atomix.CONFIGURE_REQUEST));
              int refusal = code.allocateLocal(TypeKind.REFERENCE);
              code.astore(refusal).aload(refusal);
              code.ifThen(Opcode.IFNONNULL, then -> then.aload(refusal).areturn());
            }));
  }
}
