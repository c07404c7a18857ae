package io.weft.simulator.detector;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.Known;
import io.weft.gossip.wire.GossipCodec;
import io.weft.security.identity.NodeId;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Members that all know each other from the start, with datagrams alone between them: what the
 * experiments with failure detectors have in common.
 */
final class DatagramFleet implements AnomalyHost.Surroundings {
  private static final int PORT = 7940;
  private static final int CODEC_MEMORY_BITS = 12;
  private static final long SECOND = 1_000_000_000L;
  private static final long MIN_LATENCY_NANOS = SECOND / 5_000;
  private static final long MAX_LATENCY_NANOS = SECOND / 500;

  /** Whose fleet it is. */
  interface Experiment {
    /** A datagram is sent; whether it gets through. */
    boolean sent(int from, int to, int bytes);

    /** One that got through arrives. */
    default void arrived(int at, int bytes) {}

    /** A member changed what it believes of a member. */
    void told(int observer, int subject, GossipEvent event);
  }

  private final World world;
  private final Experiment experiment;
  private final RandomGenerator latencies;
  private final List<AnomalyHost> hosts = new ArrayList<>();
  private final List<NodeId> ids = new ArrayList<>();
  private final List<PeerAddress> addresses = new ArrayList<>();
  private final Map<NodeId, Integer> numberOf = new TreeMap<>();
  private final Map<PeerAddress, Integer> numberAt = new TreeMap<>();

  DatagramFleet(World world, Experiment experiment, int members, GossipConfig config) {
    this.world = world;
    this.experiment = experiment;
    latencies = world.random().stream("latency", -1);
    RandomGenerator random = world.random().stream("identity", -1);
    GossipCodec codec = new GossipCodec(CODEC_MEMORY_BITS);
    for (int i = 0; i < members; i++) {
      byte[] bytes = new byte[NodeId.BYTES];
      random.nextBytes(bytes);
      NodeId id = NodeId.ofBytes(bytes);
      PeerAddress address = PeerAddress.of(new byte[] {10, 0, (byte) (i >>> 8), (byte) i}, PORT);
      ids.add(id);
      addresses.add(address);
      numberOf.put(id, i);
      numberAt.put(address, i);
      hosts.add(new AnomalyHost(world, this, config, codec, id, address, i));
    }
  }

  AnomalyHost host(int number) {
    return hosts.get(number);
  }

  /** All begin at once, each knowing all. */
  void start() {
    List<Known> all = hosts.stream().map(AnomalyHost::known).toList();
    for (AnomalyHost host : hosts) {
      host.assume(all);
      world.at(0, host::start);
    }
  }

  /** So many of them, each as likely as any other. */
  static boolean[] choose(RandomGenerator random, int of, int count) {
    boolean[] chosen = new boolean[of];
    for (int done = 0; done < count; ) {
      int i = random.nextInt(of);
      if (!chosen[i]) {
        chosen[i] = true;
        done++;
      }
    }
    return chosen;
  }

  @Override
  public void send(int from, PeerAddress to, byte[] payload) {
    Integer host = numberAt.get(to);
    if (host != null && experiment.sent(from, host, payload.length)) {
      long spread = MAX_LATENCY_NANOS - MIN_LATENCY_NANOS;
      world.after(
          MIN_LATENCY_NANOS + latencies.nextLong(spread + 1), () -> arrive(from, host, payload));
    }
  }

  private void arrive(int from, int to, byte[] payload) {
    experiment.arrived(to, payload.length);
    hosts.get(to).datagram(addresses.get(from), ids.get(from), payload);
  }

  @Override
  public void told(int observer, GossipEvent event) {
    Integer subject = numberOf.get(event.member().id());
    if (subject != null) {
      experiment.told(observer, subject, event);
    }
  }
}
