package io.weft.overlay.planner;

import io.weft.overlay.records.DriverKind;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.net.InetAddress;
import java.util.List;

/**
 * All that the desired state of one host's data plane depends on.
 *
 * @param self this host
 * @param localVtep where its tunnels end
 * @param driver its data plane
 * @param alwaysUdp whether even two kernel hosts put ESP into UDP (a NAT or firewall between them)
 * @param innerMtu bytes of the largest overlay packet that this host's tunnels carry
 * @param registry networks and leases
 * @param localEndpoints those attached here
 * @param peers all other members, in any order
 */
public record PlannerInput(
    NodeId self,
    InetAddress localVtep,
    DriverKind driver,
    boolean alwaysUdp,
    int innerMtu,
    RegistryView registry,
    List<EndpointRecord> localEndpoints,
    List<PlannedPeer> peers) {

  /** Copies the lists. */
  public PlannerInput {
    localEndpoints = List.copyOf(localEndpoints);
    peers = List.copyOf(peers);
  }
}
