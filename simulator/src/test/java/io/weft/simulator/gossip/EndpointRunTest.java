package io.weft.simulator.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.simulator.network.NetworkProfile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointRunTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05})
  void everyHostHasEachChangeOfAnEndpointInTwoSecondsMostly(double loss) {
    EndpointPlan plan =
        new EndpointPlan(
            3,
            25,
            GossipConfig.defaults(),
            NetworkProfile.site().withLoss(loss),
            SECOND,
            20 * SECOND,
            60 * SECOND);
    EndpointResult result = EndpointRun.of(plan);
    assertThat(result.missing()).isZero();
    assertThat(result.allNanos()).hasSizeGreaterThan(1_000);
    assertThat(result.allNanos().get(result.allNanos().size() * 98 / 100)).isLessThan(2 * SECOND);
    assertThat(EndpointRun.of(plan)).isEqualTo(result);
  }
}
