package io.weft.gossip.core;

import io.weft.gossip.MemberState;

/**
 * When this node leaves it unrefuted that it is called failed. A member that comes and goes, or
 * that a fifth of all reaches, could refute for ever, and would be in and out of everybody's view.
 * It can know: of its own probes too many get no direct answer, and it is accused far more often
 * than others are. So it refutes a few times, and then waits until it has been well for the hold
 * time: as damping does with routes that flap (RFC 2439), but by the flapping one itself. As a
 * member comes back by no other's word than its own (INV-MEM-3), it is out of all views until then,
 * and back in all at once, and nobody keeps anything of it.
 *
 * <p>Who finds itself well refutes at once: it started anew, stood still for a while, or it is the
 * accuser who is sick. While others are accused as well, it is the network, and nobody begins to
 * wait; and among a dozen nobody can tell. And as its own signs may deceive it, nobody waits for
 * longer than {@value #MOST_HOLDS} hold times; then it refutes once more.
 */
final class Restraint {
  /** In clusters of so many and less a path or two are most of what a node sees. */
  static final int SMALL_CLUSTER = 12;

  /** Weight of the newest probe in the share of those that got a direct answer. */
  private static final double WEIGHT = 1 / 4.0;

  /** Below this share a node does badly. */
  private static final double ENOUGH = 0.6;

  /** So many failures are refuted; each is forgiven after so many hold times ... */
  private static final int FAILURES = 2;

  private static final int FORGIVEN_HOLDS = 10;

  /** ... and so many suspicions weigh as much as one. */
  private static final int SUSPICIONS = 4;

  /** Nobody waits for longer than so many hold times: an hour, by default. */
  private static final int MOST_HOLDS = 120;

  /** Who is accused not even so many times as often as others on average is not restrained. */
  private static final int TIMES_OTHERS = 10;

  private final long holdNanos;
  private final long failureNanos;
  private double answered = 1;
  private long badNanos = Long.MIN_VALUE / 2;

  /** When all that was refuted is forgiven. */
  private long forgivenNanos = Long.MIN_VALUE / 2;

  private boolean waiting;

  /** When it has waited for long enough, well or not. */
  private long waitedNanos;

  /**
   * @param holdMillis 0 for no restraint
   */
  Restraint(long holdMillis) {
    holdNanos = holdMillis * Turn.NANOS_PER_MILLI;
    failureNanos = FORGIVEN_HOLDS * holdNanos;
  }

  /**
   * A probe of this node got a direct answer in time, or one over the link; or, where there is
   * nobody to probe, a greeting got one.
   */
  void answered() {
    answered += WEIGHT * (1 - answered);
  }

  /** One did not. */
  void unanswered(long nowNanos) {
    answered -= WEIGHT * answered;
    if (hearsLittle()) {
      badNanos = nowNanos;
    }
  }

  /** Somebody else suspects another. */
  void anotherAccused(long nowNanos, int members) {
    long share = TIMES_OTHERS * failureNanos / SUSPICIONS / members;
    forgivenNanos = Math.max(nowNanos, forgivenNanos - share);
  }

  /**
   * Whether this node leaves unrefuted what is said of its life as it is now.
   *
   * @param members how many are known, itself and those that failed among them
   */
  boolean silences(long nowNanos, MemberState said, int members) {
    if (members <= SMALL_CLUSTER || isWell(nowNanos)) {
      waiting = false;
      return false;
    }
    if (waiting && nowNanos < waitedNanos) {
      return true;
    }
    if (waiting) { // once more, and then the next accusation finds it at the limit
      waiting = false;
      forgivenNanos = nowNanos + FAILURES * failureNanos;
      return false;
    }
    long weight = said == MemberState.SUSPECT ? failureNanos / SUSPICIONS : failureNanos;
    long forgiven = Math.max(forgivenNanos, nowNanos) + weight;
    if (forgiven - nowNanos > FAILURES * failureNanos) {
      waiting = true;
      waitedNanos = nowNanos + MOST_HOLDS * holdNanos;
    } else {
      forgivenNanos = forgiven;
    }
    return waiting;
  }

  /** What is told of this node is new to all, whatever was said of it before. */
  void overtaken() {
    waiting = false;
  }

  private boolean isWell(long nowNanos) {
    return !hearsLittle() && nowNanos - badNanos >= holdNanos;
  }

  /** Whether too few of this node's probes got a direct answer lately. */
  boolean hearsLittle() {
    return answered < ENOUGH;
  }

  /** Whether something that is said of it is left unrefuted. */
  boolean waits() {
    return waiting;
  }
}
