package io.weft.overlay.planner;

import io.weft.overlay.records.DriverKind;
import io.weft.overlay.records.HostRecord;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tunnels, one for each address.
 *
 * @param tunnels sorted by address
 * @param addresses the host records of the peers that are present and have a tunnel
 */
record TunnelPlan(List<DesiredTunnel> tunnels, SortedMap<NodeId, HostRecord> addresses) {

  /** A peer that should have a tunnel, with the record that says where it ends. */
  private record Candidate(PlannedPeer peer, HostRecord host) {
    boolean present() {
      return Planner.present(peer.state());
    }
  }

  private static final Comparator<Candidate> STRONGEST_FIRST =
      Comparator.comparing(Candidate::present)
          .thenComparing(c -> c.peer().generation())
          .reversed()
          .thenComparing(c -> c.peer().id());

  static TunnelPlan of(PlannerInput input, List<PlannedPeer> peers, List<Finding> findings) {
    SortedMap<InetAddress, Candidate> byAddress = new TreeMap<>(AddressOrder.BY_OCTETS);
    for (PlannedPeer peer : peers) {
      HostRecord host = peer.host();
      if (host == null || !(Planner.present(peer.state()) || !peer.keys().isEmpty())) {
        continue;
      }
      if (host.vtep().equals(input.localVtep())) {
        findings.add(new Finding.SharedTunnelAddress(host.vtep(), input.self(), peer.id()));
        continue;
      }
      Candidate candidate = new Candidate(peer, host);
      byAddress.merge(host.vtep(), candidate, (a, b) -> stronger(a, b, findings));
    }
    List<DesiredTunnel> tunnels = new ArrayList<>();
    SortedMap<NodeId, HostRecord> addresses = new TreeMap<>();
    for (Candidate candidate : byAddress.values()) {
      tunnels.add(tunnel(input, candidate, findings));
      if (Planner.present(candidate.peer().state())) {
        addresses.put(candidate.peer().id(), candidate.host());
      }
    }
    return new TunnelPlan(tunnels, addresses);
  }

  /**
   * One that is present before one that is not; then the one that started later: a host that was
   * installed anew answers at its former self's address long before that one is known to be gone;
   * then the lower id. The same on every host.
   */
  private static Candidate stronger(Candidate a, Candidate b, List<Finding> findings) {
    boolean first = STRONGEST_FIRST.compare(a, b) <= 0;
    Candidate winner = first ? a : b;
    Candidate loser = first ? b : a;
    findings.add(
        new Finding.SharedTunnelAddress(
            winner.host().vtep(), winner.peer().id(), loser.peer().id()));
    return winner;
  }

  private static DesiredTunnel tunnel(
      PlannerInput input, Candidate candidate, List<Finding> findings) {
    HostRecord host = candidate.host();
    PeerKeys keys = candidate.peer().keys();
    if (!keys.isEmpty() && !host.vtep().equals(keys.madeFor())) {
      findings.add(new Finding.StaleKeys(candidate.peer().id()));
      keys = PeerKeys.NONE;
    }
    boolean kernels = input.driver() == DriverKind.KERNEL && host.driver() == DriverKind.KERNEL;
    Encapsulation encapsulation =
        kernels && !input.alwaysUdp() ? Encapsulation.ESP : Encapsulation.ESP_IN_UDP;
    return new DesiredTunnel(
        host.vtep(), host.espPort(), encapsulation, keys.inbound(), keys.outbound());
  }
}
