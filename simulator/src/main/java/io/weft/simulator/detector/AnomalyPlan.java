package io.weft.simulator.detector;

import io.weft.gossip.GossipConfig;

/**
 * All that decides a run: the same plan takes the same way every time.
 *
 * @param seed whatever is drawn is drawn from it
 * @param members how many, all known to each other from the start
 * @param sick how many of them have anomalies, all at the same times
 * @param blockedNanos how long an anomaly lasts
 * @param openNanos how long they process messages between two anomalies
 * @param spanNanos an anomaly begins as long as this has not passed since the first
 * @param kind what an anomaly is
 */
public record AnomalyPlan(
    long seed,
    int members,
    GossipConfig config,
    int sick,
    long blockedNanos,
    long openNanos,
    long spanNanos,
    Kind kind) {
  /** What an anomaly is. */
  public enum Kind {
    /** Messages wait, in and out, while timers go on: as in Lifeguard's experiments. */
    BLOCKED,
    /** The whole process stands still, as with SIGSTOP. */
    FROZEN
  }

  /** Checks the ranges. */
  public AnomalyPlan {
    if (members < 2 || sick < 1 || sick >= members) {
      throw new IllegalArgumentException(
          "1 to " + (members - 1) + " of " + members + " members can be sick, not " + sick);
    }
    if (blockedNanos <= 0 || openNanos <= 0 || spanNanos <= 0) {
      throw new IllegalArgumentException("times must be above 0");
    }
  }
}
