package io.weft.raft;

/**
 * The clock that a leader stamps its entries with. It begins at the wall clock and then runs by the
 * monotonic one, so that a wall clock that is set anew does not end what has to rest for a time. It
 * draws towards the wall clock, but only by a small part of the time that passes; and it takes over
 * the time of entries that other leaders stamp.
 */
public final class LogClock {
  /** The clock gains or loses at most one part in so many on its way to the wall clock. */
  static final long SLEW = 16;

  /** An entry's time differs by less than this from ours for being on its way. */
  static final long ON_THE_WAY_MILLIS = 1_000;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long STEP_MILLIS = 1_000;

  private long baseMillis;
  private long baseNanos;

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

  /** An entry was stamped with this time just now, by whoever leads. */
  public synchronized void heard(long entryMillis, long wallMillis, long monotonicNanos) {
    long ours = millis(wallMillis, monotonicNanos);
    if (Math.abs(entryMillis - ours) > ON_THE_WAY_MILLIS) {
      baseMillis = entryMillis;
      baseNanos = monotonicNanos;
    }
  }
}
