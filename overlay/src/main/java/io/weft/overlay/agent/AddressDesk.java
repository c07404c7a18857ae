package io.weft.overlay.agent;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.ipam.LocalAddresses;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.Network;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives this host's addresses in a ring, so that one that was given back is reused last: others may
 * still have it in their caches. Where the ring stands is kept with the endpoints, across restarts.
 */
final class AddressDesk {
  private record Ring(String networkId, boolean ipv6) implements Comparable<Ring> {
    @Override
    public int compareTo(Ring other) {
      int byNetwork = networkId.compareTo(other.networkId);
      return byNetwork != 0 ? byNetwork : Boolean.compare(ipv6, other.ipv6);
    }
  }

  private final HostContext context;
  private final RegistryMirror mirror;
  private final TreeMap<Ring, IpAddress> lastGiven = new TreeMap<>();

  AddressDesk(HostContext context, RegistryMirror mirror) {
    this.context = context;
    this.mirror = mirror;
    for (LastGiven last : context.options.local().lastGiven()) {
      IpAddress address = IpAddress.of(last.address());
      lastGiven.put(new Ring(last.networkId(), address.isIpv6()), address);
    }
  }

  /**
   * An address of each family that the network has.
   *
   * @param taken all addresses of the network that are in use here
   * @param wanted the one that is asked for in its family, or null
   */
  List<InetAddress> give(
      Network network, List<Lease> leases, SortedSet<IpAddress> taken, @Nullable IpAddress wanted)
      throws LocalAddresses.UnavailableException {
    List<IpAddress> chosen = new ArrayList<>();
    AddressBlock subnet6 = network.subnet6();
    IpAddress wanted4 = wanted != null && !wanted.isIpv6() ? wanted : null;
    chosen.add(pick(network, network.subnet(), leases, taken, wanted4));
    if (subnet6 != null) {
      IpAddress wanted6 = wanted != null && wanted.isIpv6() ? wanted : null;
      chosen.add(pick(network, subnet6, leases, taken, wanted6));
    }
    for (IpAddress address : chosen) {
      if (!address.equals(wanted)) {
        lastGiven.put(new Ring(network.id(), address.isIpv6()), address);
      }
    }
    return chosen.stream().map(IpAddress::toInetAddress).toList();
  }

  private IpAddress pick(
      Network network,
      AddressBlock subnet,
      List<Lease> leases,
      SortedSet<IpAddress> taken,
      @Nullable IpAddress wanted)
      throws LocalAddresses.UnavailableException {
    List<AddressBlock> blocks = leases.stream().map(Lease::block).filter(subnet::contains).toList();
    IpAddress last = lastGiven.get(new Ring(network.id(), subnet.isIpv6()));
    if (last == null) {
      // Kept by nobody yet: behind the highest that is in use.
      last =
          taken.stream()
              .filter(t -> t.isIpv6() == subnet.isIpv6())
              .max(IpAddress::compareTo)
              .orElse(null);
    }
    return LocalAddresses.pick(subnet, blocks, taken, wanted, last);
  }

  /** An address that is free again and would be the very next to be given is passed over once. */
  void givenBack(Network network, List<InetAddress> ips, SortedSet<IpAddress> taken) {
    List<Lease> leases = mirror.view().leasesOf(network.id(), context.self);
    for (InetAddress ip : ips) {
      IpAddress address = IpAddress.of(ip);
      AddressBlock subnet = address.isIpv6() ? network.subnet6() : network.subnet();
      try {
        if (subnet != null && pick(network, subnet, leases, taken, null).equals(address)) {
          lastGiven.put(new Ring(network.id(), address.isIpv6()), address);
        }
      } catch (LocalAddresses.UnavailableException e) {
        // Its lease is gone: it will not be given again.
      }
    }
  }

  /** To be kept; networks that are no more are left out. */
  List<LastGiven> lastGiven() {
    if (mirror.view().created()) {
      lastGiven.keySet().removeIf(ring -> mirror.view().networkById(ring.networkId()).isEmpty());
    }
    return lastGiven.entrySet().stream()
        .map(e -> new LastGiven(e.getKey().networkId(), e.getValue().toInetAddress()))
        .toList();
  }
}
