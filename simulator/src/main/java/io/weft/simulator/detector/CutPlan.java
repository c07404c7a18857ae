package io.weft.simulator.detector;

import io.weft.gossip.GossipConfig;

/**
 * One of the experiments of Rapid's paper (Suresh et al., USENIX ATC 2018, section 7): among many
 * members that know each other something is wrong with a few.
 *
 * @param seed whatever is drawn is drawn from it
 * @param members how many
 * @param sick how many of them have the fault
 * @param spanNanos how long the fault lasts, after which the run ends
 */
public record CutPlan(
    long seed, int members, GossipConfig config, int sick, Fault fault, long spanNanos) {
  /** What is wrong. */
  public enum Fault {
    /** They stop for good. */
    CRASH,
    /**
     * For 20 s nothing reaches them, for the next 20 s all does, and so on; what they send passes.
     */
    FLIP_FLOP,
    /** Of what is sent to them 80 % is lost; what they send passes. */
    INGRESS_LOSS
  }

  /** Checks the ranges. */
  public CutPlan {
    if (sick < 1 || sick >= members) {
      throw new IllegalArgumentException(
          "of " + members + " members some must be sick and some well, not " + sick + " sick");
    }
    if (spanNanos <= 0) {
      throw new IllegalArgumentException("the fault must last, not " + spanNanos + " ns");
    }
  }
}
