package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.overlay.agent.HostInput;
import io.weft.simulator.network.Fabric;
import io.weft.simulator.network.PathFaults;
import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Carries out the scenario's faults, and takes each off again by itself. */
final class Nemesis {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** A crash that waits for the midst of a step strikes without one after this time. */
  private static final long STRIKE_NANOS = 400_000_000L;

  /** Between two hosts of a rolling upgrade. */
  private static final long ROLLING_NANOS = 3_000_000_000L;

  /** How long a restart takes. */
  private static final long RESTART_NANOS = 1_000_000_000L;

  private final Fleet fleet;
  private final Fabric fabric;
  private final RandomGenerator random;
  private final List<Runnable> undo = new ArrayList<>();
  private final SortedSet<Integer> gone = new TreeSet<>();
  private boolean over;

  Nemesis(Fleet fleet) {
    this.fleet = fleet;
    this.fabric = fleet.fabric();
    this.random = fleet.world().random().stream("nemesis", 0);
  }

  /** The hosts that shall not come back. */
  SortedSet<Integer> gone() {
    return gone;
  }

  void schedule(FaultSpec fault) {
    long at = fault.atMillis() * NANOS_PER_MILLI;
    fleet
        .world()
        .at(
            at,
            () -> {
              if (!over) {
                long until = fault.forMillis() == 0 ? 0 : fault.endMillis() * NANOS_PER_MILLI;
                fleet.observer().fault(at, until, fault.kind().key(), fault.toString());
                fleet.world().trace().add(fault.kind().key());
                begin(fault);
                fleet.history().fault(fault.kind().key(), fault.toString());
              }
            });
  }

  /** The faults are over: what is still on goes off, who was not to be gone for good comes back. */
  void end() {
    over = true;
    List<Runnable> all = List.copyOf(undo);
    undo.clear();
    all.forEach(Runnable::run);
  }

  /** Lifts it after its time, or at the end of all faults. */
  private void lift(FaultSpec fault, Runnable off) {
    boolean[] done = {false};
    Runnable once =
        () -> {
          if (!done[0]) {
            done[0] = true;
            off.run();
          }
        };
    undo.add(once);
    if (fault.forMillis() > 0) {
      fleet
          .world()
          .after(
              fault.forMillis() * NANOS_PER_MILLI,
              () -> {
                undo.remove(once);
                once.run();
              });
    }
  }

