package io.weft.simulator.gossip;

import io.weft.gossip.GossipConfig;
import io.weft.simulator.network.NetworkProfile;

/**
 * Hosts whose endpoints come and go: the same plan takes the same way every time.
 *
 * @param seed whatever is drawn is drawn from it
 * @param hosts how many, each with a link to each other, as the agent has
 * @param changeNanos how long it is, on average, from one change of a host's endpoints to its next
 * @param restartNanos so often a host stops for a while and starts again; 0 for never
 * @param spanNanos for so long endpoints change
 */
public record EndpointPlan(
    long seed,
    int hosts,
    GossipConfig config,
    NetworkProfile network,
    long changeNanos,
    long restartNanos,
    long spanNanos) {
  /** Checks the ranges. */
  public EndpointPlan {
    if (hosts < 2 || changeNanos <= 0 || restartNanos < 0 || spanNanos <= 0) {
      throw new IllegalArgumentException(
          "there must be two hosts and times above 0, not " + hosts + " hosts");
    }
  }
}
