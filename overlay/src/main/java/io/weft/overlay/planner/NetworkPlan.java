package io.weft.overlay.planner;

import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.planner.Planner.Claimant;
import io.weft.overlay.planner.Planner.LocalNetwork;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.Network;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Plans one network: who may be reached under which address, and through which tunnel. */
final class NetworkPlan {
  private static final Comparator<RemoteEndpoint> REMOTE_ORDER =
      Comparator.comparing(RemoteEndpoint::mac)
          .thenComparing(RemoteEndpoint::vtep, AddressOrder.BY_OCTETS);

  private final PlannerInput input;
  private final LocalNetwork network;
  private final SortedMap<NodeId, HostRecord> addresses;
  private final List<PlannedPeer> peers;
  private final List<Finding> findings;

  /** Who has each address and each MAC, strongest claim first. */
  private final SortedMap<IpAddress, Claimant> byIp = new TreeMap<>();

  private final SortedMap<MacAddress, Claimant> byMac = new TreeMap<>();

  NetworkPlan(
      PlannerInput input,
      LocalNetwork network,
      SortedMap<NodeId, HostRecord> addresses,
      List<PlannedPeer> peers,
      List<Finding> findings) {
    this.input = input;
    this.network = network;
    this.addresses = addresses;
    this.peers = peers;
    this.findings = findings;
  }

  DesiredNetwork plan() {
    network.endpoints().forEach(e -> claim(input.self(), e));
    for (PlannedPeer peer : peers) {
      if (Planner.present(peer.state())) {
        peerEndpoints(peer).forEach(e -> claim(peer.id(), e));
      }
    }
    List<RemoteEndpoint> remotes = new ArrayList<>();
    TreeSet<InetAddress> floodTo = new TreeSet<>(AddressOrder.BY_OCTETS);
    int innerMtu = input.innerMtu();
    for (PlannedPeer peer : peers) {
      HostRecord host = addresses.get(peer.id());
      if (!Planner.present(peer.state())) {
        continue;
      }
      List<EndpointRecord> endpoints = peerEndpoints(peer);
      if (host == null) {
        if (!endpoints.isEmpty()) {
          findings.add(new Finding.NoTunnelAddress(peer.id()));
        }
        continue;
      }
      int before = remotes.size();
      endpoints.forEach(e -> remote(peer.id(), e, host.vtep()).ifPresent(remotes::add));
      if (remotes.size() > before) {
        floodTo.add(host.vtep());
        innerMtu = host.innerMtu() > 0 ? Math.min(innerMtu, host.innerMtu()) : innerMtu;
      }
    }
    remotes.sort(REMOTE_ORDER);
    List<LocalPort> ports =
        network.endpoints().stream().map(e -> new LocalPort(e.id())).distinct().toList();
    return new DesiredNetwork(network.vni(), mtu(innerMtu), ports, remotes, List.copyOf(floodTo));
  }

  /** What one network's hosts can all carry: the least of its own MTU and of their tunnels'. */
  private int mtu(int innerMtu) {
    int mtu = Math.min(network.known().map(Network::mtu).orElse(DesiredNetwork.MAX_MTU), innerMtu);
    if (mtu < DesiredNetwork.MIN_MTU) {
      findings.add(new Finding.MtuTooSmall(network.id(), innerMtu));
    }
    return Math.clamp(mtu, DesiredNetwork.MIN_MTU, DesiredNetwork.MAX_MTU);
  }

  private List<EndpointRecord> peerEndpoints(PlannedPeer peer) {
    return Planner.oneForEachId(
        peer.endpoints().stream()
            .filter(e -> e.networkId().equals(network.id()) && e.vni() == network.vni())
            .toList());
  }

  private void claim(NodeId host, EndpointRecord endpoint) {
    long highest = endpoint.fence();
    boolean any = false;
    for (InetAddress address : endpoint.ips()) {
      IpAddress ip = IpAddress.of(address);
      Optional<Lease> lease =
          input
              .registry()
              .leaseAt(network.id(), ip)
              .filter(l -> l.state() == LeaseState.LEASED || l.holder().equals(host));
      if (outside(ip)) {
        findings.add(new Finding.OutsideNetwork(host, endpoint.id(), ip));
        continue;
      }
      if (lease.isPresent() && !lease.get().holder().equals(host)) {
        findings.add(
            new Finding.ForeignClaim(
                host, endpoint.id(), ip, lease.get().holder(), lease.get().fence()));
        continue;
      }
      // What the registry says of a block counts before what its holder says.
      long fence = lease.map(Lease::fence).orElse(endpoint.fence());
      highest = Math.max(highest, fence);
      any = true;
      byIp.merge(ip, new Claimant(host, endpoint, fence), (a, b) -> strongerIp(ip, a, b));
    }
    if (any) {
      MacAddress mac = endpoint.mac();
      byMac.merge(mac, new Claimant(host, endpoint, highest), (a, b) -> strongerMac(mac, a, b));
    }
  }

  private boolean outside(IpAddress ip) {
    return network
        .known()
        .map(
            n ->
                !n.subnet().contains(ip)
                    && !Optional.ofNullable(n.subnet6()).filter(s -> s.contains(ip)).isPresent())
        .orElse(false);
  }

  private Claimant strongerIp(IpAddress ip, Claimant a, Claimant b) {
    boolean first = Claimant.STRONGEST_FIRST.compare(a, b) <= 0;
    Claimant winner = first ? a : b;
    Claimant loser = first ? b : a;
    findings.add(
        new Finding.AddressConflict(
            network.id(),
            ip,
            winner.host(),
            winner.endpoint().id(),
            loser.host(),
            loser.endpoint().id()));
    return winner;
  }

  private Claimant strongerMac(MacAddress mac, Claimant a, Claimant b) {
    boolean first = Claimant.STRONGEST_FIRST.compare(a, b) <= 0;
    Claimant winner = first ? a : b;
    Claimant loser = first ? b : a;
    findings.add(
        new Finding.MacConflict(
            network.id(),
            mac,
            winner.host(),
            winner.endpoint().id(),
            loser.host(),
            loser.endpoint().id()));
    return winner;
  }

  /** The endpoint with the addresses that it won; empty when nothing of it is left. */
  private Optional<RemoteEndpoint> remote(NodeId host, EndpointRecord endpoint, InetAddress vtep) {
    if (!wins(byMac.get(endpoint.mac()), host, endpoint)) {
      return Optional.empty();
    }
    List<InetAddress> ips =
        endpoint.ips().stream()
            .filter(ip -> wins(byIp.get(IpAddress.of(ip)), host, endpoint))
            .distinct()
            .sorted(AddressOrder.BY_OCTETS)
            .toList();
    return ips.isEmpty()
        ? Optional.empty()
        : Optional.of(new RemoteEndpoint(endpoint.mac(), ips, vtep));
  }

  private static boolean wins(@Nullable Claimant winner, NodeId host, EndpointRecord endpoint) {
    return winner != null
        && winner.host().equals(host)
        && winner.endpoint().id().equals(endpoint.id());
  }
}
