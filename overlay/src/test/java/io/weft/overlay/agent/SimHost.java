package io.weft.overlay.agent;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.testing.CheapSigner;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryMachine;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.overlay.registry.atomix.EngineConfig;
import io.weft.raft.RaftRuntime;
import io.weft.security.custody.CaCustody;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.keyring.GossipKeys;
import io.weft.vxlan.desired.DesiredState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One host: its process, which can crash, and what outlives it. */
final class SimHost {
  /** A core that is due at once for so many steps in a row spins. */
  private static final int MAX_STEPS_AT_ONE_TIME = 10_000;

  final HostWorld world;
  final int number;
  final NodeId id;
  final NodeIdentity identity;
  final Path engineDirectory;
  PeerAddress address;
  boolean founds;

  // What outlives the process.
  LocalState saved = LocalState.NONE;
  HostOptions.@Nullable SavedRegistry savedRegistry;
  final List<KnownPeer> peers = new ArrayList<>();
  int peersSaved;
  GossipKeys savedKeys = Keys.gossip();
  final TreeSet<String> interfaces = new TreeSet<>();
  private long generation;

  // How the data plane behaves.
  long applyDelayMillis = 5;
  SortedMap<String, String> labels = new TreeMap<>();
  boolean dataPlaneStuck;
  boolean diskFull;
  boolean wirerStuck;
  List<PlanFailure> applyFailures = List.of();
  @Nullable String wireError;
  @Nullable String unwireError;

  // What was seen of the present process.
  final List<HostEvent> events = new ArrayList<>();
  final List<String> trail = new ArrayList<>();
  @Nullable DesiredState plan;
  long planVersion;
  final TreeSet<NodeId> shutOut = new TreeSet<>();

  /** What the kernel does: the last plan that was applied. It outlives the process. */
  @Nullable DesiredState applied;

  boolean hasLeft;

  private @Nullable HostCore core;
  private @Nullable AtomixEngine engine;
  private long timerNanos = Long.MAX_VALUE;
  private long lastStepNanos;
  private int stepsAtOneTime;

  SimHost(HostWorld world, int number, NodeIdentity identity, Path engineDirectory) {
    this.world = world;
    this.number = number;
    this.identity = identity;
    this.id = identity.id();
    this.engineDirectory = engineDirectory;
    this.address = ModelNetwork.address(number);
  }

  boolean isRunning() {
    return core != null;
  }

  @Nullable Object life() {
    return core;
  }

  HostCore core() {
    HostCore running = core;
    if (running == null) {
      throw new IllegalStateException("host " + number + " does not run");
    }
    return running;
  }

  RegistryState registry() {
    return (RegistryState) core().registry();
  }

  void start() {
    generation++;
    events.clear();
    trail.clear();
    RegistryMachine machine = new RegistryMachine();
    Listener listener = new Listener();
    AtomixEngine made =
        new AtomixEngine(
            new EngineConfig(engineDirectory, id, 1_000, 250, 5_000, 30_000, 1 << 20),
            world.clock.engineRuntime(),
            machine,
            listener);
    HostOptions options = options(made);
    try {
      HostCore started =
          new HostCore(
              options, new CheapExchange(number), new CheapSigner(id), world.clock.random());
      core = started;
      engine = made;
      listener.life = started;
    } catch (MalformedRegistryException e) {
      throw new AssertionError(e);
    }
    plan = null;
    hasLeft = false;
    put(new HostInput.Start());
  }

  HostOptions options() {
    return options(engine());
  }

  private HostOptions options(AtomixEngine made) {
    return new HostOptions(
        identity,
        address,
        labels,
        generation,
        GossipConfig.defaults(),
        savedKeys,
        DriverKind.KERNEL,
        false,
        7942,
        1400,
        founds
            ? new HostOptions.Founding(
                Blob.of(CaCustody.wrap(Keys.CA, identity.certificate().getPublicKey())),
                HostWorld.QUARANTINE_MILLIS)
            : null,
        made.hasState(),
        List.of(),
        peers,
        savedRegistry,
        saved,
        "test");
  }

  /** The process is gone from one moment to the next. */
  void crash() {
    AtomixEngine stopping = engine;
    core = null;
    engine = null;
    timerNanos = Long.MAX_VALUE;
    if (stopping != null) {
      RaftRuntime.install(world.clock.engineRuntime());
      try {
        stopping.close();
      } finally {
        RaftRuntime.install(null);
      }
      world.network.gone(this);
    }
  }

  void restart() {
    start();
  }

  /** Takes an input after what waits already; lost when the process is gone by then. */
  void put(HostInput input) {
    putIn(core, input);
  }

  void putIn(@Nullable Object life, HostInput input) {
    if (life != null) {
      world.clock.afterMillis(
          0,
          () -> {
            if (core == life) {
              step(input);
            }
          });
    }
  }

  private void step(HostInput input) {
    HostCore running = core;
    if (running == null) {
      return;
    }
    long now = world.clock.nowNanos();
    stepsAtOneTime = now == lastStepNanos ? stepsAtOneTime + 1 : 0;
    lastStepNanos = now;
    try {
      running.step(now, input, new ModelEffects(this, running));
      long next = running.nextDeadlineNanos();
      if (stepsAtOneTime > MAX_STEPS_AT_ONE_TIME) {
        throw new AssertionError("host " + number + " spins: due at " + next + ", now " + now);
      }
      arm(running, next);
    } catch (RuntimeException | AssertionError e) {
      world.thrown.add(e);
    }
  }

  private void arm(HostCore running, long next) {
    if (next == Long.MAX_VALUE || (timerNanos <= next && timerNanos > world.clock.nowNanos())) {
      return;
    }
    timerNanos = Math.max(next, world.clock.nowNanos());
    long due = timerNanos;
    world.clock.at(
        due,
        () -> {
          if (core == running && timerNanos == due) {
            timerNanos = Long.MAX_VALUE;
            step(new HostInput.Timer());
          }
        });
  }

  AtomixEngine engine() {
    AtomixEngine running = engine;
    if (running == null) {
      throw new IllegalStateException("host " + number + " does not run");
    }
    return running;
  }

  /** The data plane works again, and says that it has applied the last plan. */
  void unstick() {
    dataPlaneStuck = false;
    applied = plan;
    put(new HostInput.PlanApplied(planVersion, List.of()));
  }

  boolean saw(String eventType) {
    return events.stream().anyMatch(e -> e.type().equals(eventType));
  }

  /** The remote endpoints' addresses that the present plan reaches. */
  List<String> reachable() {
    DesiredState now = plan;
    return now == null
        ? List.of()
        : now.networks().stream()
            .flatMap(n -> n.remotes().stream())
            .flatMap(r -> r.ips().stream())
            .map(ip -> ip.getHostAddress())
            .sorted()
            .toList();
  }

  private final class Listener implements ConsensusListener {
    @Nullable HostCore life;

    @Override
    public void send(NodeId to, byte[] message) {
      putIn(life, new HostInput.EngineSends(to, message));
    }

    @Override
    public void committed(long index, long timeMillis, byte[] command, byte[] result) {
      putIn(life, new HostInput.Committed(index, timeMillis, command));
    }

    @Override
    public void restored(long index, byte[] snapshot) {
      putIn(life, new HostInput.Restored(index, snapshot));
    }

    @Override
    public void statusChanged(EngineStatus status) {
      putIn(life, new HostInput.EngineChanged(status));
    }
  }
}
