package io.weft.simulator.detector;

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
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Runs a plan from its beginning to its end, and counts who called whom failed, and when. */
public final class AnomalyRun implements AnomalyHost.Surroundings {
  private static final int PORT = 7940;
  private static final int CODEC_MEMORY_BITS = 12;
  private static final long SECOND = 1_000_000_000L;

  /** The first anomaly begins between this and one probe interval later. */
  private static final long WARM_NANOS = 20 * SECOND;

  /** So long all is well at the end, so that what was wrong is told to all. */
  private static final long COOL_NANOS = 20 * SECOND;

  private static final long MIN_LATENCY_NANOS = SECOND / 5_000;
  private static final long MAX_LATENCY_NANOS = SECOND / 500;

  private final AnomalyPlan plan;
  private final World world;
  private final RandomGenerator latencies;
  private final List<AnomalyHost> hosts = new ArrayList<>();
  private final List<NodeId> ids = new ArrayList<>();
  private final List<PeerAddress> addresses = new ArrayList<>();
  private final Map<NodeId, Integer> numberOf = new TreeMap<>();
  private final Map<PeerAddress, Integer> numberAt = new TreeMap<>();
  private final boolean[] sick;

  /** Of each sick member: when the first healthy one, and the last, called it failed; else -1. */
  private final long[] firstNanos;

  private final long[] lastNanos;
  private final boolean[][] foundBy;
  private final int[] found;
  private final long startNanos;
  private long falsePositives;
  private long falsePositivesAtHealthy;
  private long datagrams;
  private long datagramBytes;

  private AnomalyRun(AnomalyPlan plan) {
    this.plan = plan;
    world = new World(plan.seed());
    latencies = world.random().stream("latency", -1);
    int n = plan.members();
    sick = new boolean[n];
    firstNanos = new long[n];
    lastNanos = new long[n];
    foundBy = new boolean[n][n];
    found = new int[n];
    RandomGenerator random = world.random().stream("identity", -1);
    GossipCodec codec = new GossipCodec(CODEC_MEMORY_BITS);
    for (int i = 0; i < n; i++) {
      byte[] bytes = new byte[NodeId.BYTES];
      random.nextBytes(bytes);
      NodeId id = NodeId.ofBytes(bytes);
      PeerAddress address = PeerAddress.of(new byte[] {10, 0, (byte) (i >>> 8), (byte) i}, PORT);
      ids.add(id);
      addresses.add(address);
      numberOf.put(id, i);
      numberAt.put(address, i);
      hosts.add(new AnomalyHost(world, this, plan.config(), codec, id, address, i));
    }
    RandomGenerator choice = world.random().stream("anomaly", -1);
    for (int chosen = 0; chosen < plan.sick(); ) {
      int i = choice.nextInt(n);
      if (!sick[i]) {
        sick[i] = true;
        chosen++;
      }
    }
    startNanos =
        WARM_NANOS + choice.nextLong(plan.config().probeIntervalMillis() * (SECOND / 1_000));
  }

  /** Runs it. */
  public static AnomalyResult of(AnomalyPlan plan) {
    return new AnomalyRun(plan).run();
  }

  private AnomalyResult run() {
    List<Known> all = hosts.stream().map(AnomalyHost::known).toList();
    for (AnomalyHost host : hosts) {
      host.assume(all);
      world.at(0, host::start);
    }
    long at = startNanos;
    for (; at < startNanos + plan.spanNanos(); at += plan.blockedNanos() + plan.openNanos()) {
      world.at(at, () -> eachSick(host -> host.shut(plan.kind())));
      world.at(at + plan.blockedNanos(), () -> eachSick(AnomalyHost::open));
    }
    world.runUntil(at + COOL_NANOS);
    List<Long> first = new ArrayList<>();
    List<Long> full = new ArrayList<>();
    for (int i = 0; i < sick.length; i++) {
      if (sick[i] && found[i] > 0) {
        first.add(firstNanos[i] - startNanos);
      }
      if (sick[i] && found[i] == plan.members() - plan.sick()) {
        full.add(lastNanos[i] - startNanos);
      }
    }
    return new AnomalyResult(
        falsePositives,
        falsePositivesAtHealthy,
        first,
        full,
        plan.sick(),
        datagrams,
        datagramBytes);
  }

  private void eachSick(Consumer<AnomalyHost> act) {
    for (int i = 0; i < sick.length; i++) {
      if (sick[i]) {
        act.accept(hosts.get(i));
      }
    }
  }

  @Override
  public void send(int from, PeerAddress to, byte[] payload) {
    datagrams++;
    datagramBytes += payload.length;
    Integer host = numberAt.get(to);
    if (host != null) {
      long spread = MAX_LATENCY_NANOS - MIN_LATENCY_NANOS;
      world.after(
          MIN_LATENCY_NANOS + latencies.nextLong(spread + 1),
          () -> hosts.get(host).datagram(addresses.get(from), ids.get(from), payload));
    }
  }

  @Override
  public void told(int observer, GossipEvent event) {
    Integer subject = numberOf.get(event.member().id());
    if (!(event instanceof GossipEvent.MemberFailed) || subject == null) {
      return;
    }
    if (!sick[subject]) {
      falsePositives++;
      falsePositivesAtHealthy += sick[observer] ? 0 : 1;
    } else if (!sick[observer]
        && world.nowNanos() <= startNanos + plan.blockedNanos()
        && !foundBy[subject][observer]) {
      foundBy[subject][observer] = true;
      firstNanos[subject] = found[subject] == 0 ? world.nowNanos() : firstNanos[subject];
      lastNanos[subject] = world.nowNanos();
      found[subject]++;
    }
  }
}
