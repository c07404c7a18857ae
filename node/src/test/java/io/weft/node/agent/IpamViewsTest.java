package io.weft.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.IpamFindingView;
import io.weft.node.api.view.SubnetUseView;
import io.weft.overlay.check.AddressFinding;
import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.check.AddressReport;
import io.weft.overlay.check.SubnetUse;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IpamViewsTest {
  private static final NodeId HOST = NodeId.ofBytes(new byte[NodeId.BYTES]);

  @Test
  void aReportIsShownWhole() {
    AddressBlock subnet = AddressBlock.parse("10.32.0.0/16");
    AddressBlock block = AddressBlock.parse("10.32.1.0/24");
    IpAddress address = IpAddress.parse("10.32.1.7");
    AddressReport report =
        new AddressReport(
            List.of(new SubnetUse("blue", subnet, 1, 2, 3, 4, 5, 6, 7)),
            List.of(
                new AddressFinding(Kind.CONFLICT, "blue", block, address, List.of(HOST), "w", "m"),
                new AddressFinding(Kind.NO_NETWORK, "net-1", null, null, List.of(), "w", "m")));
    assertThat(IpamViews.view(report, 9, true))
        .isEqualTo(
            new IpamCheckView(
                9,
                true,
                List.of(new SubnetUseView("blue", "10.32.0.0/16", 1, 2, 3, 4, 5, 6, 7)),
                List.of(
                    new IpamFindingView(
                        "conflict",
                        "blue",
                        "10.32.1.0/24",
                        "10.32.1.7",
                        List.of(HOST.hex()),
                        "w",
                        "m"),
                    new IpamFindingView("no-network", "net-1", null, null, List.of(), "w", "m"))));
  }
}
