package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.agent.Reply;
import io.weft.overlay.config.ConfigLoader;
import io.weft.overlay.config.ConfigResult;
import io.weft.overlay.config.WeftConfig;
import io.weft.security.identity.NodeId;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.network.Fabric;
import io.weft.simulator.network.FabricTap;
import io.weft.simulator.network.PathProfile;
import io.weft.simulator.scenario.NetworkSpec;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.world.World;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All that one run is made of. */
final class Fleet {
  private static final int GOSSIP_PORT = 7940;

  private final Scenario scenario;
  private final World world;
  private final Path scratch;
  private final RunObserver observer;
  private final Fabric fabric;
  private final Judge judge;
  private final HistoryRecorder history;
  private final SortedMap<Integer, FleetHost> hosts = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private int endpointCount;

  Fleet(Scenario scenario, long seed, Path scratch, RunObserver observer) {
    this.scenario = scenario;
    this.world = new World(seed);
    this.scratch = scratch;
    this.observer = observer;
    List<PeerAddress> addresses = new ArrayList<>();
    for (int i = 1; i <= scenario.hosts().size(); i++) {
      addresses.add(PeerAddress.parse("10.0.%d.%d:%d".formatted(i / 250, i % 250, GOSSIP_PORT)));
    }
    this.fabric = new Fabric(world, paths(scenario), addresses, new Tap());
    this.judge = new Judge(this);
    this.history = new HistoryRecorder(world::nowNanos);
    WeftConfig settings = configuration(Map.of());
    for (ScenarioHost spec : scenario.hosts()) {
      FleetHost host = new FleetHost(this, spec, addresses.get(spec.number() - 1), settings);
      hosts.put(spec.number(), host);
      fabric.attach(spec.number(), new HostDoor(host));
    }
  }

  private final class Tap implements FabricTap {
    @Override
    public void sent(int from, int to, @Nullable Channel channel, int bytes) {
      judge().sent(from, to, channel, bytes);
      observer.message(world.nowNanos(), from, to, name(channel), bytes);
    }

    @Override
    public void arrived(int from, int to, @Nullable Channel channel, long tookNanos) {
      observer.arrived(world.nowNanos(), from, to, name(channel), tookNanos);
    }

    private static String name(@Nullable Channel channel) {
      return channel == null ? RunObserver.DATAGRAMS : channel.name();
    }
  }

  private static PathProfile[][] paths(Scenario scenario) {
    int size = scenario.hosts().size() + 1;
    PathProfile[][] paths = new PathProfile[size][size];
    for (ScenarioHost from : scenario.hosts()) {
      for (ScenarioHost to : scenario.hosts()) {
        NetworkSpec spec = scenario.path(from, to);
        paths[from.number()][to.number()] =
            new PathProfile(
                spec.latencyMedianMicros(),
                spec.latencyP99Micros(),
                spec.loss(),
                spec.duplicate(),
                spec.reorder(),
                spec.bandwidthBitsPerSecond(),
                spec.mtu());
      }
    }
    return paths;
  }

  /** The scenario's settings with others over them. */
  WeftConfig configuration(Map<String, String> over) {
    SortedMap<String, String> flags = new TreeMap<>(scenario.config());
    flags.putAll(over);
    return switch (ConfigLoader.load("", null, Map.of(), flags)) {
      case ConfigResult.Valid valid -> valid.config().config();
      case ConfigResult.Invalid invalid ->
          throw new IllegalArgumentException("the scenario's config: " + invalid.errors());
    };
  }

  Scenario scenario() {
    return scenario;
  }

  World world() {
    return world;
  }

  Fabric fabric() {
    return fabric;
  }

  Judge judge() {
    return judge;
  }

  /** What contending users asked and were told, and the faults when they began. */
  HistoryRecorder history() {
    return history;
  }

  RunObserver observer() {
    return observer;
  }

  Path scratch() {
    return scratch;
  }

  Collection<FleetHost> hosts() {
    return hosts.values();
  }

  FleetHost host(int number) {
    FleetHost host = hosts.get(number);
    if (host == null) {
      throw new IllegalArgumentException("no host " + number);
    }
    return host;
  }

  /** Who has this id, or had it before its disk was wiped; null for none. */
  @Nullable FleetHost byId(NodeId id) {
    for (FleetHost host : hosts.values()) {
      if (host.identity().equals(id)) {
        return host;
      }
    }
    return null;
  }

  /** The smallest MTU of a host's paths. */
  int mtu(int number) {
    int least = Integer.MAX_VALUE;
    for (int other : hosts.keySet()) {
      if (other != number) {
        least = Math.min(least, fabric.mtu(number, other));
      }
    }
    return least == Integer.MAX_VALUE ? scenario.network().mtu() : least;
  }

  List<FleetHost> running() {
    return hosts.values().stream().filter(FleetHost::running).toList();
  }

  /** A new endpoint's id: its first digits differ from all others'. */
  String nextEndpointId() {
    endpointCount++;
    return "%012x%08x".formatted(endpointCount * 0x1000001L, endpointCount);
  }

  void note(String text) {
    notes.add("%.3f s: %s".formatted(world.nowNanos() / 1e9, text));
    observer.event(world.nowNanos(), "note", 0, text);
    world.trace().add(text);
  }

  List<String> notes() {
    return notes;
  }

  /** A reply that does one thing or the other. */
  static <T> Reply<T> reply(Consumer<T> done, Consumer<Refusal> refused) {
    return new Reply<T>() {
      @Override
      public void done(T answer) {
        done.accept(answer);
      }

      @Override
      public void refused(Refusal refusal) {
        refused.accept(refusal);
      }
    };
  }
}
