package io.weft.simulator.fleet;

/**
 * A host's two clocks. The monotonic one begins below zero, as System.nanoTime may; both run at the
 * host's own rate; only the wall clock jumps.
 */
final class HostClock {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private long baseWorldNanos;
  private long baseLocalNanos;
  private double rate;
  private long wallOffsetMillis;

  HostClock(long originNanos, double rate) {
    this.baseLocalNanos = originNanos;
    this.rate = rate;
    this.wallOffsetMillis = Identities.EPOCH_MILLIS - originNanos / NANOS_PER_MILLI;
  }

  /** The monotonic clock at a time of the world. */
  long monotonic(long worldNanos) {
    long passed = worldNanos - baseWorldNanos;
    return baseLocalNanos + (rate == 1 ? passed : (long) (passed * rate));
  }

  /** When the monotonic clock shows this, in the world's time. */
  long worldTime(long localNanos) {
    if (localNanos == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    long passed = localNanos - baseLocalNanos;
    if (rate == 1) {
      return baseWorldNanos + passed;
    }
    long world = baseWorldNanos + (long) (passed / rate);
    while (monotonic(world) < localNanos) {
      world++;
    }
    return world;
  }

  /** The wall clock at a time of the world, in milliseconds since 1970. */
  long wallMillis(long worldNanos) {
    return wallOffsetMillis + monotonic(worldNanos) / NANOS_PER_MILLI;
  }

  void jump(long byMillis) {
    wallOffsetMillis += byMillis;
  }

  double rate() {
    return rate;
  }

  void run(long worldNanos, double newRate) {
    baseLocalNanos = monotonic(worldNanos);
    baseWorldNanos = worldNanos;
    rate = newRate;
  }
}
