package io.weft.raft;

import java.util.Random;

/** A java.util.Random, as Atomix's roles keep it, seeded from the engine's own randomness. */
public final class RuntimeRandom extends Random {
  private static final long serialVersionUID = 1L;

  /** Called by rewritten Atomix code in place of {@code new Random()}. */
  public RuntimeRandom() {
    super(RaftRuntime.current().random().nextLong());
  }
}
