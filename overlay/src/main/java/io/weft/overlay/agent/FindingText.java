package io.weft.overlay.agent;

import io.weft.gossip.IpText;
import io.weft.overlay.planner.Finding;
import io.weft.security.identity.NodeId;
import java.util.function.Function;

/** What the planner found, for people. */
final class FindingText {
  private FindingText() {}

  /**
   * One clause.
   *
   * @param name what people call a host
   */
  static String of(Finding finding, Function<NodeId, String> name) {
    return switch (finding) {
      case Finding.ForeignClaim f ->
          "%s says that its endpoint %s has %s, which lies in a block of %s; it is ignored"
              .formatted(name.apply(f.claimant()), f.endpointId(), f.ip(), name.apply(f.holder()));
      case Finding.AddressConflict f ->
          "%s is claimed by endpoint %s of %s and by endpoint %s of %s; the first has it"
              .formatted(
                  f.ip(),
                  f.winnerEndpoint(),
                  name.apply(f.winner()),
                  f.loserEndpoint(),
                  name.apply(f.loser()));
      case Finding.OutsideNetwork f ->
          "endpoint %s of %s has %s, which is outside its network; it is ignored"
              .formatted(f.endpointId(), name.apply(f.claimant()), f.ip());
      case Finding.WrongVni f ->
          "endpoint %s of %s names VNI %d, its network has %d; it is ignored"
              .formatted(f.endpointId(), name.apply(f.claimant()), f.vni(), f.expectedVni());
      case Finding.UnknownNetwork f ->
          "network %s of a local endpoint is not in the registry; %s"
              .formatted(
                  f.networkId(),
                  f.kept()
                      ? "it runs on, as VNI " + f.vni()
                      : "another has its VNI " + f.vni() + ", so it is left out");
      case Finding.NoTunnelAddress f ->
          "%s has endpoints, and does not say yet where its tunnels end"
              .formatted(name.apply(f.peer()));
      case Finding.StaleKeys f ->
          "the tunnel to %s ends elsewhere now; new keys are agreed on"
              .formatted(name.apply(f.peer()));
      case Finding.MtuTooSmall f ->
          "tunnels here carry %d bytes, less than network %s needs"
              .formatted(f.innerMtu(), f.networkId());
      case Finding.MacConflict f ->
          "%s is the MAC of endpoint %s of %s and of endpoint %s of %s; the first has it"
              .formatted(
                  f.mac(),
                  f.winnerEndpoint(),
                  name.apply(f.winner()),
                  f.loserEndpoint(),
                  name.apply(f.loser()));
      case Finding.SharedTunnelAddress f ->
          "%s and %s both say that their tunnels end at %s; the first has the tunnel"
              .formatted(name.apply(f.winner()), name.apply(f.loser()), IpText.of(f.vtep()));
    };
  }
}
