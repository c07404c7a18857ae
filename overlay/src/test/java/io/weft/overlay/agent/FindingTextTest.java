package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.planner.Finding;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Findings are told in words: no class, no whole identity. */
class FindingTextTest {
  private static final NodeId ONE = NodeId.ofBytes(new byte[NodeId.BYTES]);
  private static final IpAddress IP = IpAddress.parse("fd00::1");
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");

  @Test
  void everyFindingIsToldInWords() {
    List<Finding> findings =
        List.of(
            new Finding.ForeignClaim(ONE, "ep", IP, ONE, 1),
            new Finding.AddressConflict("net-1", IP, ONE, "ep", ONE, "ep2"),
            new Finding.OutsideNetwork(ONE, "ep", IP),
            new Finding.WrongVni(ONE, "ep", 1, 2),
            new Finding.UnknownNetwork("net-1", 1, true),
            new Finding.NoTunnelAddress(ONE),
            new Finding.StaleKeys(ONE),
            new Finding.MtuTooSmall("net-1", 1200),
            new Finding.MacConflict("net-1", MAC, ONE, "ep", ONE, "ep2"),
            new Finding.SharedTunnelAddress(InetAddress.ofLiteral("fd00::1"), ONE, ONE));
    assertThat(findings).hasSameSizeAs(Finding.class.getPermittedSubclasses());
    for (Finding finding : findings) {
      String text = FindingText.of(finding, id -> "host-1");
      assertThat(text)
          .doesNotContain("[", "=", ONE.hex(), finding.getClass().getSimpleName())
          .doesNotContain("\n");
    }
    assertThat(FindingText.of(new Finding.NoTunnelAddress(ONE), id -> "host-1"))
        .startsWith("host-1 ");
  }
}
