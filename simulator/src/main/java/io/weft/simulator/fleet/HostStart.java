package io.weft.simulator.fleet;

import io.weft.gossip.testing.CheapSigner;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryMachine;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.overlay.registry.atomix.EngineConfig;
import io.weft.security.testing.SeededKeyExchange;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.driver.EspOverhead;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the agent does with its disk and its kernel as it starts, and what it makes of them. */
final class HostStart {
  private final FleetHost host;
  private final HostDisk disk;

  HostStart(FleetHost host) {
    this.host = host;
    this.disk = host.disk();
  }

  private RandomGenerator random(String purpose, long life) {
    return host.world().random().stream(purpose + "-" + life, host.number);
  }

  /**
   * The agent refuses a damaged file of endpoints; the operator moves it away, as the agent says.
   *
   * @return whether it was damaged
   */
  boolean movesDamagedEndpoints() {
    if (!disk.rottenEndpoints) {
      return false;
    }
    disk.rottenEndpoints = false;
    disk.local = LocalState.NONE;
    host.fleet.judge().endpointsChanged();
    return true;
  }

  /** Bits that changed on the disk while nobody read it are seen now. */
  void rot(RandomGenerator random) {
    if (disk.rottenLogBytes > 0 && BitRot.strike(engineDirectory(), disk.rottenLogBytes, random)) {
      disk.lostLog = true;
      host.fleet.note("host " + host.number + " starts with a damaged log");
    }
    disk.rottenLogBytes = 0;
  }

  /** A start is a new generation; a host that has seen its cluster never founds another. */
  void countGeneration() {
    disk.generation = Math.max(disk.generation + 1, host.wallMillis());
    if (disk.registry != null || disk.peers != null) {
      disk.wrappedCaKey = null;
    }
  }

  AtomixEngine engine(Identities.Made made, long life) {
    return new AtomixEngine(
        engineConfig(made),
        new EngineRuntime(host, life, random("raft", life)),
        new RegistryMachine(),
        new EngineListener(host, life));
  }

  /**
   * The core of this life.
   *
   * @throws IllegalStateException when it refuses what is on the disk
   */
  HostCore core(Identities.Made made, AtomixEngine engine, long life) {
    RandomGenerator random = random("core", life);
    try {
      return new HostCore(
          options(made, engine),
          new SeededKeyExchange(random("exchange", life)),
          new CheapSigner(made.identity().id()),
          random);
    } catch (MalformedRegistryException e) {
      throw new AssertionError("a registry that was written here cannot be read", e);
    }
  }

  /** Whether the agent refuses to start, because this host has left its cluster. */
  boolean hasLeft(Identities.Made made) {
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
  void clearStrays() {
    for (String id : List.copyOf(host.kernel().ports().keySet())) {
      if (disk.local.endpoints().stream().noneMatch(e -> e.record().id().equals(id))) {
        host.kernel().detach(id);
      }
    }
    disk.local =
        disk.local.with(
            disk.local.endpoints().stream()
                .filter(e -> !e.wired() || host.kernel().ports().containsKey(e.record().id()))
                .toList());
    host.fleet.judge().endpointsChanged();
  }

  private Path engineDirectory() {
    return host.fleet.scratch().resolve("host-" + host.number + "-" + disk.engineDirectories);
  }

  private EngineConfig engineConfig(Identities.Made made) {
    EngineConfig defaults = EngineConfig.defaults(engineDirectory(), made.identity().id());
    return new EngineConfig(
        defaults.directory(),
        defaults.self(),
        host.config().raft().electionTimeoutMillis(),
        Math.max(50, host.config().raft().electionTimeoutMillis() / 4),
        defaults.submitTimeoutMillis(),
        defaults.membershipTimeoutMillis(),
        EngineConfig.MIN_SEGMENT_BYTES);
  }

  private HostOptions options(Identities.Made made, AtomixEngine madeEngine) {
    var wrapped = disk.wrappedCaKey;
    return new HostOptions(
        made.identity(),
        host.address(),
        host.spec.labels(),
        disk.generation,
        host.config().gossip().tuning(),
        disk.gossipKeys,
        DriverKind.KERNEL,
        host.config().esp().alwaysUdp(),
        host.config().esp().port(),
        EspOverhead.innerMtu(
            host.fleet.mtu(host.number), host.address().ip(), Encapsulation.ESP_IN_UDP),
        wrapped == null
            ? null
            : new HostOptions.Founding(wrapped, host.config().registry().quarantineMillis()),
        madeEngine.hasState(),
        List.of(),
        disk.peers == null ? List.of() : disk.peers,
        disk.registry,
        disk.local,
        "simulated");
  }
}
