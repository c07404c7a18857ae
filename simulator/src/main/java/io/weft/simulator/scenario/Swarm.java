package io.weft.simulator.scenario;

import io.weft.simulator.world.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The scenario {@code random}: size, settings, network, workload and kinds of faults are drawn from
 * the seed. Each seed leaves some kinds of faults out altogether, so that others get room to act
 * (swarm testing: Groce and others, 2012).
 */
final class Swarm {
  /** What the scenario is called. */
  static final String NAME = "random";

  private static final int LEAST_HOSTS = 3;
  private static final int MOST_HOSTS = 9;
  private static final long SECOND = 1_000;
  private static final long FIRST_FAULT_MILLIS = 8 * SECOND;
  private static final int PER_CENT = 100;
  private static final int PER_MILLE = 1_000;
  private static final List<String> NETWORK_NAMES = List.of("blue", "green", "red");

  private final Draw size;
  private final Draw net;
  private final Draw settings;
  private final Draw users;
  private final Draw nemesis;
  private final Draw keys;
  private final long seed;

  private Swarm(long seed) {
    RandomStreams streams = new RandomStreams(seed);
    this.seed = seed;
    this.size = new Draw(streams.stream("swarm-size", -1));
    this.net = new Draw(streams.stream("swarm-network", -1));
    this.settings = new Draw(streams.stream("swarm-settings", -1));
    this.users = new Draw(streams.stream("swarm-users", -1));
    this.nemesis = new Draw(streams.stream("swarm-faults", -1));
    this.keys = new Draw(streams.stream("swarm-keys", -1));
  }

  /** The scenario of a seed, concrete in all things. */
  static Scenario of(long seed) {
    return Expansion.of(new Swarm(seed).scenario(), seed);
  }

  private Scenario scenario() {
    int count = size.whole(LEAST_HOSTS, MOST_HOSTS);
    boolean regions = size.chance(0.3);
    List<ScenarioHost> hosts =
        IntStream.rangeClosed(1, count)
            .mapToObj(
                n ->
                    regions
                        ? new ScenarioHost(n, "h" + n, n % 2 == 0 ? "us" : "eu", new TreeMap<>(), 1)
                        : ScenarioHost.plain(n))
            .toList();
    long faultsEnd = FIRST_FAULT_MILLIS + size.stepped(20 * SECOND, 90 * SECOND, SECOND);
    long duration = faultsEnd + size.stepped(0, 20 * SECOND, SECOND);
    NetworkSpec network = network();
    List<LinkSpec> links = regions ? List.of(between(network)) : List.of();
    SortedMap<String, String> config = config();
    return new Scenario(
        NAME,
        seed,
        duration,
        hosts,
        network,
        links,
        config,
        workload(duration),
        List.of(faults(faultsEnd)),
        new Expect(CONVERGENCE_MILLIS, new TreeSet<>(), List.of()));
  }

  /** How long after the faults all must be well, under any settings that are drawn here. */
  private static final long CONVERGENCE_MILLIS = 60 * SECOND;

  private NetworkSpec network() {
    long median = net.one(List.of(100L, 200L, 500L, 1_000L, 2_000L, 5_000L, 10_000L));
    long p99 = median * net.one(List.of(2, 4, 10));
    return new NetworkSpec(
        median,
        p99,
        net.chance(0.5) ? 0 : net.whole(1, 30) / (double) PER_MILLE,
        net.chance(0.5) ? 0 : net.whole(1, 20) / (double) PER_MILLE,
        net.chance(0.5) ? 0 : net.whole(1, 5) / (double) PER_CENT,
        net.chance(0.7) ? 0 : net.one(List.of(100_000_000L, 1_000_000_000L)),
        net.one(List.of(1_400, 1_500, 1_500, 9_000)));
  }

  private LinkSpec between(NetworkSpec base) {
    long median = net.one(List.of(20_000L, 40_000L, 80_000L));
    return new LinkSpec(
        "eu",
        "us",
        new NetworkSpec(
            median,
            median * 2,
            base.loss(),
            base.duplicate(),
            base.reorder(),
            base.bandwidthBitsPerSecond(),
            base.mtu()));
  }

  private SortedMap<String, String> config() {
    SortedMap<String, String> config = new TreeMap<>();
    maybe(config, "gossip.probeInterval", "800ms", "1s", "1500ms");
    maybe(config, "gossip.suspicionMultiplier", "3", "4", "5");
    maybe(config, "gossip.gossipInterval", "100ms", "200ms", "400ms");
    maybe(config, "gossip.gossipNodes", "2", "3", "4");
    maybe(config, "gossip.syncInterval", "3s", "10s", "15s");
    maybe(config, "gossip.datagramBudget", "600B", "1200B", "1400B");
    maybe(config, "gossip.tombstone", "1m", "1h");
    maybe(config, "gossip.deadRetention", "1m", "1d");
    maybe(config, "gossip.reconnectMax", "3s", "10s");
    maybe(config, "raft.electionTimeout", "800ms", "1s", "2s");
    maybe(config, "registry.quarantine", "10s", "30s", "10m");
    return config;
  }

  private void maybe(SortedMap<String, String> config, String key, String... values) {
    boolean set = settings.chance(0.4);
    String value = settings.one(List.of(values));
    if (set) {
      config.put(key, value);
    }
  }

  private List<Work> workload(long duration) {
    List<Work> work = new ArrayList<>();
    int networks = users.whole(1, NETWORK_NAMES.size());
    for (int i = 0; i < networks; i++) {
      String name = NETWORK_NAMES.get(i);
      long at = users.stepped(2 * SECOND, 10 * SECOND, 100);
      // Some are so small that there is hardly a block for each host.
      String subnet = "10." + (32 + i) + ".0.0/" + users.one(List.of(16, 20, 22));
      work.add(new Work.CreateNetwork(at, name, subnet));
      work.add(new Work.Attach(at + SECOND, name, users.whole(1, 3), List.of()));
      if (users.chance(0.6)) {
        long every = users.stepped(SECOND, 8 * SECOND, 500);
        double fraction = users.whole(5, 50) / (double) PER_CENT;
        work.add(new Work.Churn(at + 2 * SECOND, every, duration, name, fraction));
      }
    }
    if (keys.chance(0.4)) {
      work.add(new Work.RotateGossipKey(keys.stepped(2 * SECOND, duration, 100)));
    }
    work.sort(java.util.Comparator.comparingLong(Work::atMillis));
    return work;
  }

  private FaultSpec faults(long end) {
    List<RandomKind> kinds =
        Stream.of(RandomKind.values()).filter(_ -> nemesis.chance(0.4)).toList();
    if (kinds.isEmpty()) {
      kinds = List.of(RandomKind.PARTITION, RandomKind.CRASH);
    }
    SortedSet<RandomKind> sorted = new TreeSet<>(kinds);
    return new FaultSpec.Random(
        FIRST_FAULT_MILLIS, end, List.copyOf(sorted), nemesis.stepped(SECOND, 15 * SECOND, 500));
  }
}
