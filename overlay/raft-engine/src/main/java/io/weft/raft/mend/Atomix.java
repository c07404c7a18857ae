package io.weft.raft.mend;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** Names in Atomix 3.1.12 that several mends need. */
final class Atomix {
  static final String ROLES = "io.atomix.protocols.raft.roles.";
  static final String PROTOCOL = "io.atomix.protocols.raft.protocol.";
  static final String LEADER_ROLE = ROLES + "LeaderRole";
  static final String CLUSTER = "io.atomix.protocols.raft.cluster.impl.RaftClusterContext";

  static final ClassDesc HOOKS = ClassDesc.of(ROLES + "WeftHooks");
  static final ClassDesc FUTURE = ClassDesc.of("java.util.concurrent.CompletableFuture");
  static final ClassDesc CONTEXT = ClassDesc.of("io.atomix.protocols.raft.impl.RaftContext");
  static final ClassDesc CONFIGURE_REQUEST = ClassDesc.of(PROTOCOL + "ConfigureRequest");
  static final ClassDesc QUERY_REQUEST = ClassDesc.of(PROTOCOL + "QueryRequest");
  static final ClassDesc APPENDER = ClassDesc.of(ROLES + "LeaderAppender");
  static final ClassDesc LOG_WRITER =
      ClassDesc.of("io.atomix.protocols.raft.storage.log.RaftLogWriter");

  static final MethodTypeDesc ON_CONFIGURE = MethodTypeDesc.of(FUTURE, CONFIGURE_REQUEST);
  static final MethodTypeDesc ON_QUERY = MethodTypeDesc.of(FUTURE, QUERY_REQUEST);
  static final MethodTypeDesc FLUSH = MethodTypeDesc.of(ConstantDescs.CD_void, CONTEXT);

  private Atomix() {}
}
