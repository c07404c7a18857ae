package io.weft.overlay.planner;

import io.weft.gossip.MemberState;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.records.EndpointMac;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.RegistryCodec;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryState;
import io.weft.security.identity.NodeId;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** A real registry with networks a and b, in which host N holds 10.32.(N-1).0/24 of a. */
final class World {
  static final int SELF = 1;

  /** A member besides this host; its fields may be changed. */
  static final class Peer {
    final NodeId id;
    InetAddress vtep;
    MemberState state = MemberState.ALIVE;
    long generation = 1;
    DriverKind driver = DriverKind.KERNEL;
    PeerKeys keys = PeerKeys.NONE;
    int innerMtu;
    long fence;
    boolean known = true;
    private final World world;
    private final int number;
    private final List<String[]> endpoints = new ArrayList<>();

    Peer(World world, int number) {
      this.world = world;
      this.number = number;
      id = host(number);
      vtep = World.vtep(number);
    }

    Peer endpoint(String network, String ip) {
      endpoints.add(new String[] {network, ip});
      return this;
    }

    PlannedPeer planned() {
      List<EndpointRecord> records = new ArrayList<>();
      for (String[] e : endpoints) {
        records.add(world.record(number, e[0], e[1], fence));
      }
      HostRecord host =
          new HostRecord(vtep, 7942, driver, innerMtu, "client", 0, HostRecord.HeldKeys.UNKNOWN);
      return new PlannedPeer(id, state, generation, known ? host : null, records, keys);
    }
  }

  final RegistryState registry = new RegistryState();
  final SortedMap<Integer, Peer> peers = new TreeMap<>();
  final List<EndpointRecord> locals = new ArrayList<>();
  int innerMtu = 1_500;
  boolean alwaysUdp;
  private long index;

  World(int hosts) {
    Blob blob = Blob.of(new byte[] {1});
    run(new RegistryCommand.CreateGenesis("c", blob, host(1), "host1", blob, 1_000));
    run(RegistryCommand.CreateNetwork.named("a"));
    run(RegistryCommand.CreateNetwork.named("b"));
    for (int i = 1; i <= hosts; i++) {
      run(new RegistryCommand.RegisterHost(host(i), "host" + i));
      run(new RegistryCommand.LeaseBlock("a", host(i), List.of(), false));
      run(new RegistryCommand.LeaseBlock("b", host(i), List.of(), false));
    }
  }

  private void run(RegistryCommand command) {
    index++;
    byte[] key = ByteBuffer.allocate(RegistryLimits.IDEMPOTENCY_KEY_BYTES).putLong(index).array();
    registry.apply(index, index, RegistryCodec.encode(key, command));
  }

  static NodeId host(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    bytes[0] = (byte) number;
    return NodeId.ofBytes(bytes);
  }

  static InetAddress vtep(int number) {
    return InetAddress.ofLiteral("192.168.0." + number);
  }

  Peer peer(int number) {
    return peers.computeIfAbsent(number, n -> new Peer(this, n));
  }

  int vni(String network) {
    return registry.network(network).orElseThrow().vni();
  }

  EndpointRecord record(int host, String network, String ip, long fence) {
    String id = "%02x%016x".formatted(host, Integer.toUnsignedLong((network + ip).hashCode()));
    return new EndpointRecord(
        id,
        "e",
        registry.network(network).orElseThrow().id(),
        vni(network),
        List.of(InetAddress.ofLiteral(ip)),
        EndpointMac.of(id),
        new TreeMap<>(),
        fence);
  }

  void local(String network, String ip) {
    locals.add(record(SELF, network, ip, 0));
  }

  void localUnknown(String networkId, int vni) {
    locals.clear();
    String id = "ff00000000000001";
    locals.add(
        new EndpointRecord(
            id,
            "e",
            networkId,
            vni,
            List.of(InetAddress.ofLiteral("10.99.0.1")),
            EndpointMac.of(id),
            new TreeMap<>(),
            0));
  }

  PlannerInput input() {
    return new PlannerInput(
        host(SELF),
        vtep(SELF),
        DriverKind.KERNEL,
        alwaysUdp,
        innerMtu,
        registry,
        locals,
        peers.values().stream().map(Peer::planned).toList());
  }

  Plan plan() {
    return Planner.plan(input());
  }
}
