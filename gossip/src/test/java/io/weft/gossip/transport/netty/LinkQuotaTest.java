package io.weft.gossip.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class LinkQuotaTest {
  private final LinkQuota quota = new LinkQuota(3, 2);

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void oneSourceHasItsOwnBoundAndAllHaveOneTogether() {
    assertThat(quota.take(ip("10.0.0.1"))).isTrue();
    assertThat(quota.take(ip("10.0.0.1"))).isTrue();
    assertThat(quota.take(ip("10.0.0.1"))).isFalse();
    assertThat(quota.take(ip("10.0.0.2"))).isTrue();
    assertThat(quota.take(ip("10.0.0.3"))).as("three in all").isFalse();
    quota.giveBack(ip("10.0.0.1"));
    assertThat(quota.take(ip("10.0.0.3"))).isTrue();
  }

  @Test
  void theAddressesOfOneIpv6NetworkAreOneSource() {
    assertThat(quota.take(ip("fd00::1"))).isTrue();
    assertThat(quota.take(ip("fd00::2"))).isTrue();
    assertThat(quota.take(ip("fd00::3"))).isFalse();
    assertThat(quota.take(ip("fd00:0:0:1::3"))).isTrue();
  }
}
