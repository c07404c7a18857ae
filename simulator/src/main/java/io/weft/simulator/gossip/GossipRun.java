package io.weft.simulator.gossip;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.GossipCodec;
import io.weft.simulator.checker.MembershipChecker;
import io.weft.simulator.history.Fault;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.Operation;
import io.weft.simulator.network.SimNetwork;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;

/** Runs a plan from its beginning to its end. */
public final class GossipRun {
  /** The observer looks this often. */
  private static final long LOOK_NANOS = 250_000_000L;

  /** Hosts start within this time of each other, in an order drawn from the seed. */
  private static final long START_SPREAD_NANOS = 1_000_000_000L;

  private final GossipPlan plan;
  private final World world;
  private final SimNetwork network;
  private final Directory directory;
  private final List<GossipHost> hosts = new ArrayList<>();
  private final HistoryRecorder recorder;
  private final Observer observer;

  private GossipRun(GossipPlan plan) {
    this.plan = plan;
    this.world = new World(plan.seed());
    this.network = new SimNetwork(world, plan.network());
    this.directory = new Directory(plan.hosts(), world.random().stream("identity", -1));
    this.recorder = new HistoryRecorder(world::nowNanos);
    GossipCodec codec = new GossipCodec();
    for (int i = 0; i < plan.hosts(); i++) {
      GossipHost host = new GossipHost(world, network, directory, plan.config(), codec, true, i);
      network.attach(host);
      hosts.add(host);
    }
    this.observer = new Observer(hosts, directory, recorder);
  }

  /** Runs it. */
  public static GossipResult of(GossipPlan plan) {
    return new GossipRun(plan).run();
  }

  private GossipResult run() {
    var starts = world.random().stream("start", -1);
    for (int i = 0; i < hosts.size(); i++) {
      GossipHost host = hosts.get(i);
      List<PeerAddress> seeds = seeds(i);
      world.at(starts.nextLong(START_SPREAD_NANOS), () -> host.start(seeds));
    }
    world.at(START_SPREAD_NANOS, () -> nemesis(new Fault.Cluster(names())));
    for (ScheduledFault fault : plan.faults()) {
      world.at(fault.atNanos(), () -> nemesis(fault.fault()));
    }
    for (long at = START_SPREAD_NANOS; at <= plan.durationNanos(); at += LOOK_NANOS) {
      world.at(at, () -> observer.look(world.nowNanos()));
    }
    world.runUntil(plan.durationNanos());
    return new GossipResult(
        world.trace().hex(),
        world.events(),
        new MembershipChecker(plan.boundNanos()).check(recorder.history()),
        observer.violations(),
        recorder.history(),
        network.datagramsSent(),
        network.datagramBytes());
  }

  /** Everybody joins through the first host, the first through the second. */
  private List<PeerAddress> seeds(int host) {
    if (hosts.size() == 1) {
      return List.of();
    }
    return List.of(directory.address(host == 0 ? 1 : 0));
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      names.add(directory.name(i));
    }
    return names;
  }

  private void nemesis(Fault fault) {
    recorder.invoke(Operation.NEMESIS, fault.f(), fault.toJson());
    switch (fault) {
      case Fault.Cluster cluster -> {}
      case Fault.Partition partition -> network.block(blocked(partition.groups()));
      case Fault.Heal heal -> network.block(new boolean[hosts.size()][hosts.size()]);
      case Fault.Crash crash -> crash.hosts().forEach(name -> host(name).crash());
      case Fault.Restart restart ->
          restart.hosts().forEach(name -> host(name).start(seeds(directory.host(name))));
    }
    world.trace().add(fault.f());
    recorder.ok(Operation.NEMESIS, fault.f(), fault.toJson());
  }

  private GossipHost host(String name) {
    return hosts.get(directory.host(name));
  }

  private boolean[][] blocked(List<List<String>> groups) {
    boolean[][] blocked = new boolean[hosts.size()][hosts.size()];
    for (int from = 0; from < blocked.length; from++) {
      for (int to = 0; to < blocked.length; to++) {
        String one = directory.name(from);
        String other = directory.name(to);
        blocked[from][to] =
            from != to && groups.stream().noneMatch(g -> g.contains(one) && g.contains(other));
      }
    }
    return blocked;
  }
}
