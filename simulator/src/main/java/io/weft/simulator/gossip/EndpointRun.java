package io.weft.simulator.gossip;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.GossipCodec;
import io.weft.simulator.network.SimNetwork;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Runs a plan: how long a change of an endpoint's record takes to every host. */
public final class EndpointRun {
  private static final long SECOND = 1_000_000_000L;

  /** By then all know each other. */
  private static final long WARM_NANOS = 30 * SECOND;

  /** So long after the last change everybody has it, or never will. */
  private static final long COOL_NANOS = 60 * SECOND;

  /** A host that restarts is away for so long. */
  private static final long AWAY_NANOS = 5 * SECOND;

  /** What a restarted host does not know yet it is not asked for. */
  private static final long BACK_NANOS = 5 * SECOND;

  /** As large as an endpoint's record with two addresses and some labels. */
  private static final int RECORD_BYTES = 160;

  /** A host has at most so many endpoints. */
  private static final int ENDPOINTS = 8;

  private static final int CODEC_MEMORY_BITS = 12;

  private final EndpointPlan plan;
  private final World world;
  private final SimNetwork network;
  private final Directory directory;
  private final List<GossipHost> hosts = new ArrayList<>();
  private final List<Arrivals> arrivals = new ArrayList<>();
  private final boolean[][] attached;
  private final List<Long> all = new ArrayList<>();
  private final List<Long> each = new ArrayList<>();
  private long missing;

  private EndpointRun(EndpointPlan plan) {
    this.plan = plan;
    world = new World(plan.seed());
    network = new SimNetwork(world, plan.network());
    directory = new Directory(plan.hosts(), world.random().stream("identity", -1));
    attached = new boolean[plan.hosts()][ENDPOINTS];
    GossipCodec codec = new GossipCodec(CODEC_MEMORY_BITS);
    for (int i = 0; i < plan.hosts(); i++) {
      int host = i;
      GossipHost made = new GossipHost(world, network, directory, plan.config(), codec, true, i);
      made.watch(() -> look(host));
      network.attach(made);
      hosts.add(made);
      arrivals.add(new Arrivals(plan.hosts(), i));
    }
  }

  /** Runs it. */
  public static EndpointResult of(EndpointPlan plan) {
    return new EndpointRun(plan).run();
  }

  private EndpointResult run() {
    RandomGenerator choice = world.random().stream("churn", -1);
    for (int i = 0; i < hosts.size(); i++) {
      GossipHost host = hosts.get(i);
      List<PeerAddress> seeds = seeds(i);
      world.at(choice.nextLong(SECOND), () -> host.start(seeds));
      change(i, WARM_NANOS, world.random().stream("endpoints", i));
    }
    long end = WARM_NANOS + plan.spanNanos();
    if (plan.restartNanos() > 0) {
      for (long at = WARM_NANOS + plan.restartNanos();
          at + AWAY_NANOS + BACK_NANOS < end;
          at += plan.restartNanos()) {
        int host = choice.nextInt(hosts.size());
        world.at(at, () -> stop(host));
        world.at(at + AWAY_NANOS, () -> restart(host));
        world.at(at + AWAY_NANOS + BACK_NANOS, () -> excuse(host, true));
      }
    }
    world.runUntil(end + COOL_NANOS);
    for (int i = 0; i < arrivals.size(); i++) {
      count(i);
    }
    Collections.sort(all);
    Collections.sort(each);
    return new EndpointResult(all, each, missing, network.datagramBytes());
  }

  private List<PeerAddress> seeds(int host) {
    return List.of(directory.address(host == 0 ? 1 : 0));
  }

  /** An endpoint of a host comes or goes, after a time that is drawn, and so on. */
  private void change(int host, long fromNanos, RandomGenerator random) {
    long at = fromNanos + (long) (-StrictMath.log(1 - random.nextDouble()) * plan.changeNanos());
    if (at >= WARM_NANOS + plan.spanNanos()) {
      return;
    }
    world.at(
        at,
        () -> {
          GossipHost owner = hosts.get(host);
          if (owner.running()) {
            int endpoint = random.nextInt(ENDPOINTS);
            String key = "ep/" + endpoint;
            attached[host][endpoint] = !attached[host][endpoint];
            if (attached[host][endpoint]) {
              byte[] value = new byte[RECORD_BYTES];
              random.nextBytes(value);
              owner.put(key, value);
            } else {
              owner.remove(key);
            }
            arrivals.get(host).written(owner.self().version(), world.nowNanos());
          }
          change(host, at, random);
        });
  }

  private void stop(int host) {
    if (hosts.get(host).running()) {
      hosts.get(host).crash();
      excuse(host, false);
    }
  }

  /** With nothing of its own: its endpoints went with it. */
  private void restart(int host) {
    if (hosts.get(host).running()) {
      return;
    }
    // What of its former life was on the way to somebody nobody asks for any more.
    Arrivals former = arrivals.get(host);
    former.addTo(all, each);
    Arrivals next = new Arrivals(plan.hosts(), host);
    for (int other = 0; other < hosts.size(); other++) {
      if (other != host && former.isAway(other)) {
        next.excuse(other, false);
      }
    }
    arrivals.set(host, next);
    Arrays.fill(attached[host], false);
    hosts.get(host).start(seeds(host));
  }

  private void excuse(int host, boolean stays) {
    for (int owner = 0; owner < arrivals.size(); owner++) {
      if (owner != host) {
        arrivals.get(owner).excuse(host, stays && hosts.get(host).running());
      }
    }
  }

  private void count(int owner) {
    arrivals.get(owner).addTo(all, each);
    missing += hosts.get(owner).running() ? arrivals.get(owner).missing() : 0;
  }

  private void look(int host) {
    for (int owner = 0; owner < arrivals.size(); owner++) {
      if (arrivals.get(owner).awaitedAt(host)) {
        int writer = owner;
        hosts
            .get(host)
            .member(directory.id(owner))
            .filter(m -> m.generation() == hosts.get(writer).self().generation())
            .ifPresent(m -> arrivals.get(writer).reached(host, m.version(), world.nowNanos()));
      }
    }
  }
}
