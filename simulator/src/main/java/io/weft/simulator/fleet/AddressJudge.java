package io.weft.simulator.fleet;

import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.Lease;
import java.net.InetAddress;
import java.util.SortedMap;
import java.util.TreeMap;

/** Whether all endpoints' addresses are leased, and each is used once. */
final class AddressJudge {
  private final Fleet fleet;
  private final RaftTruth truth;
  private boolean dirty;

  AddressJudge(Fleet fleet, RaftTruth truth) {
    this.fleet = fleet;
    this.truth = truth;
  }

  /** A host's disk has other endpoints than before. */
  void changed() {
    dirty = true;
  }

  void look() {
    if (dirty) {
      check();
    }
  }

  /** INV-IPAM-1 and 2 over all hosts' disks: what is on them comes back with them. */
  void check() {
    dirty = false;
    SortedMap<String, String> holders = new TreeMap<>();
    for (FleetHost host : fleet.hosts()) {
      if (host.hasLeft()) {
        continue;
      }
      for (LocalEndpoint endpoint : host.disk().local.endpoints()) {
        for (InetAddress ip : endpoint.record().ips()) {
          String holder = "host " + host.number + ", endpoint " + endpoint.record().id();
          String key = endpoint.record().networkId() + " " + ip.getHostAddress();
          String other = holders.put(key, holder);
          if (other != null) {
            fleet
                .judge()
                .violated("INV-IPAM-1", null, key + " is held by " + other + " and " + holder);
          }
          checkLease(host, endpoint, ip);
        }
      }
    }
  }

  private void checkLease(FleetHost host, LocalEndpoint endpoint, InetAddress ip) {
    String network = endpoint.record().networkId();
    if (truth.view().networkById(network).isEmpty()) {
      return; // removed under it
    }
    Lease lease = truth.view().leaseAt(network, IpAddress.of(ip)).orElse(null);
    if (lease == null) {
      fleet
          .judge()
          .violated("INV-IPAM-2", host, ip.getHostAddress() + " is used without a committed lease");
    } else if (!lease.holder().equals(host.identity())) {
      fleet
          .judge()
          .violated(
              "INV-IPAM-2",
              host,
              ip.getHostAddress() + " is used, but the block is leased to " + lease.holder());
    }
  }
}
