package io.weft.vxlan.reconcile;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import io.weft.vxlan.kernel.BridgeFdbEntry;
import io.weft.vxlan.kernel.FdbEntry;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.Neighbour;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The difference in the entries of one network: neighbours and both forwarding databases. */
final class EntryPlan {

  private final String device;
  private final NavigableSet<FdbEntry> wantedFdb = new TreeSet<>();
  private final NavigableSet<FdbEntry> actualFdb = new TreeSet<>();

  /** One station is in one place: of two claims to a MAC, the last one planned stands. */
  private final NavigableMap<MacAddress, InetAddress> wantedPlaces = new TreeMap<>();

  /** Stations whose former place the kernel drops by itself, as it is told the new one. */
  private final Set<MacAddress> moved = new TreeSet<>();

  private final NavigableSet<BridgeFdbEntry> actualStations = new TreeSet<>();
  private final Map<InetAddress, MacAddress> wantedNeighbours =
      new TreeMap<>(AddressOrder.BY_OCTETS);
  private final Map<InetAddress, MacAddress> actualNeighbours =
      new TreeMap<>(AddressOrder.BY_OCTETS);

  /**
   * Gathers both sides.
   *
   * @param fresh the device is made anew, so what was dumped of it is gone
   */
  EntryPlan(DesiredNetwork network, KernelState actual, boolean fresh) {
    device = network.vxlanName();
    for (RemoteEndpoint remote : network.remotes()) {
      wantedPlaces.put(remote.mac(), remote.vtep());
      remote.ips().forEach(ip -> wantedNeighbours.put(ip, remote.mac()));
    }
    wantedPlaces.forEach((mac, vtep) -> wantedFdb.add(new FdbEntry(device, mac, vtep)));
    for (InetAddress vtep : network.floodTo()) {
      wantedFdb.add(new FdbEntry(device, MacAddress.ZERO, vtep));
    }
    if (!fresh) {
      actual.link(device).ifPresent(link -> gather(actual, link, network.bridgeName()));
    }
  }

  private void gather(KernelState actual, LinkState link, String bridge) {
    for (FdbEntry entry : actual.fdb()) {
      if (entry.device().equals(device)) {
        actualFdb.add(entry);
      }
    }
    if (bridge.equals(link.master())) { // else it becomes its port anew, without entries
      for (BridgeFdbEntry entry : actual.bridgeFdb()) {
        if (entry.port().equals(device)) {
          actualStations.add(entry);
        }
      }
    }
    for (Neighbour entry : actual.neighbours()) {
      if (entry.device().equals(device)) {
        actualNeighbours.put(entry.ip(), entry.mac());
      }
    }
  }

  void addTo(List<KernelChange> changes) {
    put(changes);
    remove(changes);
  }

  private void put(List<KernelChange> changes) {
    wantedNeighbours.forEach(
        (ip, mac) -> {
          if (!mac.equals(actualNeighbours.get(ip))) {
            changes.add(new KernelChange.PutNeighbour(new Neighbour(device, ip, mac)));
          }
        });
    for (FdbEntry entry : wantedFdb) {
      if (!actualFdb.contains(entry)) {
        changes.add(new KernelChange.PutFdb(entry));
        if (!entry.mac().equals(MacAddress.ZERO)) {
          moved.add(entry.mac());
        }
      }
    }
    for (MacAddress mac : wantedPlaces.keySet()) {
      if (!actualStations.contains(new BridgeFdbEntry(device, mac, true))) {
        changes.add(new KernelChange.PutBridgeFdb(device, mac));
      }
    }
  }

  private void remove(List<KernelChange> changes) {
    for (BridgeFdbEntry entry : actualStations) {
      if (!wantedPlaces.containsKey(entry.mac())) {
        changes.add(new KernelChange.RemoveBridgeFdb(device, entry.mac()));
      }
    }
    for (FdbEntry entry : actualFdb) {
      if (!wantedFdb.contains(entry) && !moved.contains(entry.mac())) {
        changes.add(new KernelChange.RemoveFdb(entry));
      }
    }
    for (InetAddress ip : actualNeighbours.keySet()) {
      if (!wantedNeighbours.containsKey(ip)) {
        changes.add(new KernelChange.RemoveNeighbour(device, ip));
      }
    }
  }
}
