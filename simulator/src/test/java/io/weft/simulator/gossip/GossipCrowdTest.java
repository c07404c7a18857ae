package io.weft.simulator.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.simulator.network.NetworkProfile;
import org.junit.jupiter.api.Test;

class GossipCrowdTest {
  private static GossipCrowd.Outcome run() {
    return GossipCrowd.run(
        7, 40, GossipConfig.defaults(), NetworkProfile.site().withLoss(0.01), 40_000_000_000L);
  }

  @Test
  void aCrowdComesToKnowItselfAndTakesTheSameWayEachTime() {
    GossipCrowd.Outcome first = run();
    assertThat(first.unknown()).isZero();
    assertThat(run()).isEqualTo(first);
  }
}
