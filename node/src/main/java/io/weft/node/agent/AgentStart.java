package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.signing.IdentitySigner;
import io.weft.node.WeftVersion;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.HostOptions.Founding;
import io.weft.overlay.agent.HostOptions.SavedRegistry;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.atomix.EngineConfig;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tunnel.HybridExchange;
import io.weft.vxlan.attach.PortWiring;
import io.weft.vxlan.driver.DataPlane;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a starting agent finds in its data directory and its kernel, and what it makes of it. */
final class AgentStart {
  private static final Logger LOG = LoggerFactory.getLogger("weft");
  static final String SHUT_OUT = "is shut out of its cluster (its identity is revoked)";

  private final WeftConfig settings;
  private final HostFiles files;
  private final NodeIdentity identity;

  AgentStart(WeftConfig settings, HostFiles files, NodeIdentity identity) {
    this.settings = settings;
    this.files = files;
    this.identity = identity;
  }

  EngineConfig engineConfig() {
    EngineConfig defaults = EngineConfig.defaults(files.raft(), identity.id());
    return new EngineConfig(
        defaults.directory(),
        defaults.self(),
        settings.raft().electionTimeoutMillis(),
        Math.max(50, settings.raft().electionTimeoutMillis() / 4),
        defaults.submitTimeoutMillis(),
        defaults.membershipTimeoutMillis(),
        defaults.segmentBytes());
  }

  /**
   * The options of this start's core.
   *
   * @throws ApiException when this host has left its cluster or was shut out of it, or the
   *     underlay's MTU is too small
   */
  HostOptions options(
      PeerAddress address,
      DataPlane plane,
      int underlayMtu,
      ConsensusEngine engine,
      Seeds seeds,
      LocalState local)
      throws IOException {
    SavedRegistry saved = registry();
    refuseIfGone(saved);
    if (saved != null || files.metOthers()) {
      // A host that has seen its cluster never founds a second one, whatever else it has lost.
      files.forgetWrappedCaKey();
    }
    Blob wrappedCaKey = files.loadWrappedCaKey();
    int innerMtu;
    try {
      innerMtu = plane.innerMtu(underlayMtu);
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.REFUSED, String.valueOf(e.getMessage()), e);
    }
    return new HostOptions(
        identity,
        address,
        settings.labels(),
        files.nextGeneration(System.currentTimeMillis()),
        settings.gossip().tuning(),
        files.loadGossipKeys(),
        DriverKind.of(plane.kind().label()).orElseThrow(),
        settings.esp().alwaysUdp(),
        settings.esp().port(),
        innerMtu,
        wrappedCaKey == null
            ? null
            : new Founding(wrappedCaKey, settings.registry().quarantineMillis()),
        engine.hasState(),
        seeds.configured(),
        seeds.former(),
        saved,
        local,
        WeftVersion.current());
  }

  /** An endpoint whose interfaces went (with its container, or a reboot) is no more. */
  LocalState stillAttached(PortWiring wiring) throws IOException {
    LocalState state = files.loadLocal();
    List<LocalEndpoint> kept = state.endpoints();
    List<LocalEndpoint> found = new ArrayList<>();
    List<String> attached = wiring.attached();
    // A crash between letting an address go and taking its interface off: the address may be given
    // to another, so the interface must not stay (INV-IPAM-1).
    for (String id : attached) {
      if (kept.stream().noneMatch(endpoint -> endpoint.record().id().equals(id))) {
        wiring.detach(id);
        LOG.warn(
            "event=endpoint-removed endpoint={} cause=\"none of this host's endpoints: left over"
                + " from a crash, or from an agent with another dataDir\"",
            id);
      }
    }
    for (LocalEndpoint endpoint : kept) {
      if (!endpoint.wired() || attached.contains(endpoint.record().id())) {
        found.add(endpoint); // one that is half made is for the core to take back
      } else {
        LOG.warn("event=endpoint-lost endpoint={}", endpoint.record().name());
      }
    }
    return state.with(found);
  }

  private void refuseIfGone(@Nullable SavedRegistry saved) {
    if (saved == null) {
      return;
    }
    try {
      RegistryState state = RegistryState.restore(saved.state().toByteArray());
      HostState own = state.host(identity.id()).map(Host::state).orElse(HostState.ACTIVE);
      switch (own) {
        case LEFT -> throw gone("has left its cluster", settings);
        case REVOKED -> throw gone(SHUT_OUT, settings);
        case ACTIVE, FENCED -> {}
      }
    } catch (MalformedRegistryException e) {
      throw new IllegalStateException("a registry that was read before cannot be read now", e);
    }
  }

  static ApiException gone(String how, WeftConfig settings) {
    return new ApiException(
        ErrorKind.REFUSED,
        "this host %s: remove %s and join again with a token".formatted(how, settings.dataDir()));
  }

  /** The registry is only a copy of what the voters hold: a damaged one is learnt anew. */
  private @Nullable SavedRegistry registry() {
    try {
      SavedRegistry saved = files.loadRegistry();
      if (saved != null) {
        RegistryState.restore(saved.state().toByteArray());
      }
      return saved;
    } catch (IOException | MalformedRegistryException e) {
      LOG.warn("event=registry-copy-damaged cause=\"{}\"", e.getMessage());
      return null;
    }
  }

  static HostCore core(HostOptions options) {
    SecureRandom seed = new SecureRandom();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed.nextLong());
    try {
      return new HostCore(
          options, new HybridExchange(), new IdentitySigner(options.identity()), random);
    } catch (MalformedRegistryException e) {
      throw new IllegalStateException("a registry that was read before cannot be read now", e);
    }
  }
}