  private void begin(FaultSpec fault) {
    switch (fault) {
      case FaultSpec.Partition f -> {
        List<int[]> pairs = f.oneWay() ? oneWay(f.groups()) : apart(f.groups());
        cut(pairs, PathFaults.Scope.BOTH, true);
        lift(f, () -> cut(pairs, PathFaults.Scope.BOTH, false));
      }
      case FaultSpec.Isolate f -> {
        List<int[]> pairs = isolated(f.hosts());
        cut(pairs, PathFaults.Scope.BOTH, true);
        lift(f, () -> cut(pairs, PathFaults.Scope.BOTH, false));
      }
      case FaultSpec.Ring f -> {
        List<int[]> pairs = ring();
        cut(pairs, PathFaults.Scope.BOTH, true);
        lift(f, () -> cut(pairs, PathFaults.Scope.BOTH, false));
      }
      case FaultSpec.Flap f -> flap(f);
      case FaultSpec.Block f -> {
        PathFaults.Scope scope =
            f.protocol() == Protocol.UDP ? PathFaults.Scope.UDP : PathFaults.Scope.TCP;
        List<int[]> pairs = between(f.between());
        cut(pairs, scope, true);
        lift(f, () -> cut(pairs, scope, false));
      }
      case FaultSpec.Loss f -> {
        f.hosts().forEach(h -> fabric.loss(h, f.rate(), true));
        lift(f, () -> f.hosts().forEach(h -> fabric.loss(h, f.rate(), false)));
      }
      case FaultSpec.Duplicate f -> {
        f.hosts().forEach(h -> fabric.duplicate(h, f.rate(), true));
        lift(f, () -> f.hosts().forEach(h -> fabric.duplicate(h, f.rate(), false)));
      }
      case FaultSpec.Reorder f -> {
        f.hosts().forEach(h -> fabric.reorder(h, f.rate(), true));
        lift(f, () -> f.hosts().forEach(h -> fabric.reorder(h, f.rate(), false)));
      }
      case FaultSpec.Delay f -> {
        f.hosts().forEach(h -> fabric.delay(h, f.byMillis() * NANOS_PER_MILLI));
        lift(f, () -> f.hosts().forEach(h -> fabric.delay(h, -f.byMillis() * NANOS_PER_MILLI)));
      }
      case FaultSpec.Crash f -> f.hosts().forEach(h -> crash(fleet.host(h), f));
      case FaultSpec.Pause f -> {
        f.hosts().forEach(h -> fleet.host(h).turns().pause(true));
        lift(f, () -> f.hosts().forEach(h -> fleet.host(h).turns().pause(false)));
      }
      case FaultSpec.ClockJump f ->
          f.hosts().forEach(h -> fleet.host(h).clock().jump(f.byMillis()));
      case FaultSpec.ClockDrift f -> {
        f.hosts().forEach(h -> drift(fleet.host(h), f.rate()));
        lift(f, () -> f.hosts().forEach(h -> drift(fleet.host(h), 1 / f.rate())));
      }
      case FaultSpec.SlowDisk f -> {
        f.hosts().forEach(h -> fleet.host(h).disk().slow(f.factor()));
        lift(f, () -> f.hosts().forEach(h -> fleet.host(h).disk().slow(1)));
      }
      case FaultSpec.FullDisk f -> {
        f.hosts().forEach(h -> fleet.host(h).disk().full(true));
        lift(f, () -> f.hosts().forEach(h -> fleet.host(h).disk().full(false)));
      }
      case FaultSpec.CorruptFile f -> f.hosts().forEach(h -> corrupt(fleet.host(h), f));
      case FaultSpec.Leave f -> f.hosts().forEach(h -> leave(fleet.host(h)));
      case FaultSpec.Join f -> f.hosts().forEach(h -> join(fleet.host(h)));
      case FaultSpec.Wipe f -> f.hosts().forEach(h -> wipe(fleet.host(h)));
      case FaultSpec.Upgrade f -> upgrade(f);
      case FaultSpec.Address f -> readdress(f);
      case FaultSpec.Random f -> fleet.note("random faults must be expanded before a run");
    }
  }

  // --- the network ---

  private void cut(List<int[]> pairs, PathFaults.Scope scope, boolean on) {
    pairs.forEach(p -> fabric.block(p[0], p[1], scope, on));
    fabric.pathsChanged();
  }

  private List<int[]> pairs(PairRule rule) {
    List<int[]> pairs = new ArrayList<>();
    for (FleetHost from : fleet.hosts()) {
      for (FleetHost to : fleet.hosts()) {
        if (from != to && rule.blocked(from.number, to.number)) {
          pairs.add(new int[] {from.number, to.number});
        }
      }
    }
    return pairs;
  }

  private interface PairRule {
    boolean blocked(int from, int to);
  }

  private List<int[]> apart(List<List<Integer>> groups) {
    return pairs((from, to) -> groups.stream().noneMatch(g -> g.contains(from) && g.contains(to)));
  }

  private List<int[]> oneWay(List<List<Integer>> groups) {
    List<Integer> first = groups.getFirst();
    return pairs((from, to) -> first.contains(from) && !first.contains(to));
  }

  private List<int[]> isolated(List<Integer> hosts) {
    return pairs((from, to) -> hosts.contains(from) || hosts.contains(to));
  }

  private List<int[]> between(List<List<Integer>> two) {
    List<Integer> a = two.getFirst();
    List<Integer> b = two.getLast();
    return pairs(
        (from, to) -> (a.contains(from) && b.contains(to)) || (b.contains(from) && a.contains(to)));
  }

  /** Each reaches only its nearest neighbours on a ring: a bare majority with itself. */
  private List<int[]> ring() {
    int count = fleet.hosts().size();
    int reach = Math.max(1, (count / 2 + 1) / 2);
    return pairs(
        (from, to) -> {
          int distance = Math.abs(from - to);
          return Math.min(distance, count - distance) > reach;
        });
  }

