package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** How long a suspicion lasts, by the configuration and the size of the cluster. */
final class SuspicionTimes {
  /**
   * Independent confirmations that bring a suspicion to its shortest time: this less than the
   * multiplier.
   */
  private static final int CONFIRMATIONS_BELOW_MULTIPLIER = 2;

  /** So many accusers are believed soon; the accused and one more have to be there besides. */
  private static final int WITNESSES = 3;

  /** What several have found is not believed before so long: a pause is no death. */
  private static final double FLOOR_INTERVALS = 2.5;

  /** Who holds a suspicion on mere hearsay for so long looks for itself. */
  private static final double HEARSAY_INTERVALS = 3;

  /** As the suspicion multiplier, for what is left to refute the last of several. */
  private static final double REFUTATION_MULTIPLIER = 0.5;

  private final GossipConfig config;

  SuspicionTimes(GossipConfig config) {
    this.config = config;
  }

  /**
   * A suspicion that begins now.
   *
   * @param accuser null for hearsay, for which nobody vouches
   * @param clusterSize members that are present, this node among them
   */
  Suspicion suspicion(Turn turn, @Nullable NodeId accuser, int clusterSize) {
    int expected =
        config.detector().decayingSuspicion()
            ? config.suspicionMultiplier() - CONFIRMATIONS_BELOW_MULTIPLIER
            : 0;
    long min = scaled(config.suspicionMultiplier(), clusterSize);
    // The accused and the first accuser do not confirm; where too few are left, nobody is waited
    // for.
    int confirming = clusterSize - 2 < expected ? 0 : Math.max(0, expected);
    boolean corroborable = config.detector().witnesses() && clusterSize >= WITNESSES + 2;
    return new Suspicion(
        turn.nowNanos(),
        accuser,
        confirming,
        min,
        min * config.suspicionMaxMultiplier(),
        corroborable ? WITNESSES : 0,
        intervals(FLOOR_INTERVALS),
        Math.max(intervals(1), scaled(REFUTATION_MULTIPLIER, clusterSize)),
        hearsayNanos());
  }

  /** For how long hearsay is heard before the suspect is asked, and asked again. */
  long hearsayNanos() {
    return intervals(HEARSAY_INTERVALS);
  }

  private long intervals(double count) {
    return (long) (count * config.probeIntervalMillis() * Turn.NANOS_PER_MILLI);
  }

  /**
   * So many probe intervals in a small cluster, and more in a large one, where news take longer.
   */
  private long scaled(double multiplier, int clusterSize) {
    return intervals(multiplier * Math.max(1.0, Math.log10(clusterSize)));
  }
}
