package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.KnownPeer;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.world.World;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One host: its process, which can crash, stand still and start again, and what outlives it: disk,
 * kernel, clocks.
 */
final class FleetHost {
  /** How far a host has come. */
  enum Phase {
    /** It has no identity: it never ran, or its disk was wiped, or it has left. */
    NEW,
    /** The join command runs. */
    JOINING,
    RUNNING,
    /** The process does not run; the machine may. */
    DOWN
  }

  /** A core that is due at once for so many steps in a row spins. */
  private static final int MAX_STEPS_AT_ONE_TIME = 20_000;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** How long the supervisor waits before it starts a process again that failed. */
  private static final long SUPERVISOR_NANOS = 5_000_000_000L;

  final Fleet fleet;
  final int number;
  final ScenarioHost spec;
  private final HostClock clock;
  private final HostKernel kernel;
  private final HostDisk disk = new HostDisk();
  private final RandomGenerator faultRandom;
  private PeerAddress address;
  private WeftConfig config;
  private Phase phase = Phase.NEW;
  private int wipes;
  private boolean machineOff;
  private boolean hasLeft;

  // The present process.
  private long life;
  private @Nullable HostCore core;
  private @Nullable AtomixEngine engine;
  private @Nullable HostShell shell;
  private @Nullable DataPlaneModel dataPlane;
  private @Nullable Joining joining;
  private long timerNanos = Long.MAX_VALUE;
  private long lastStepNanos = -1;
  private int stepsAtOneTime;

  // What is wrong with it now.
  private final Turns turns = new Turns(this);
  private int strikeIn = -1;
  private boolean strikeSilently;

  FleetHost(Fleet fleet, ScenarioHost spec, PeerAddress address, WeftConfig config) {
    this.fleet = fleet;
    this.number = spec.number();
    this.spec = spec;
    this.address = address;
    this.config = config;
    RandomGenerator clocks = fleet.world().random().stream("clock", number);
    this.clock = new HostClock(-clocks.nextLong(1L << 50), spec.clockDrift());
    clock.jump(clocks.nextLong(100) - 50);
    this.faultRandom = fleet.world().random().stream("host-faults", number);
    this.kernel =
        new HostKernel(
            fleet.world(),
            address.ip(),
            (invariant, detail) -> fleet.judge().violated(invariant, this, detail));
  }

  World world() {
    return fleet.world();
  }

  HostDisk disk() {
    return disk;
  }

  HostKernel kernel() {
    return kernel;
  }

  HostClock clock() {
    return clock;
  }

  Phase phase() {
    return phase;
  }

  long life() {
    return life;
  }

  PeerAddress address() {
    return address;
  }

  WeftConfig config() {
    return config;
  }

  boolean machineOff() {
    return machineOff;
  }

  boolean hasLeft() {
    return hasLeft;
  }

  boolean paused() {
    return turns.paused();
  }

  Turns turns() {
    return turns;
  }

  boolean running() {
    return phase == Phase.RUNNING;
  }

  @Nullable HostCore core() {
    return core;
  }

  /** The join command, while it runs. */
  @Nullable Joining joining() {
    return joining;
  }

  DataPlaneModel dataPlane() {
    DataPlaneModel worker = dataPlane;
    if (worker == null) {
      throw new IllegalStateException("host " + number + " does not run");
    }
    return worker;
  }

  long monotonicNanos() {
    return clock.monotonic(world().nowNanos());
  }

  long wallMillis() {
    return clock.wallMillis(world().nowNanos());
  }

  long worldTime(long localNanos) {
    return clock.worldTime(localNanos);
  }

  NodeId identity() {
    Identities.Made made = disk.identity;
    return made == null
        ? Identities.of(spec.name(), number, wipes).identity().id()
        : made.identity().id();
  }

  // --- starting and stopping ---

  /** Founds the cluster. */
  void found() {
    Identities.Made made = Identities.of(spec.name(), number, wipes);
    disk.identity = made;
    disk.wrappedCaKey = io.weft.overlay.registry.Blob.of(Identities.wrappedFor(made.identity()));
    start();
  }

  /** Runs the join command until it has worked, and then the agent. */
  void join() {
    hasLeft = false;
    machineOff = false;
    phase = Phase.JOINING;
    life++;
    fleet.fabric().started(number);
    Joining begun = new Joining(this, life, Identities.of(spec.name(), number, wipes));
    joining = begun;
    begun.attempt();
  }

  /** The join command has brought an identity, where others are, and the gossip keyring. */
  void joined(Identities.Made made, List<KnownPeer> peers, GossipKeys keys) {
    joining = null;
    disk.identity = made;
    disk.gossipKeys = keys;
    disk.peers = List.copyOf(peers);
    start();
  }

