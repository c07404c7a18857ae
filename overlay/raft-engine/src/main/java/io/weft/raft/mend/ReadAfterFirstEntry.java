package io.weft.raft.mend;

import java.lang.classfile.ClassTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * Mend 3: stale linearizable reads. A new leader answers queries before the first entry of its own
 * term is committed, so it may not know yet what its predecessor committed. Reproduced in 59 of 100
 * runs. Raft paper, section 8: a leader commits a blank entry first. The mend makes a query wait
 * for that entry to be applied.
 */
public final class ReadAfterFirstEntry extends ClassMend {
  @Override
  boolean concerns(String className) {
    return className.equals(Atomix.LEADER_ROLE);
  }

  @Override
  int expectedHits(String className) {
    return 1;
  }

  @Override
  ClassTransform transform(String className, Hits hits) {
    ClassDesc role = ClassDesc.of(Atomix.LEADER_ROLE);
    return inMethods(
        named("onQuery", Atomix.ON_QUERY.descriptorString()),
        first(
            hits,
            code -> {
              code.aload(0);
              code.aload(0).getfield(role, "raft", Atomix.CONTEXT);
              code.aload(0).getfield(role, "appender", Atomix.APPENDER);
              code.aload(1);
              code.invokestatic(
                  Atomix.HOOKS,
                  "awaitFirstEntry",
                  MethodTypeDesc.of(
                      Atomix.FUTURE,
                      ClassDesc.of(Atomix.ROLES + "RaftRole"),
                      Atomix.CONTEXT,
                      Atomix.APPENDER,
                      Atomix.QUERY_REQUEST));
              int wait = code.allocateLocal(TypeKind.REFERENCE);
              code.astore(wait).aload(wait);
              code.ifThen(Opcode.IFNONNULL, then -> then.aload(wait).areturn());
            }));
  }
}
