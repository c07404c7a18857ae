package io.weft.node.agent;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.signing.IdentitySigner;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.netty.NettyTransport;
import io.weft.node.WeftVersion;
import io.weft.node.api.AdminServer;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostEffects;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.registry.RegistryMachine;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.overlay.registry.atomix.EngineConfig;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tunnel.HybridExchange;
import io.weft.vxlan.kernel.LinuxKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** An agent's parts at work, on loopback and in a directory of its own that is removed. */
final class AgentRehearsal {
  private static final long PATIENCE_SECONDS = 10;
  private static final int STEPS = 50;
  private static final long STEP_NANOS = 100_000_000;
  private static final int INNER_MTU = 1400;

  private AgentRehearsal() {}

  static void run() throws Exception {
    Path directory = Files.createTempDirectory("weft-training-");
    try {
      TreeMap<String, String> overrides = new TreeMap<>();
      overrides.put("dataDir", directory.resolve("host").toString());
      overrides.put("name", "rehearsal");
      WeftConfig settings = Settings.load(null, overrides);
      new HostBootstrap().init(null, overrides);
      HostFiles files = new HostFiles(settings.dataDir());
      NodeIdentity identity = files.loadIdentity();
      kernel();
      links(identity);
      try (AtomixEngine engine =
          new AtomixEngine(
              EngineConfig.defaults(files.raft(), identity.id()),
              new RegistryMachine(),
              new Inbox(cause -> {}))) {
        engine.bootstrap().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        core(files, identity, engine);
      }
      PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      new AdminServer(0, metrics, Optional::empty).close();
    } finally {
      remove(directory);
    }
  }

  private static void kernel() throws IOException {
    try (LinuxKernel kernel = LinuxKernel.open()) {
      kernel.dump();
    }
  }

  /** A link from the host to itself: TLS from both its ends. */
  private static void links(NodeIdentity identity) throws InterruptedException {
    PeerAddress any = new PeerAddress(InetAddress.getLoopbackAddress(), 0);
    CountDownLatch up = new CountDownLatch(2);
    try (NettyTransport one = new NettyTransport(any, identity, id -> false);
        NettyTransport other = new NettyTransport(any, identity, id -> false)) {
      Inbox inbox = new Inbox(cause -> {});
      inbox.open(
          input -> {
            if (input instanceof HostInput.Dialed dialed) {
              one.send(dialed.linkId(), Channel.GOSSIP, new byte[1]);
              up.countDown();
            } else if (input instanceof HostInput.Message) {
              up.countDown();
            }
          });
      one.start(inbox);
      other.start(inbox);
      one.sendDatagram(other.localAddress(), new byte[1]);
      one.dial(2, other.localAddress(), null);
      if (!up.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("no link to this host itself");
      }
    }
  }

  private static void core(HostFiles files, NodeIdentity identity, AtomixEngine engine)
      throws Exception {
    HostOptions options =
        new HostOptions(
            identity,
            new PeerAddress(InetAddress.getLoopbackAddress(), 1),
            new TreeMap<>(),
            files.nextGeneration(1),
            Settings.load(null, new TreeMap<>()).gossip().tuning(),
            files.loadGossipKeys(),
            DriverKind.USER,
            false,
            1,
            INNER_MTU,
            null,
            engine.hasState(),
            List.of(),
            List.of(),
            null,
            LocalState.NONE,
            WeftVersion.current());
    HostCore core =
        new HostCore(
            options,
            new HybridExchange(),
            new IdentitySigner(identity),
            RandomGenerator.of("L64X128MixRandom"));
    HostEffects nothing =
        (HostEffects)
            Proxy.newProxyInstance(
                HostEffects.class.getClassLoader(),
                new Class<?>[] {HostEffects.class},
                (proxy, method, arguments) -> null);
    core.step(0, new HostInput.Start(), nothing);
    for (int i = 1; i <= STEPS; i++) {
      core.step(i * STEP_NANOS, new HostInput.Timer(), nothing);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
