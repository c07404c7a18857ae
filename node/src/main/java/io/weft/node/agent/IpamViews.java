package io.weft.node.agent;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.IpamFindingView;
import io.weft.node.api.view.SubnetUseView;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.check.AddressCheck;
import io.weft.overlay.check.AddressFinding;
import io.weft.overlay.check.AddressReport;
import io.weft.overlay.check.CheckInput;
import io.weft.overlay.check.SubnetUse;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What the API shows of how it stands with the addresses. */
final class IpamViews {
  private IpamViews() {}

  /**
   * A check of what this host knows.
   *
   * @param nowMillis since 1970
   * @throws ApiException of kind REFUSED while it knows nothing of the registry
   */
  static IpamCheckView check(HostCore core, long nowMillis) {
    if (!core.registry().created()) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "this host knows nothing of the registry yet, so nothing can be checked; ask again when"
              + " 'weft status' says that it is alive, or ask another host");
    }
    AddressReport report =
        AddressCheck.check(
            new CheckInput(
                core.registry(),
                core.registryIndex(),
                nowMillis,
                core.members(),
                core.endpoints()));
    return view(report, core.registryIndex(), core.registryInReach());
  }

  static IpamCheckView view(AddressReport report, long registryIndex, boolean registryInReach) {
    return new IpamCheckView(
        registryIndex,
        registryInReach,
        report.subnets().stream().map(IpamViews::view).toList(),
        report.findings().stream().map(IpamViews::view).toList());
  }

  private static SubnetUseView view(SubnetUse use) {
    return new SubnetUseView(
        use.network(),
        use.subnet().toString(),
        use.blocks(),
        use.leased(),
        use.quarantined(),
        use.fenced(),
        use.free(),
        use.endpoints(),
        use.addresses());
  }

  private static IpamFindingView view(AddressFinding finding) {
    return new IpamFindingView(
        finding.kind().label(),
        finding.network(),
        text(finding.block()),
        text(finding.address()),
        finding.hosts().stream().map(NodeId::hex).toList(),
        finding.wrong(),
        finding.mend());
  }

  private static @Nullable String text(@Nullable Object what) {
    return what == null ? null : what.toString();
  }
}
