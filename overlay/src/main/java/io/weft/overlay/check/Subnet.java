package io.weft.overlay.check;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.ipam.LocalAddresses;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.Network;
import io.weft.security.identity.NodeId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** One subnet of a network, with the leases and the endpoints in it. */
final class Subnet {
  /** An endpoint that says it has an address. */
  record Claim(NodeId host, EndpointRecord endpoint) {}

  private final Network network;
  private final AddressBlock range;
  private final int blockLength;
  private final List<Lease> leases = new ArrayList<>();
  private final TreeMap<IpAddress, List<Claim>> claims = new TreeMap<>();
  private long endpoints;

  private Subnet(Network network, AddressBlock range, int blockLength) {
    this.network = network;
    this.range = range;
    this.blockLength = blockLength;
  }

  /** Those of a network, IPv4 first. */
  static List<Subnet> of(Network network) {
    List<Subnet> subnets = new ArrayList<>();
    subnets.add(new Subnet(network, network.subnet(), network.hostBlockLength()));
    AddressBlock subnet6 = network.subnet6();
    if (subnet6 != null) {
      subnets.add(new Subnet(network, subnet6, network.hostBlockLength6()));
    }
    return subnets;
  }

  Network network() {
    return network;
  }

  AddressBlock range() {
    return range;
  }

  int blockLength() {
    return blockLength;
  }

  void add(Lease lease) {
    leases.add(lease);
  }

  /**
   * Adds an endpoint.
   *
   * @param addresses those that it has in this subnet
   */
  void add(Claim claim, SortedSet<IpAddress> addresses) {
    endpoints++;
    addresses.forEach(a -> claims.computeIfAbsent(a, any -> new ArrayList<>()).add(claim));
  }

  /** Who says to have each address that anybody has. */
  SortedMap<IpAddress, List<Claim>> claims() {
    return claims;
  }

  /** The leases in use, by block. */
  List<Lease> leased() {
    return leases.stream().filter(l -> l.state() == LeaseState.LEASED).toList();
  }

  /** The leases that rest, by block. */
  List<Lease> resting() {
    return leases.stream().filter(l -> l.state() != LeaseState.LEASED).toList();
  }

  boolean isUsed(AddressBlock block) {
    return !within(block).isEmpty();
  }

  boolean hasRoom(AddressBlock block) {
    BigInteger used = BigInteger.valueOf(within(block).size());
    return used.compareTo(LocalAddresses.capacity(range, block)) < 0;
  }

  private SortedMap<IpAddress, List<Claim>> within(AddressBlock block) {
    return claims.subMap(block.base(), true, block.last(), true);
  }

  private long blocks() {
    return range.blockCount(blockLength).longValueExact();
  }

  long free() {
    return blocks() - leases.size();
  }

  private long count(LeaseState state) {
    return leases.stream().filter(l -> l.state() == state).count();
  }

  SubnetUse use() {
    return new SubnetUse(
        network.name(),
        range,
        blocks(),
        count(LeaseState.LEASED),
        count(LeaseState.QUARANTINED),
        count(LeaseState.FENCED),
        free(),
        endpoints,
        claims.size());
  }
}
