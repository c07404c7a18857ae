package io.weft.simulator.network;

import java.util.random.RandomGenerator;

/**
 * One-way latencies with a given median and 99th percentile, log-normal between them and cut off at
 * the 99.9th. A table of quantiles, computed with strict arithmetic: the same on every machine.
 */
final class Latencies {
  private static final int QUANTILES = 1_024;

  /** The standard normal distribution's 99th percentile. */
  private static final double Z99 = 2.3263478740408408;

  /** Its 99.9th percentile. */
  private static final double Z_MOST = 3.090232306167813;

  private static final double[] NORMAL = normal();

  private final long[] nanos = new long[QUANTILES];

  Latencies(long medianMicros, long p99Micros) {
    double spread = StrictMath.log((double) p99Micros / medianMicros) / Z99;
    for (int i = 0; i < QUANTILES; i++) {
      double z = Math.min(NORMAL[i], Z_MOST);
      nanos[i] = Math.max(1, (long) (1_000.0 * medianMicros * StrictMath.exp(spread * z)));
    }
  }

  long draw(RandomGenerator random) {
    return nanos[random.nextInt(QUANTILES)];
  }

  long median() {
    return nanos[QUANTILES / 2];
  }

  /** Quantiles of the standard normal distribution, by adding up its density in small steps. */
  private static double[] normal() {
    double[] quantiles = new double[QUANTILES];
    double step = 1.0 / 4_096;
    double z = -4;
    double below = 3.167e-5; // the share below -4
    for (int i = 0; i < QUANTILES; i++) {
      double wanted = (i + 0.5) / QUANTILES;
      while (below < wanted && z < 4) {
        double middle = z + step / 2;
        below += step * StrictMath.exp(-middle * middle / 2) * 0.3989422804014327;
        z += step;
      }
      quantiles[i] = z;
    }
    return quantiles;
  }
}
