package io.weft.raft;

import java.util.OptionalLong;

/**
 * The clock that a leader stamps its entries with. It begins at the wall clock and then runs by the
 * monotonic one, so that a wall clock that is set anew does not end what has to rest for a time. It
 * draws towards the wall clock, but only by a small part of the time that passes; and it follows
 * the clock of whoever leads, who says with each message what time it has. Who has heard no leader
 * since it started goes by what the voters say that it asks to be elected: its own wall clock may
 * have been set wrong while it was away.
 */
public final class LogClock {
  /** The clock gains or loses at most one part in so many on its way to the wall clock. */
  static final long SLEW = 16;

  /** A leader's clock seems to be behind ours by up to this for being told on a way. */
  static final long ON_THE_WAY_MILLIS = 1_000;

  /**
   * So long all that a leader says must be behind before this clock goes back: messages that lay
   * somewhere come in one heap, and what comes behind them is fresh.
   */
  static final long SURE_MILLIS = 2_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long STEP_MILLIS = 1_000;

  private long baseMillis;
  private long baseNanos;

  /** Whether it is the cluster's, told by a leader or as one, or taken over from a voter. */
  private boolean agreed;

  /** Whether it was taken over from a voter, and no leader has confirmed it. */
  private boolean borrowed;

  private boolean doubting;
  private long doubtNanos;
  private long leastAheadMillis;

  /**
   * Begins.
   *
   * @param wallMillis the wall clock, in milliseconds since 1970
   * @param monotonicNanos a clock that never goes back
   */
  public LogClock(long wallMillis, long monotonicNanos) {
    baseMillis = wallMillis;
    baseNanos = monotonicNanos;
  }

  /** The time for an entry, in milliseconds since 1970. */
  public synchronized long millis(long wallMillis, long monotonicNanos) {
    long elapsed = (monotonicNanos - baseNanos) / NANOS_PER_MILLI;
    if (elapsed >= STEP_MILLIS) {
      long steady = baseMillis + elapsed;
      long slack = elapsed / SLEW;
      baseMillis = Math.clamp(wallMillis, steady - slack, steady + slack);
      baseNanos += elapsed * NANOS_PER_MILLI;
      return baseMillis;
    }
    return baseMillis + elapsed;
  }

  /** The cluster's time, for whoever asks to be elected; empty if only this host's is known. */
  public synchronized OptionalLong agreedMillis(long wallMillis, long monotonicNanos) {
    if (!agreed) {
      return OptionalLong.empty();
    }
    long doubt = doubting ? leastAheadMillis : 0;
    return OptionalLong.of(millis(wallMillis, monotonicNanos) + doubt);
  }

  /**
   * The time that a leader tells: from now on all go by it, and so it is the cluster's. Who was in
   * doubt goes back: the leader before may have led by the earlier time, and what rests rests for
   * longer then, never for less.
   */
  public synchronized long leads(long wallMillis, long monotonicNanos) {
    agreed = true;
    borrowed = false;
    if (doubting) {
      doubting = false;
      baseMillis += leastAheadMillis;
    }
    return millis(wallMillis, monotonicNanos);
  }

  /**
   * A voter that was asked for its vote had this for the cluster's time. Whoever does not know that
   * yet takes it over; and of several, until it leads or is led, the latest, as answers may have
   * been on their way for long.
   */
  public synchronized void told(long voterMillis, long wallMillis, long monotonicNanos) {
    if (!agreed || (borrowed && voterMillis > millis(wallMillis, monotonicNanos))) {
      agreed = true;
      borrowed = true;
      baseMillis = voterMillis;
      baseNanos = monotonicNanos;
    }
  }

  /**
   * Another leads, and had this time when it sent a message that arrives now. Nobody says a time
   * before it has come: where it is ahead of ours, ours is behind. Where it is behind, the message
   * may have been on its way.
   */
  public synchronized void heard(long leaderMillis, long wallMillis, long monotonicNanos) {
    borrowed = false;
    long ahead = leaderMillis - millis(wallMillis, monotonicNanos);
    if (ahead > 0 || !agreed) {
      agreed = true;
      doubting = false;
      baseMillis = leaderMillis;
      baseNanos = monotonicNanos;
    } else if (ahead >= -ON_THE_WAY_MILLIS) {
      doubting = false;
    } else if (!doubting) {
      doubting = true;
      doubtNanos = monotonicNanos;
      leastAheadMillis = ahead;
    } else {
      leastAheadMillis = Math.max(leastAheadMillis, ahead);
      if (monotonicNanos - doubtNanos >= SURE_MILLIS * NANOS_PER_MILLI) {
        doubting = false;
        baseMillis += leastAheadMillis;
      }
    }
  }
}
