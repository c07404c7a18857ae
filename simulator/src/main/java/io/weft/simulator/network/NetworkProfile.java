package io.weft.simulator.network;

/**
 * How every path between two hosts behaves.
 *
 * @param minLatencyNanos the shortest way, above 0
 * @param maxLatencyNanos the longest way; each packet draws its own time between the two, so that
 *     datagrams overtake each other
 * @param loss the share of datagrams that get lost, from 0 to below 1
 * @param dialTimeoutNanos after this time a dial that nobody answers has failed
 * @param deadLinkNanos after this time without a path both ends of a link give it up
 */
public record NetworkProfile(
    long minLatencyNanos,
    long maxLatencyNanos,
    double loss,
    long dialTimeoutNanos,
    long deadLinkNanos) {
  private static final long MILLI = 1_000_000L;

  /** Checks the ranges. */
  public NetworkProfile {
    if (minLatencyNanos <= 0 || maxLatencyNanos < minLatencyNanos) {
      throw new IllegalArgumentException(
          "latency must be above 0 and its minimum not above its maximum, not "
              + minLatencyNanos
              + " to "
              + maxLatencyNanos
              + " ns");
    }
    if (!(loss >= 0 && loss < 1)) {
      throw new IllegalArgumentException("loss must be from 0 to below 1, not " + loss);
    }
    if (dialTimeoutNanos <= 0 || deadLinkNanos <= 0) {
      throw new IllegalArgumentException("timeouts must be above 0");
    }
  }

  /** One site: 0.2 to 2 ms, no loss; links are given up after 15 s. */
  public static NetworkProfile site() {
    return new NetworkProfile(MILLI / 5, 2 * MILLI, 0, 3_000 * MILLI, 15_000 * MILLI);
  }

  /** The same with this share of datagrams lost. */
  public NetworkProfile withLoss(double share) {
    return new NetworkProfile(
        minLatencyNanos, maxLatencyNanos, share, dialTimeoutNanos, deadLinkNanos);
  }
}
