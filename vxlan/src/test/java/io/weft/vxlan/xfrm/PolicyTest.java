package io.weft.vxlan.xfrm;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.kernel.KernelChange;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

/** What failed is told in words, not as a record. */
class PolicyTest {
  private static final IpPrefix ONE = IpPrefix.host(InetAddress.ofLiteral("10.0.0.1"));

  @Test
  void aPolicyIsToldInWords() {
    assertThat(new Policy(Direction.IN, ONE, ONE, 7943, new Policy.Block()).words())
        .isEqualTo("the policy for what arrives, from 10.0.0.1/32 to 10.0.0.1/32");
  }

  @Test
  void aChangeIsToldInWords() {
    assertThat(new KernelChange.PutAddress("eth0", ONE).words()).isEqualTo("put address on eth0");
  }
}
