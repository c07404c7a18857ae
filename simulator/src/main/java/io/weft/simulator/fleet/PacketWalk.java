package io.weft.simulator.fleet;

import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.driver.EspOverhead;
import io.weft.vxlan.kernel.BridgeFdbEntry;
import io.weft.vxlan.kernel.FdbEntry;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.Neighbour;
import io.weft.vxlan.xfrm.Direction;
import io.weft.vxlan.xfrm.Policy;
import io.weft.vxlan.xfrm.SaSpec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows one frame from an endpoint through its host's model kernel, the network, and the other
 * host's model kernel, as Linux would carry it.
 */
final class PacketWalk {
  /** What became of a frame. */
  sealed interface End {}

  /** It came to this endpoint. */
  record Delivered(String endpointId) implements End {}

  /** It got lost, and where. */
  record Lost(String where) implements End {}

  /** It left the host in clear (INV-SEC-1). */
  record InClear(String where) implements End {}

  private final Fleet fleet;

  PacketWalk(Fleet fleet) {
    this.fleet = fleet;
  }

  /** A full-sized frame from an endpoint of one host to the station that has this address. */
  End walk(FleetHost from, HostKernel.Port sender, InetAddress ip, MacAddress mac) {
    HostKernel kernel = from.kernel();
    LinkState port = kernel.link(DeviceNames.port(sender.endpointId()));
    String bridge = port.master();
    if (!port.up() || bridge == null || !kernel.link(bridge).up()) {
      return new Lost("host " + from.number + ": the endpoint's port is down or on no bridge");
    }
    int vni = DeviceNames.vniOfBridge(bridge).orElse(0);
    String vxlan = DeviceNames.vxlan(vni);
    LinkState device = kernel.link(vxlan);
    if (!device.up() || !bridge.equals(device.master())) {
      return new Lost("host " + from.number + ": " + vxlan + " is down or on no bridge");
    }
    KernelState state = kernel.dump();
    List<InetAddress> flood = vteps(state, vxlan, MacAddress.ZERO);
    @Nullable MacAddress resolved = neighbour(state, vxlan, ip);
    if (resolved == null && flood.isEmpty()) {
      return new Lost("host " + from.number + ": nobody answers for " + ip.getHostAddress());
    }
    if (resolved != null && !resolved.equals(mac)) {
      return new Lost(
          "host " + from.number + ": " + ip.getHostAddress() + " resolves to " + resolved);
    }
    for (BridgeFdbEntry entry : state.bridgeFdb()) {
      if (entry.mac().equals(mac)
          && !entry.port().equals(vxlan)
          && bridge.equals(kernel.link(entry.port()).master())) {
        return new Lost("host " + from.number + ": the bridge sends it to " + entry.port());
      }
    }
    List<InetAddress> targets = vteps(state, vxlan, mac);
    if (targets.isEmpty()) {
      targets = flood;
    }
    End end = new Lost("host " + from.number + ": no forwarding entry for " + mac);
    for (InetAddress vtep : targets) {
      end = underlay(from, vtep, vni, mac, device.mtu());
      if (!(end instanceof Lost)) {
        return end;
      }
    }
    return end;
  }

  private static List<InetAddress> vteps(KernelState state, String vxlan, MacAddress mac) {
    List<InetAddress> found = new ArrayList<>();
    for (FdbEntry entry : state.fdb()) {
      if (entry.mac().equals(mac) && entry.device().equals(vxlan)) {
        found.add(entry.vtep());
      }
    }
    return found;
  }

  private static @Nullable MacAddress neighbour(KernelState state, String device, InetAddress ip) {
    for (Neighbour entry : state.neighbours()) {
      if (entry.ip().equals(ip) && entry.device().equals(device)) {
        return entry.mac();
      }
    }
    return null;
  }

  private End underlay(FleetHost from, InetAddress vtep, int vni, MacAddress mac, int innerMtu) {
    HostKernel kernel = from.kernel();
    InetAddress source = kernel.local();
    Policy.Rule rule = kernel.rule(Direction.OUT, source, vtep);
    String way = "host " + from.number + " to " + vtep.getHostAddress() + ": ";
    if (rule == null) {
      return new InClear(way + "no policy stands before the port of VXLAN");
    }
    if (!(rule instanceof Policy.Protect protect)) {
      return new Lost(way + "blocked, no key to send with");
    }
    SaSpec sa = kernel.xfrm().association(vtep, protect.spi());
    if (sa == null) {
      return new Lost(way + "the association to send with is not there");
    }
    FleetHost to = at(vtep);
    if (to == null || to.machineOff()) {
      return new Lost(way + "nobody is there");
    }
    Encapsulation encapsulation =
        sa.encapsulation() == null ? Encapsulation.ESP : Encapsulation.ESP_IN_UDP;
    int outer = EspOverhead.outerBytes(innerMtu, source, encapsulation);
    if (outer > fleet.fabric().mtu(from.number, to.number)) {
      return new Lost(way + outer + " bytes are too many for the path");
    }
    if (!fleet.fabric().udpPasses(from.number, to.number)) {
      return new Lost(way + "the path is cut");
    }
    return arrive(from, to, source, sa, vni, mac);
  }

  private @Nullable FleetHost at(InetAddress vtep) {
    for (FleetHost host : fleet.hosts()) {
      if (host.address().ip().equals(vtep)) {
        return host;
      }
    }
    return null;
  }

  private static End arrive(
      FleetHost from, FleetHost to, InetAddress source, SaSpec sa, int vni, MacAddress mac) {
    HostKernel kernel = to.kernel();
    String where = "host " + to.number + " from host " + from.number + ": ";
    SaSpec inbound = kernel.xfrm().association(kernel.local(), sa.keys().spi());
    if (inbound == null || !inbound.keys().equals(sa.keys())) {
      return new Lost(where + "no association for " + sa.keys());
    }
    if (!(kernel.rule(Direction.IN, source, kernel.local()) instanceof Policy.Protect)) {
      return new Lost(where + "the policy blocks what was decrypted");
    }
    LinkState vxlan = kernel.link(DeviceNames.vxlan(vni));
    String bridge = vxlan.master();
    if (!vxlan.up() || bridge == null || !kernel.link(bridge).up()) {
      return new Lost(where + "no device of VNI " + vni);
    }
    for (HostKernel.Port port : kernel.ports().values()) {
      LinkState link = kernel.link(DeviceNames.port(port.endpointId()));
      if (bridge.equals(link.master()) && link.up() && HostKernel.mac(port).equals(mac)) {
        return new Delivered(port.endpointId());
      }
    }
    return new Lost(where + "no port has the station " + mac);
  }
}
