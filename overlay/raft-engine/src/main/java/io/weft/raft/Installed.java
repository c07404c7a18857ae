package io.weft.raft;

/** Holds each thread's runtime. */
final class Installed {
  static final ThreadLocal<RaftRuntime> RUNTIME = new ThreadLocal<>();

  private Installed() {}
}
