package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryMachine;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.overlay.registry.atomix.EngineConfig;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import io.weft.security.testing.SeededKeyExchange;
import io.weft.simulator.network.FabricHost;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.world.World;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.driver.EspOverhead;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One host: its process, which can crash, stand still and start again, and what outlives it: disk,
 * kernel, clocks.
 */
final class FleetHost implements FabricHost {
  /** What stands at a host's door. */
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

  /** Datagrams that wait before a process that stands still; the kernel drops further ones. */
  private static final int MAX_WAITING_DATAGRAMS = 256;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** One save on a healthy disk, for slow ones to be a multiple of. */
  private static final long SAVE_NANOS = 500_000L;

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
  private int engineDirectories;
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
  private int pauses;
  private long busyUntilNanos;
  private long stepDelayNanos;
  private double diskFactor = 1;
  private int fullDisks;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Deque<Runnable> lateEffects = new ArrayDeque<>();
  private boolean draining;
  private int waitingDatagrams;
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
    return pauses > 0;
  }

  boolean running() {
    return phase == Phase.RUNNING;
  }

  @Nullable HostCore core() {
    return core;
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

  @Override
  public NodeId identity() {
    Identities.Made made = disk.identity;
    return made == null
        ? Identities.of(spec.name(), number, wipes).identity().id()
        : made.identity().id();
  }

  @Override
  public Door door() {
    if (machineOff) {
      return Door.DEAD;
    }
    if (phase != Phase.RUNNING) {
      return Door.CLOSED;
    }
    return pauses > 0 ? Door.FROZEN : Door.OPEN;
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

  /** The join command has brought an identity and where others are. */
  void joined(Identities.Made made, List<PeerAddress> seeds) {
    joining = null;
    disk.identity = made;
    disk.peers = List.copyOf(seeds);
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
    if (fullDisks > 0) {
      phase = Phase.DOWN;
      supervise();
      return;
    }
    if (refusesAsLeft(made)) {
      phase = Phase.DOWN;
      hasLeft = true;
      fleet.note("host " + number + " does not start: it has left its cluster");
      return;
    }
    life++;
    long ours = life;
    fleet.fabric().started(number);
    kernel.opened(address.ip());
    clearStrays();
    disk.generation = Math.max(disk.generation + 1, wallMillis());
    if (disk.registry != null || !disk.peers.isEmpty()) {
      disk.wrappedCaKey = null;
    }
    RandomGenerator random = fleet.world().random().stream("core-" + ours, number);
    Listener listener = new Listener(ours);
    AtomixEngine madeEngine =
        new AtomixEngine(
            engineConfig(made),
            new EngineRuntime(this, ours, fleet.world().random().stream("raft-" + ours, number)),
            new RegistryMachine(),
            listener);
    try {
      core =
          new HostCore(
              options(made, madeEngine),
              new SeededKeyExchange(fleet.world().random().stream("exchange-" + ours, number)),
              random);
    } catch (MalformedRegistryException e) {
      throw new IllegalStateException("a registry that was written here cannot be read", e);
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

  private boolean refusesAsLeft(Identities.Made made) {
    HostOptions.SavedRegistry saved = disk.registry;
    if (saved == null) {
      return false;
    }
    try {
      RegistryState state = RegistryState.restore(saved.state().toByteArray());
      return state.host(made.identity().id()).filter(h -> h.state() == HostState.LEFT).isPresent();
    } catch (MalformedRegistryException e) {
      disk.registry = null;
      return false;
    }
  }

  /** As the agent does before its core begins: disk and kernel must agree on the endpoints. */
  private void clearStrays() {
    for (String id : List.copyOf(kernel.ports().keySet())) {
      if (disk.endpoints.stream().noneMatch(e -> e.record().id().equals(id))) {
        kernel.detach(id);
      }
    }
    List<LocalEndpoint> kept =
        disk.endpoints.stream().filter(e -> kernel.ports().containsKey(e.record().id())).toList();
    disk.endpoints = kept;
    fleet.judge().endpointsChanged();
  }

  private Path engineDirectory() {
    return fleet.scratch().resolve("host-" + number + "-" + engineDirectories);
  }

  private EngineConfig engineConfig(Identities.Made made) {
    EngineConfig defaults = EngineConfig.defaults(engineDirectory(), made.identity().id());
    return new EngineConfig(
        defaults.directory(),
        defaults.self(),
        config.raft().electionTimeoutMillis(),
        Math.max(50, config.raft().electionTimeoutMillis() / 4),
        defaults.submitTimeoutMillis(),
        defaults.membershipTimeoutMillis(),
        EngineConfig.MIN_SEGMENT_BYTES);
  }

  private HostOptions options(Identities.Made made, AtomixEngine madeEngine) {
    List<PeerAddress> seeds = new ArrayList<>(disk.peers);
    seeds.removeIf(address::equals);
    var wrapped = disk.wrappedCaKey;
    return new HostOptions(
        made.identity(),
        address,
        spec.labels(),
        disk.generation,
        config.gossip().tuning(),
        Identities.gossipKeys(),
        DriverKind.KERNEL,
        config.esp().alwaysUdp(),
        config.esp().port(),
        EspOverhead.innerMtu(fleet.mtu(number), address.ip(), Encapsulation.ESP_IN_UDP),
        wrapped == null
            ? null
            : new HostOptions.Founding(wrapped, config.registry().quarantineMillis()),
        madeEngine.hasState(),
        seeds,
        disk.registry,
        disk.endpoints,
        disk.lastGiven);
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
    waiting.clear();
    lateEffects.clear();
    waitingDatagrams = 0;
    busyUntilNanos = 0;
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
    engineDirectories++;
    phase = Phase.NEW;
    hasLeft = false;
    fleet.judge().wiped(this);
    fleet.judge().endpointsChanged();
  }

  void leftCluster() {
    hasLeft = true;
    turn(life, world().nowNanos(), () -> crash(false));
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

  void pause(boolean on) {
    pauses += on ? 1 : -1;
    fleet.fabric().freeze(number, pauses > 0);
    if (pauses == 0) {
      drain();
    }
  }

  void diskFactor(double factor) {
    diskFactor = factor;
  }

  void fullDisk(boolean on) {
    fullDisks += on ? 1 : -1;
  }

  /**
   * Something was written and synced.
   *
   * @param vital the agent ends when it cannot
   * @return whether it is on disk
   */
  boolean written(boolean vital) {
    if (fullDisks > 0) {
      if (vital) {
        throw new DiskFull();
      }
      return false;
    }
    if (diskFactor > 1) {
      stepDelayNanos += saveNanos();
    }
    return true;
  }

  boolean diskHasSpace() {
    return fullDisks == 0;
  }

  /** How long one save takes. */
  long saveNanos() {
    return (long) (SAVE_NANOS * diskFactor);
  }

  /** A write for which there was no space. */
  static final class DiskFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DiskFull() {
      super("no space left on the disk", null, false, false);
    }
  }

  long diskDelayNanos() {
    return stepDelayNanos;
  }

  // --- turns: everything that the process does goes through here ---

  /**
   * Something the process does at a time, unless it is gone by then; later when it stands still.
   */
  void turn(long ofLife, long atNanos, Runnable work) {
    world().at(atNanos, () -> now(ofLife, work));
  }

  private void now(long ofLife, Runnable work) {
    if (life != ofLife) {
      return;
    }
    if (standsStill()) {
      waiting.addLast(() -> now(ofLife, work));
    } else {
      work.run();
    }
  }

  /** What a step still does after it has waited for the disk: before anything that came since. */
  void effect(long ofLife, long atNanos, Runnable work) {
    world()
        .at(
            atNanos,
            () -> {
              if (life != ofLife) {
                return;
              }
              if (pauses > 0) {
                lateEffects.addLast(work);
              } else {
                work.run();
              }
            });
  }

  private boolean standsStill() {
    return pauses > 0 || world().nowNanos() < busyUntilNanos || (!waiting.isEmpty() && !draining);
  }

  private void drain() {
    long ours = life;
    world()
        .at(
            Math.max(world().nowNanos(), busyUntilNanos),
            () -> {
              if (life != ours || pauses > 0 || draining) {
                return;
              }
              draining = true;
              while (!lateEffects.isEmpty() && life == ours) {
                lateEffects.removeFirst().run();
              }
              while (!waiting.isEmpty()
                  && life == ours
                  && world().nowNanos() >= busyUntilNanos
                  && pauses == 0) {
                waiting.removeFirst().run();
              }
              draining = false;
              waitingDatagrams = 0;
              if (life == ours && !waiting.isEmpty() && pauses == 0) {
                drain();
              }
            });
  }

  /** The engine has a thread of its own: a busy control loop does not hold it up, a pause does. */
  void engineTurn(long ofLife, long atNanos, Runnable work) {
    world()
        .at(
            atNanos,
            () -> {
              if (life != ofLife) {
                return;
              }
              if (pauses > 0) {
                waiting.addLast(
                    () -> {
                      if (life == ofLife) {
                        work.run();
                      }
                    });
              } else {
                work.run();
              }
            });
  }

  void engineTaskFailed(RuntimeException e) {
    fleet.judge().engineFailed(this, e);
  }

  /** Takes an input after what waits already; lost when the process is gone by then. */
  void put(long ofLife, HostInput input) {
    turn(ofLife, world().nowNanos(), () -> step(input));
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
    stepDelayNanos = 0;
    world().trace().add(number);
    try {
      running.step(now, input, effects);
    } catch (HostShell.Crashed e) {
      fleet.note("host " + number + " crashed in the midst of a step");
      crash(strikeSilently);
      return;
    } catch (DiskFull e) {
      fleet.note("host " + number + " ended: " + e.getMessage());
      crash(false);
      supervise();
      return;
    } catch (RuntimeException | AssertionError e) {
      fleet.judge().thrown(this, e);
      return;
    }
    if (stepDelayNanos > 0) {
      busyUntilNanos = world().nowNanos() + stepDelayNanos;
      drain();
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
    turn(
        life,
        due,
        () -> {
          if (timerNanos == due) {
            timerNanos = Long.MAX_VALUE;
            step(new HostInput.Timer());
          }
        });
  }

  // --- what comes from the network ---

  @Override
  public void datagram(PeerAddress from, byte[] bytes) {
    if (standsStill() && ++waitingDatagrams > MAX_WAITING_DATAGRAMS) {
      return;
    }
    put(life, new HostInput.Datagram(from, bytes));
  }

  @Override
  public void dialed(long linkId, NodeId peer) {
    Joining command = joining;
    if (command != null) {
      command.dialed(linkId);
    } else {
      put(life, new HostInput.Dialed(linkId, peer));
    }
  }

  @Override
  public void dialFailed(long linkId, String cause) {
    Joining command = joining;
    if (command != null) {
      command.failed(linkId);
    } else {
      put(life, new HostInput.DialFailed(linkId, cause));
    }
  }

  @Override
  public void accepted(long linkId, NodeId peer, PeerAddress from) {
    put(life, new HostInput.Accepted(linkId, peer, from));
  }

  @Override
  public void joinerAccepted(long linkId, PeerAddress from) {
    put(life, new HostInput.JoinerAccepted(linkId, from));
  }

  @Override
  public void message(long linkId, Channel channel, byte[] bytes) {
    Joining command = joining;
    if (command != null) {
      command.message(linkId, channel, bytes);
    } else {
      put(life, new HostInput.Message(linkId, channel, bytes));
    }
  }

  @Override
  public void closed(long linkId, String cause) {
    Joining command = joining;
    if (command != null) {
      command.failed(linkId);
    } else {
      put(life, new HostInput.Closed(linkId, cause));
    }
  }

  private final class Listener implements ConsensusListener {
    private final long ours;

    Listener(long ours) {
      this.ours = ours;
    }

    @Override
    public void send(NodeId to, byte[] message) {
      put(ours, new HostInput.EngineSends(to, message));
    }

    @Override
    public void committed(long index, long timeMillis, byte[] command, byte[] result) {
      if (life == ours) {
        fleet.judge().committed(FleetHost.this, index, timeMillis, command);
      }
      put(ours, new HostInput.Committed(index, timeMillis, command));
    }

    @Override
    public void restored(long index, byte[] snapshot) {
      if (life == ours) {
        fleet.judge().restored(FleetHost.this, index, snapshot);
      }
      put(ours, new HostInput.Restored(index, snapshot));
    }

    @Override
    public void statusChanged(EngineStatus status) {
      if (life == ours) {
        fleet.judge().engineChanged(FleetHost.this, status);
      }
      put(ours, new HostInput.EngineChanged(status));
    }
  }

  static long millis(long millis) {
    return millis * NANOS_PER_MILLI;
  }
}
