package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * All that one host's data plane should be: a pure function of membership, registry and endpoints
 * (INV-NET-2). Nothing that is not in here exists after a reconcile, as far as it is Weft's.
 *
 * @param localVtep this host's address on the underlay
 * @param networks the networks present on this host, each VNI once
 * @param tunnels one for each peer host with which frames may be exchanged
 */
public record DesiredState(
    InetAddress localVtep, List<DesiredNetwork> networks, List<DesiredTunnel> tunnels) {

  /** Copies the lists. */
  public DesiredState {
    Objects.requireNonNull(localVtep);
    networks = List.copyOf(networks);
    tunnels = List.copyOf(tunnels);
    long distinct = networks.stream().mapToInt(DesiredNetwork::vni).distinct().count();
    if (distinct != networks.size()) {
      throw new IllegalArgumentException("a VNI appears twice in the desired state");
    }
  }

  /** Nothing at all: what a host looks like after Weft has left it. */
  public static DesiredState empty(InetAddress localVtep) {
    return new DesiredState(localVtep, List.of(), List.of());
  }
}
