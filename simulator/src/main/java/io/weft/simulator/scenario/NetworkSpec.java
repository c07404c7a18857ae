package io.weft.simulator.scenario;

/**
 * How a path behaves, each direction by itself.
 *
 * @param latencyMedianMicros half of the packets take no longer, one way; above 0
 * @param latencyP99Micros 99 of 100 packets take no longer; not below the median
 * @param loss the share of datagrams lost, from 0 to below 1
 * @param duplicate the share of datagrams that arrive twice, from 0 to below 1
 * @param reorder the share of datagrams held back so that later ones overtake them, from 0 to below
 *     1
 * @param bandwidthBitsPerSecond 0: no limit
 * @param mtu the largest IP packet carried, in bytes
 */
public record NetworkSpec(
    long latencyMedianMicros,
    long latencyP99Micros,
    double loss,
    double duplicate,
    double reorder,
    long bandwidthBitsPerSecond,
    int mtu) {

  /** Checks the ranges. */
  public NetworkSpec {
    if (latencyMedianMicros <= 0 || latencyP99Micros < latencyMedianMicros) {
      throw new IllegalArgumentException(
          "the median latency must be above 0 and not above the 99th percentile");
    }
    share(loss);
    share(duplicate);
    share(reorder);
    if (bandwidthBitsPerSecond < 0 || mtu <= 0) {
      throw new IllegalArgumentException("bandwidth must not be negative, nor MTU 0 or less");
    }
  }

  /** One site: 0.5 ms, 5 ms at worst, nothing lost, no limit, 1500 bytes. */
  public static NetworkSpec site() {
    return new NetworkSpec(500, 5_000, 0, 0, 0, 0, 1_500);
  }

  private static void share(double share) {
    if (!(share >= 0 && share < 1)) {
      throw new IllegalArgumentException("a share must be from 0 to below 1, not " + share);
    }
  }
}
