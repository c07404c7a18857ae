package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.TreeSet;

/**
 * One suspicion's remaining life. It starts at the longest time, and each further member that finds
 * the same by itself shortens it, logarithmically, down to the shortest (Lifeguard, Dadgar et al.
 * 2017, section IV-B). Where there are too few others to confirm, it is the shortest from the
 * start.
 */
final class Suspicion implements Plight {
  private final long startNanos;
  private final long minNanos;
  private final long maxNanos;
  private final int expected;
  private final TreeSet<NodeId> accusers = new TreeSet<>();
  private long deadlineNanos;

  /**
   * @param expected how many confirmations bring the time down to the shortest
   */
  Suspicion(long startNanos, NodeId accuser, int expected, long minNanos, long maxNanos) {
    this.startNanos = startNanos;
    this.minNanos = minNanos;
    this.maxNanos = maxNanos;
    this.expected = expected;
    accusers.add(accuser);
    deadlineNanos = reckon();
  }

  /** Whether this accuser is a new one that still counts: then it is worth telling on. */
  boolean confirm(NodeId accuser) {
    if (accusers.size() > expected || !accusers.add(accuser)) {
      return false;
    }
    deadlineNanos = reckon();
    return true;
  }

  int accusers() {
    return accusers.size();
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  private long reckon() {
    if (expected <= 0) {
      return startNanos + minNanos;
    }
    double share = Math.log(accusers.size()) / Math.log(expected + 1.0);
    long left = maxNanos - (long) (share * (maxNanos - minNanos));
    return startNanos + Math.max(minNanos, left);
  }
}
