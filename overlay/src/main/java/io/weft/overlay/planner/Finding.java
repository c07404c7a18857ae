package io.weft.overlay.planner;

import io.weft.overlay.ipam.IpAddress;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;

/** Something in the inputs that does not fit, for logs and {@code weft explain}. */
public sealed interface Finding {

  /** A host claims an address of a block that the registry leases to another; it is ignored. */
  record ForeignClaim(NodeId claimant, String endpointId, IpAddress ip, NodeId holder, long fence)
      implements Finding {}

  /** Two endpoints of one network claim one address; the loser's claim is ignored. */
  record AddressConflict(
      String networkId,
      IpAddress ip,
      NodeId winner,
      String winnerEndpoint,
      NodeId loser,
      String loserEndpoint)
      implements Finding {}

  /** An address that lies outside its network's subnets; it is ignored. */
  record OutsideNetwork(NodeId claimant, String endpointId, IpAddress ip) implements Finding {}

  /** An endpoint names another VNI than its network has; it is ignored. */
  record WrongVni(NodeId claimant, String endpointId, int vni, int expectedVni)
      implements Finding {}

  /**
   * A local endpoint's network is not in the registry, for example because this host has just
   * started and has not heard from a voter: it keeps running on what its own record says.
   *
   * @param kept false when another network has its VNI by now, and it had to be left out
   */
  record UnknownNetwork(String networkId, int vni, boolean kept) implements Finding {}

  /** A member has endpoints but no usable host record yet, so that no tunnel leads to it. */
  record NoTunnelAddress(NodeId peer) implements Finding {}

  /** A member's tunnel address has changed: its associations are left out, it needs new ones. */
  record StaleKeys(NodeId peer) implements Finding {}

  /** A host's tunnels carry less than a network needs at least; its MTU could not be lowered. */
  record MtuTooSmall(String networkId, int innerMtu) implements Finding {}

  /** Two endpoints of one network have one MAC; only the winner is reachable. */
  record MacConflict(
      String networkId,
      MacAddress mac,
      NodeId winner,
      String winnerEndpoint,
      NodeId loser,
      String loserEndpoint)
      implements Finding {}

  /**
   * Two members say that their tunnels end at one address, as after a host was wiped and came back
   * under a new identity. The loser has no tunnel; its keys are to be dropped for good.
   */
  record SharedTunnelAddress(InetAddress vtep, NodeId winner, NodeId loser) implements Finding {}
}
