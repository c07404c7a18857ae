package io.weft.gossip.core;

/** One step's time and effects, handed through the core's parts. */
record Turn(long nowNanos, GossipEffects out) {
  static final long NANOS_PER_MILLI = 1_000_000;

  long in(long millis) {
    return nowNanos + millis * NANOS_PER_MILLI;
  }
}