  private void flap(FaultSpec.Flap f) {
    List<int[]> pairs = apart(f.groups());
    boolean[] state = {false, false}; // on now, over
    Runnable[] tick = new Runnable[1];
    tick[0] =
        () -> {
          if (!state[1]) {
            state[0] = !state[0];
            cut(pairs, PathFaults.Scope.BOTH, state[0]);
            fleet.world().after(f.periodMillis() * NANOS_PER_MILLI / 2, tick[0]::run);
          }
        };
    tick[0].run();
    lift(
        f,
        () -> {
          state[1] = true;
          if (state[0]) {
            cut(pairs, PathFaults.Scope.BOTH, false);
          }
        });
  }

  // --- hosts ---

  private void skip(FleetHost host, String what) {
    fleet.note("skipped: " + what + " of host " + host.number + ", which is " + host.phase());
  }

  private void crash(FleetHost host, FaultSpec.Crash f) {
    if (!host.running()) {
      skip(host, "crash");
      return;
    }
    boolean silently = f.loseUnsynced() || f.tornWrite();
    long life = host.life();
    host.crashSoon(silently);
    fleet
        .world()
        .after(
            STRIKE_NANOS,
            () -> {
              if (host.life() == life) {
                host.crash(silently);
              }
            });
    if (f.forMillis() == 0) {
      gone.add(host.number);
    } else {
      lift(f, () -> fleet.world().after(STRIKE_NANOS, () -> restart(host)));
    }
  }

  private void restart(FleetHost host) {
    if (host.phase() == FleetHost.Phase.DOWN && !host.hasLeft()) {
      host.start();
    } else if (host.phase() == FleetHost.Phase.NEW) {
      host.join();
    }
  }

  private void drift(FleetHost host, double rate) {
    host.clock().run(fleet.world().nowNanos(), host.clock().rate() * rate);
  }

  private void leave(FleetHost host) {
    if (!host.running()) {
      skip(host, "leave");
      return;
    }
    host.ask(
        new HostInput.Leave(
            Fleet.reply(
                left -> fleet.note("host " + host.number + " has left"),
                refusal -> {
                  fleet.judge().refused(host, refusal);
                  fleet.note("host " + host.number + " stays: " + refusal.message());
                })));
  }

  private void join(FleetHost host) {
    gone.remove(host.number);
    if (host.running() || host.phase() == FleetHost.Phase.JOINING) {
      skip(host, "join");
    } else if (host.hasLeft()) {
      host.wipe();
      host.join();
    } else {
      restart(host);
    }
  }

  private void wipe(FleetHost host) {
    if (host.phase() == FleetHost.Phase.NEW || host.phase() == FleetHost.Phase.JOINING) {
      skip(host, "wipe");
      return;
    }
    gone.remove(host.number);
    host.wipe();
    fleet.world().after(RESTART_NANOS, () -> restart(host));
  }

  private void upgrade(FaultSpec.Upgrade f) {
    long delay = 0;
    for (int number : f.hosts()) {
      FleetHost host = fleet.host(number);
      fleet
          .world()
          .after(
              delay,
              () -> {
                host.configure(fleet.configuration(f.config()));
                if (host.running()) {
                  stopAndStart(host);
                } else {
                  skip(host, "the restart for an upgrade");
                }
              });
      delay += ROLLING_NANOS;
    }
  }

  private void stopAndStart(FleetHost host) {
    host.crash(false);
    fleet.world().after(RESTART_NANOS + random.nextLong(RESTART_NANOS), () -> restart(host));
  }

  private void readdress(FaultSpec.Address f) {
    FleetHost host = fleet.host(f.host());
    PeerAddress to = PeerAddress.parse(f.to() + ":" + host.address().port());
    if (fabric.hostAt(to) != 0) {
      fleet.note("skipped: the address " + f.to() + " is another host's");
      return;
    }
    boolean running = host.running();
    if (running) {
      host.crash(false);
    }
    host.readdress(to);
    if (running) {
      fleet.world().after(RESTART_NANOS, () -> restart(host));
    }
  }

  /** Bits change on the disk: what runs has read the file already, the next start sees it. */
  private void corrupt(FleetHost host, FaultSpec.CorruptFile f) {
    if (host.disk().identity == null) {
      skip(host, "the corruption of a file");
    } else if (f.file().equals("endpoints")) {
      host.disk().rottenEndpoints = true;
    } else {
      host.disk().rottenLogBytes += f.bytes();
    }
  }
}