  /** Starts the agent from the disk. */
  void start() {
    Identities.Made made = disk.identity;
    if (made == null) {
      join();
      return;
    }
    machineOff = false;
    if (!disk.hasSpace()) {
      phase = Phase.DOWN;
      supervise();
      return;
    }
    HostStart start = new HostStart(this);
    if (start.hasLeft(made)) {
      phase = Phase.DOWN;
      hasLeft = true;
      fleet.note("host " + number + " does not start: it has left its cluster");
      return;
    }
    if (start.movesDamagedEndpoints()) {
      phase = Phase.DOWN;
      fleet.note("host " + number + " does not start: its file of endpoints is damaged");
      supervise();
      return;
    }
    start.rot(faultRandom);
    life++;
    long ours = life;
    fleet.fabric().started(number);
    kernel.opened(address.ip());
    start.clearStrays();
    start.countGeneration();
    AtomixEngine madeEngine = start.engine(made, ours);
    try {
      core = start.core(made, madeEngine, ours);
    } catch (IllegalStateException e) {
      phase = Phase.DOWN;
      fleet.note("host " + number + " does not start: " + e.getMessage());
      return;
    }
    engine = madeEngine;
    shell = new HostShell(this, ours, madeEngine);
    dataPlane =
        new DataPlaneModel(this, ours, fleet.world().random().stream("plane-" + ours, number));
    phase = Phase.RUNNING;
    timerNanos = Long.MAX_VALUE;
    fleet.judge().started(this);
    put(ours, new HostInput.Start());
  }

  /**
   * The process is gone from one moment to the next.
   *
   * @param silently the machine loses power with it
   */
  void crash(boolean silently) {
    if (phase == Phase.DOWN && silently) {
      machineOff = true;
      kernel.powerLost();
    }
    if (phase != Phase.RUNNING && phase != Phase.JOINING) {
      return;
    }
    AtomixEngine stopping = engine;
    phase = disk.identity == null ? Phase.NEW : Phase.DOWN;
    life++;
    core = null;
    engine = null;
    shell = null;
    dataPlane = null;
    joining = null;
    timerNanos = Long.MAX_VALUE;
    turns.clear();
    strikeIn = -1;
    if (stopping != null) {
      RaftRuntime.install(
          new EngineRuntime(this, life, fleet.world().random().stream("closing", number)));
      try {
        stopping.close();
      } finally {
        RaftRuntime.install(null);
      }
    }
    fleet.fabric().stopped(number, silently);
    if (silently) {
      machineOff = true;
      kernel.powerLost();
    }
    fleet.judge().stopped(this, silently);
  }

  /** The disk is emptied and the machine installed anew. */
  void wipe() {
    crash(true);
    disk.wipe();
    wipes++;
    phase = Phase.NEW;
    hasLeft = false;
    fleet.judge().wiped(this);
    fleet.judge().endpointsChanged();
  }

  void leftCluster() {
    hasLeft = true;
    turns.at(life, world().nowNanos(), () -> crash(false));
  }

  private void supervise() {
    long ours = life;
    world()
        .after(
            SUPERVISOR_NANOS,
            () -> {
              if (life == ours && phase == Phase.DOWN && !machineOff && !hasLeft) {
                start();
              }
            });
  }

  void configure(WeftConfig settings) {
    config = settings;
  }

  void readdress(PeerAddress to) {
    address = to;
    fleet.fabric().readdress(number, to);
  }

  // --- faults of the process and the disk ---

  /** The process ends in the midst of one of its next steps, or a little later if it has none. */
  void crashSoon(boolean silently) {
    strikeIn = faultRandom.nextInt(12);
    strikeSilently = silently;
  }

  /** Called at each effect of a step: here the crash strikes. */
  void strike() {
    if (strikeIn >= 0 && strikeIn-- == 0) {
      throw new HostShell.Crashed();
    }
  }

  boolean aboutToCrash() {
    return strikeIn >= 0;
  }

  // --- turns ---

  void engineTaskFailed(RuntimeException e) {
    fleet.judge().engineFailed(this, e);
  }

  /** Takes an input after what waits already; lost when the process is gone by then. */
  void put(long ofLife, HostInput input) {
    turns.at(ofLife, world().nowNanos(), () -> step(input));
  }

  /** An operator's request. */
  void ask(HostInput input) {
    put(life, input);
  }

  private void step(HostInput input) {
    HostCore running = core;
    HostShell effects = shell;
    if (running == null || effects == null) {
      return;
    }
    long now = monotonicNanos();
    stepsAtOneTime = now == lastStepNanos ? stepsAtOneTime + 1 : 0;
    lastStepNanos = now;
    disk.stepBegins();
    world().trace().add(number);
    try {
      running.step(now, input, effects);
    } catch (HostShell.Crashed e) {
      fleet.note("host " + number + " crashed in the midst of a step");
      crash(strikeSilently);
      return;
    } catch (HostDisk.DiskFull e) {
      fleet.note("host " + number + " ended: " + e.getMessage());
      crash(false);
      supervise();
      return;
    } catch (RuntimeException | AssertionError e) {
      fleet.judge().thrown(this, e);
      return;
    }
    if (disk.waitedNanos() > 0) {
      turns.busyFor(disk.waitedNanos());
    }
    if (stepsAtOneTime > MAX_STEPS_AT_ONE_TIME) {
      fleet.judge().thrown(this, new IllegalStateException("the core spins"));
      return;
    }
    arm(running.nextDeadlineNanos());
  }

  private void arm(long localDeadline) {
    if (localDeadline == Long.MAX_VALUE) {
      return;
    }
    long due = Math.max(worldTime(localDeadline), world().nowNanos());
    if (timerNanos <= due && timerNanos > world().nowNanos()) {
      return;
    }
    timerNanos = due;
    turns.at(
        life,
        due,
        () -> {
          if (timerNanos == due) {
            timerNanos = Long.MAX_VALUE;
            step(new HostInput.Timer());
          }
        });
  }

  static long millis(long millis) {
    return millis * NANOS_PER_MILLI;
  }
}
