package io.weft.simulator.fleet;

import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.SecurityAssociation;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Whether who sends is understood at the other end. */
final class TunnelJudge {
  private final Fleet fleet;

  /** By host, the inbound associations that its kernel ever had, as SPI and key. */
  private final SortedMap<Integer, TreeSet<String>> everInbound = new TreeMap<>();

  private final SortedMap<Integer, DesiredState> lastPlans = new TreeMap<>();

  TunnelJudge(Fleet fleet) {
    this.fleet = fleet;
  }

  void stopped(FleetHost host) {
    lastPlans.remove(host.number);
  }

  void planned(FleetHost host, DesiredState desired) {
    checkOutbound(host, desired);
    lastPlans.put(host.number, desired);
  }

  void applied(FleetHost host, DesiredState desired) {
    TreeSet<String> inbound = everInbound.computeIfAbsent(host.number, n -> new TreeSet<>());
    for (DesiredTunnel tunnel : desired.tunnels()) {
      tunnel.inbound().forEach(sa -> inbound.add(sa.toString()));
    }
  }

  private static boolean sends(@Nullable DesiredState plan, SecurityAssociation association) {
    return plan != null && plan.tunnels().stream().anyMatch(t -> association.equals(t.outbound()));
  }

  /** INV-SEC-3: what this host begins to send on is there at the peer's. */
  private void checkOutbound(FleetHost host, DesiredState desired) {
    DesiredState before = lastPlans.get(host.number);
    for (DesiredTunnel tunnel : desired.tunnels()) {
      SecurityAssociation outbound = tunnel.outbound();
      if (outbound == null || sends(before, outbound)) {
        continue;
      }
      for (FleetHost peer : fleet.hosts()) {
        if (peer.address().ip().equals(tunnel.peer())
            && !everInbound
                .getOrDefault(peer.number, new TreeSet<>())
                .contains(outbound.toString())) {
          fleet
              .judge()
              .violated(
                  "INV-SEC-3",
                  host,
                  "begins to send to host "
                      + peer.number
                      + " on "
                      + outbound
                      + ", which is not there");
        }
      }
    }
  }
}
