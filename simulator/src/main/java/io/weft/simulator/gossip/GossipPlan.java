package io.weft.simulator.gossip;

import io.weft.gossip.GossipConfig;
import io.weft.simulator.network.NetworkProfile;
import java.util.Comparator;
import java.util.List;

/**
 * All that decides a run: the same plan takes the same way every time.
 *
 * @param seed whatever is drawn is drawn from it
 * @param hosts how many hosts, at least 1
 * @param config the cores' configuration, the same on every host
 * @param network how every path behaves
 * @param faults what happens, in order of time
 * @param durationNanos how long the run takes in virtual time
 * @param boundNanos how far beliefs may lag behind the truth after each fault
 */
public record GossipPlan(
    long seed,
    int hosts,
    GossipConfig config,
    NetworkProfile network,
    List<ScheduledFault> faults,
    long durationNanos,
    long boundNanos) {
  /** Beyond this, host addresses would need more than the last two bytes. */
  public static final int MAX_HOSTS = 60_000;

  /** Checks and sorts. */
  public GossipPlan {
    if (hosts < 1 || hosts > MAX_HOSTS) {
      throw new IllegalArgumentException("1 to " + MAX_HOSTS + " hosts, not " + hosts);
    }
    faults = faults.stream().sorted(Comparator.comparingLong(ScheduledFault::atNanos)).toList();
  }
}
