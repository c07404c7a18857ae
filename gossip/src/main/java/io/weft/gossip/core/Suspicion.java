package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One suspicion's remaining life. It starts at the longest time, and each further member that finds
 * the same by itself shortens it, logarithmically, down to the shortest (Lifeguard, Dadgar et al.
 * 2017, section IV-B). Where there are too few others to confirm, it is the shortest from the
 * start. With enough accusers it is corroborated: then only as much is left as the accused needs to
 * refute the last of them.
 */
final class Suspicion implements Plight {
  private final long startNanos;
  private final long minNanos;
  private final long maxNanos;
  private final int expected;
  private final int witnesses;
  private final long floorNanos;
  private final long refutationNanos;
  private final TreeSet<NodeId> accusers = new TreeSet<>();
  private long deadlineNanos;

  private long askNanos;

  /**
   * @param accuser null if it is hearsay, for which nobody vouches
   * @param expected how many confirmations bring the time down to the shortest
   * @param witnesses how many accusers corroborate it; 0 if none can
   * @param floorNanos how long it lasts then at least
   * @param refutationNanos how long it lasts at least from the last witness on
   * @param hearsayNanos after so long who stands on hearsay is asked, or after half its time
   */
  Suspicion(
      long startNanos,
      @Nullable NodeId accuser,
      int expected,
      long minNanos,
      long maxNanos,
      int witnesses,
      long floorNanos,
      long refutationNanos,
      long hearsayNanos) {
    this.startNanos = startNanos;
    this.minNanos = minNanos;
    this.maxNanos = maxNanos;
    this.expected = expected;
    this.witnesses = witnesses;
    this.floorNanos = floorNanos;
    this.refutationNanos = refutationNanos;
    if (accuser != null) {
      accusers.add(accuser);
    }
    deadlineNanos = decayed();
    askNanos = startNanos + Math.min(hearsayNanos, (deadlineNanos - startNanos) / 2);
  }

  /** Whether this accuser is a new one that still counts: then it is worth telling on. */
  boolean confirm(NodeId accuser, long nowNanos) {
    int counting = witnesses > 0 ? witnesses : expected + 1;
    if (accusers.size() >= counting || !accusers.add(accuser)) {
      return false;
    }
    long next =
        accusers.size() == witnesses
            ? Math.max(startNanos + floorNanos, nowNanos + refutationNanos)
            : decayed();
    deadlineNanos = Math.min(deadlineNanos, next);
    return true;
  }

  /** Whether it stands on hearsay, and this node should ask the suspect itself by now. */
  boolean toBeAsked(long nowNanos) {
    return accusers.isEmpty() && askNanos <= nowNanos;
  }

  /** The suspect was asked; again after so long, if that brings nothing. */
  void asked(long againNanos) {
    askNanos = againNanos;
  }

  int accusers() {
    return accusers.size();
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  private long decayed() {
    if (expected <= 0) {
      return startNanos + minNanos;
    }
    double share = Math.log(Math.max(1, accusers.size())) / Math.log(expected + 1.0);
    long left = maxNanos - (long) (share * (maxNanos - minNanos));
    return startNanos + Math.max(minNanos, left);
  }
}
