package io.weft.overlay.check;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.records.EndpointMac;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.ResultCodec;
import io.weft.security.identity.NodeId;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A real registry, beside members and endpoints as a test wants them. */
final class Cluster {
  static final long QUARANTINE_MILLIS = 600_000;

  RegistryState registry = new RegistryState();
  long index;
  long nowMillis = 1_000;
  final TreeMap<NodeId, Member> members = new TreeMap<>();
  final TreeMap<NodeId, List<EndpointRecord>> endpoints = new TreeMap<>();

  /** Hosts 1 to {@code hosts} are registered and alive. */
  Cluster(int hosts) {
    Blob blob = Blob.of(new byte[] {1});
    run(new RegistryCommand.CreateGenesis("mesh", blob, host(1), "host1", blob, QUARANTINE_MILLIS));
    for (int i = 1; i <= hosts; i++) {
      run(new RegistryCommand.RegisterHost(host(i), "host" + i));
      is(i, MemberState.ALIVE);
    }
  }

  static NodeId host(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) number;
    return NodeId.ofBytes(bytes);
  }

  CommandResult run(RegistryCommand command) {
    index++;
    byte[] key = ByteBuffer.allocate(RegistryLimits.IDEMPOTENCY_KEY_BYTES).putLong(index).array();
    try {
      return ResultCodec.decode(
          registry.apply(index, nowMillis, RegistryCodec.encode(key, command)));
    } catch (MalformedRegistryException e) {
      throw new AssertionError(e);
    }
  }

  /** A network in which a host's block is a /30: of four addresses, or three at either end. */
  Cluster network(String name, String subnet) {
    run(
        new RegistryCommand.CreateNetwork(
            name, AddressBlock.parse(subnet), null, 0, 0, RegistryLimits.MAX_HOST_BLOCK_LENGTH));
    return this;
  }

  Cluster lease(String network, int host) {
    run(new RegistryCommand.LeaseBlock(network, host(host), List.of(), false));
    return this;
  }

  Cluster leaseFurther(String network, int host) {
    run(new RegistryCommand.LeaseBlock(network, host(host), List.of(), true));
    return this;
  }

  void is(int host, MemberState state) {
    Member member =
        new Member(
            host(host),
            "host" + host,
            PeerAddress.parse("10.9.0." + host + ":7940"),
            state,
            1,
            1,
            1,
            -1,
            new TreeMap<>());
    members.put(member.id(), member);
  }

  /** The host has an endpoint, and says so; its id is the host's number and the address. */
  Cluster endpoint(int host, String network, String... ips) {
    return endpointIn(host, registry.network(network).orElseThrow().id(), index, ips);
  }

  Cluster endpointIn(int host, String networkId, long fence, String... ips) {
    String id = id(host, ips[0]);
    List<InetAddress> addresses = new ArrayList<>();
    for (String ip : ips) {
      addresses.add(InetAddress.ofLiteral(ip));
    }
    endpoints
        .computeIfAbsent(host(host), any -> new ArrayList<>())
        .add(
            new EndpointRecord(
                id, "e", networkId, 7, addresses, EndpointMac.of(id), new TreeMap<>(), fence));
    return this;
  }

  static String id(int host, String ip) {
    return "%02x%016x".formatted(host, Integer.toUnsignedLong(ip.hashCode()));
  }

  AddressReport check() {
    return AddressCheck.check(
        new CheckInput(registry, index, nowMillis, List.copyOf(members.values()), endpoints));
  }
}
