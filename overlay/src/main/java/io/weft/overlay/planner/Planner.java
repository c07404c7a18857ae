package io.weft.overlay.planner;

import io.weft.gossip.MemberState;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Network;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Membership, registry and endpoints in, the data plane's desired state out (INV-NET-2).
 *
 * <ul>
 *   <li>A network is present here only while it has a local endpoint. A lease alone needs no
 *       device, and a host without an endpoint has nobody to receive what peers would flood to it.
 *   <li>Remote endpoints are those of members that are alive or suspected. A failed or departed
 *       member's vanish with it.
 *   <li>A tunnel leads to every member that is alive or suspected, whether or not it shares a
 *       network, so that keys are agreed before the first packet needs them; and to every other one
 *       for as long as there are keys (see {@link PeerKeys}).
 * </ul>
 */
public final class Planner {
  private Planner() {}

  /** The same plan for equal inputs, whatever the order of their lists. */
  public static Plan plan(PlannerInput input) {
    List<Finding> findings = new ArrayList<>();
    List<PlannedPeer> peers =
        input.peers().stream()
            .filter(p -> !p.id().equals(input.self()))
            .sorted(Comparator.comparing(PlannedPeer::id))
            .toList();
    TunnelPlan tunnels = TunnelPlan.of(input, peers, findings);
    List<DesiredNetwork> networks = new ArrayList<>();
    localNetworks(input, findings)
        .forEach(
            (id, network) ->
                networks.add(
                    new NetworkPlan(input, network, tunnels.addresses(), peers, findings).plan()));
    networks.sort(Comparator.comparingInt(DesiredNetwork::vni));
    return new Plan(new DesiredState(input.localVtep(), networks, tunnels.tunnels()), findings);
  }

  /** Whether the records of a member in this state count: it is alive, or only suspected. */
  static boolean present(MemberState state) {
    return switch (state) {
      case ALIVE, SUSPECT -> true;
      case FAILED, LEFT -> false;
    };
  }

  /**
   * The networks that local endpoints are in, by id. One that the registry does not have is run on
   * what the endpoints' records say, unless its VNI is another's by now (INV-NET-5).
   */
  private static SortedMap<String, LocalNetwork> localNetworks(
      PlannerInput input, List<Finding> findings) {
    SortedMap<String, List<EndpointRecord>> byNetwork = new TreeMap<>();
    for (EndpointRecord endpoint : input.localEndpoints()) {
      byNetwork.computeIfAbsent(endpoint.networkId(), id -> new ArrayList<>()).add(endpoint);
    }
    SortedMap<Integer, String> vnis = new TreeMap<>();
    input.registry().networks().forEach(n -> vnis.put(n.vni(), n.id()));
    SortedMap<String, LocalNetwork> networks = new TreeMap<>();
    byNetwork.forEach(
        (id, given) -> {
          List<EndpointRecord> endpoints = oneForEachId(given);
          Optional<Network> known = input.registry().networkById(id);
          int vni = known.map(Network::vni).orElse(endpoints.getFirst().vni());
          boolean ours = vnis.computeIfAbsent(vni, v -> id).equals(id);
          if (known.isEmpty()) {
            findings.add(new Finding.UnknownNetwork(id, vni, ours));
          }
          if (ours) {
            networks.put(id, new LocalNetwork(id, vni, known, endpoints));
          }
        });
    return networks;
  }

  /** Sorted by id. Of records with one id, which no host should give, the same one always stays. */
  static List<EndpointRecord> oneForEachId(List<EndpointRecord> endpoints) {
    SortedMap<String, EndpointRecord> byId = new TreeMap<>();
    Comparator<EndpointRecord> order =
        Comparator.comparingLong(EndpointRecord::fence)
            .reversed()
            .thenComparing(EndpointRecord::toString);
    for (EndpointRecord endpoint : endpoints) {
      byId.merge(endpoint.id(), endpoint, (a, b) -> order.compare(a, b) <= 0 ? a : b);
    }
    return List.copyOf(byId.values());
  }

  /** A network that is present here. */
  record LocalNetwork(
      String id, int vni, Optional<Network> known, List<EndpointRecord> endpoints) {}

  /** Who says so, for findings. */
  record Claimant(NodeId host, EndpointRecord endpoint, long fence) {
    /** The strongest first: the higher fence, else the lower ids. */
    static final Comparator<Claimant> STRONGEST_FIRST =
        Comparator.comparingLong(Claimant::fence)
            .reversed()
            .thenComparing(Claimant::host)
            .thenComparing(c -> c.endpoint().id());
  }
}
