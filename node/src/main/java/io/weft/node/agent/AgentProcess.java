package io.weft.node.agent;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.netty.NettyTransport;
import io.weft.node.api.AdminServer;
import io.weft.node.api.ApiException;
import io.weft.node.api.ApiServer;
import io.weft.node.api.ErrorKind;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalState;
import io.weft.overlay.config.EffectiveConfig;
import io.weft.overlay.config.WeftConfig;
import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.overlay.registry.RegistryMachine;
import io.weft.overlay.registry.atomix.AtomixEngine;
import io.weft.security.audit.AuditLog;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.vxlan.attach.PortWiring;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.DataPlaneConfig;
import io.weft.vxlan.driver.DriverChoice;
import io.weft.vxlan.driver.DriverUnavailableException;
import io.weft.vxlan.driver.PortTakenException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.netns.NamespaceClaim;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running agent: opens what the core needs, in an order in which nothing can be half done (the
 * data plane first, as it refuses most often), and closes it in the opposite order.
 */
final class AgentProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("weft");
  private static final long METRICS_LOOK_SECONDS = 2;
  private static final String NAMESPACE_CLAIM = "weft-agent";

  /** How the process comes to its end. */
  enum End {
    STOPPED,
    LEFT,
    REVOKED,
    FAILED
  }

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean purge = new AtomicBoolean();
  private final Set<NodeId> revoked = ConcurrentHashMap.newKeySet();
  private volatile End end = End.STOPPED;
  private volatile String failure = "the cause is in its log above";
  private volatile Runnable kernelCleaner = () -> {};

  private AgentProcess() {}

  /** Starts an agent from a data directory that {@code init} or {@code join} has filled. */
  static AgentProcess start(EffectiveConfig settings) {
    AgentProcess process = new AgentProcess();
    try {
      process.run(settings.config(), Settings.namedCluster(settings));
      return process;
    } catch (IOException e) {
      process.close();
      throw new ApiException(ErrorKind.REFUSED, String.valueOf(e.getMessage()), e);
    } catch (PortTakenException
        | DriverUnavailableException
        | io.weft.gossip.transport.netty.PortTakenException e) {
      process.close();
      throw new ApiException(ErrorKind.REFUSED, String.valueOf(e.getMessage()), e);
    } catch (MissingCapabilityException e) {
      process.close();
      throw new ApiException(ErrorKind.NOT_PERMITTED, String.valueOf(e.getMessage()), e);
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private void run(WeftConfig settings, @Nullable String namedCluster) throws IOException {
    HostFiles files = new HostFiles(settings.dataDir());
    if (!files.initialised()) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "%s holds no identity: run 'weft init' on the first host, 'weft join' on any further one"
              .formatted(settings.dataDir()));
    }
    NodeIdentity identity = files.loadIdentity();
    if (namedCluster != null && !namedCluster.equals(identity.cluster())) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "the configuration says cluster '%s', but %s belongs to a host of cluster '%s': mend or leave out cluster, or set another dataDir"
              .formatted(namedCluster, settings.dataDir(), identity.cluster()));
    }
    opened(DirectoryLock.take(settings.dataDir()));
    files.removeLeftovers();
    opened(
        NamespaceClaim.take(NAMESPACE_CLAIM)
            .orElseThrow(
                () ->
                    new ApiException(
                        ErrorKind.REFUSED,
                        "another agent runs in this network namespace, and its devices would be"
                            + " taken apart: stop that one first, or start this one in a namespace"
                            + " of its own")));
    Seeds seeds = Seeds.of(settings, files);
    InetAddress local = Underlay.local(settings.advertise(), seeds.addresses());
    PeerAddress address = new PeerAddress(local, settings.gossip().port());

    DataPlane plane =
        opened(
            DataPlane.open(
                new DataPlaneConfig(
                    DriverChoice.valueOf(settings.driver().toUpperCase(Locale.ROOT)),
                    local,
                    settings.esp().port(),
                    settings.vxlan().port())));
    int underlayMtu =
        settings.underlayMtu() > 0 ? settings.underlayMtu() : DataPlane.underlayMtu(local);
    Inbox inbox = new Inbox(this::engineFailed);
    Transport transport = opened(new NettyTransport(address, identity, revoked::contains));
    // The last port, taken before anything is written: a start that is refused changes no file.
    PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AtomicReference<@Nullable ControlLoop> started = new AtomicReference<>();
    opened(new AdminServer(settings.admin().port(), metrics, () -> notReady(started.get())));

    AgentStart start = new AgentStart(settings, files, identity);
    ConsensusEngine engine =
        opened(new AtomixEngine(start.engineConfig(), new RegistryMachine(), inbox));
    PortWiring wiring = new PortWiring(opened(LinuxKernel.open()));
    HostOptions options =
        start.options(address, plane, underlayMtu, engine, seeds, start.stillAttached(wiring));
    HostCore core = AgentStart.core(options);

    EventLog events = new EventLog();
    AuditTrail audit =
        opened(new AuditTrail(AuditLog.open(files.auditLog(), InstantSource.system())));
    DataPlaneWorker worker =
        new DataPlaneWorker(plane, new VethWirer(wiring), inbox::put, this::dataPlaneFailed);
    ShellEffects effects =
        new ShellEffects(
            transport,
            engine,
            worker,
            files,
            opened(new RegistryWriter(files::saveRegistry, this::failed)),
            events,
            audit,
            inbox::put,
            () -> finish(End.LEFT),
            peer -> shutOut(peer, identity.id()));
    kernelCleaner = () -> clear(worker, wiring, plane, local, files);
    ControlLoop loop = new ControlLoop(core, effects, () -> finish(End.FAILED));
    AgentApi api =
        new AgentApi(options, loop, plane, engine::status, events, () -> purge.set(true));
    AgentMetrics.bind(metrics, loop, plane);
    opened(worker);
    opened(loop);
    inbox.open(loop::put);
    loop.put(new HostInput.Start());
    worker.start();
    loop.start();
    started.set(loop);
    transport.start(inbox);
    opened(ApiServer.start(settings.socket(), api));
    LOG.info(
        "event=agent-started node={} name={} cluster={} address={} driver={} why=\"{}\" mtu={}",
        identity.id().shortForm(),
        identity.name(),
        identity.cluster(),
        address,
        plane.kind().label(),
        plane.why(),
        options.innerMtu());
  }

  private static void clear(
      DataPlaneWorker worker,
      PortWiring wiring,
      DataPlane plane,
      InetAddress local,
      HostFiles files) {
    worker.close();
    try {
      wiring.attached().forEach(wiring::detach);
      plane.apply(DesiredState.empty(local));
      files.saveLocal(LocalState.NONE);
    } catch (IOException | RuntimeException e) {
      LOG.warn("event=not-all-removed cause=\"{}\"", e.getMessage());
    }
  }

  private static Optional<String> notReady(@Nullable ControlLoop loop) {
    if (loop == null) {
      return Optional.of("the agent is starting");
    }
    try {
      return loop.look(AgentProcess::notReady).get(METRICS_LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("the agent is stopping");
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("the control loop does not answer");
    }
  }

  private static Optional<String> notReady(HostCore core) {
    if (!core.registry().created()) {
      return Optional.of("the registry is not known yet");
    }
    return core.registryInReach()
        ? Optional.empty()
        : Optional.of(
            "no majority of the registry's voters is in reach: tunnels and endpoints go on, networks"
                + " and address blocks cannot change");
  }

  /**
   * The host has left, or was shut out: none of its interfaces, devices and keys is of use any
   * more.
   */
  void clearKernel() {
    kernelCleaner.run();
  }

  private <T extends AutoCloseable> T opened(T thing) {
    open.push(thing);
    return thing;
  }

  /**
   * A voter whose log fails could only be silent: better it ends, says so, and is started again
   * when the cause is mended, than that it goes on with a promise that it cannot keep.
   */
  private void engineFailed(String cause) {
    LOG.error("event=registry-engine-failed cause=\"{}\"", cause);
    failed(cause);
  }

  private void dataPlaneFailed(String cause) {
    LOG.error("event=data-plane-failed cause=\"{}\"", cause);
    failed(cause);
  }

  private void failed(String cause) {
    failure = cause + "; mend that and start the agent again";
    finish(End.FAILED);
  }

  /** No handshake with the peer succeeds from now on; a host that is shut out itself ends. */
  private void shutOut(NodeId peer, NodeId self) {
    if (peer.equals(self)) {
      finish(End.REVOKED);
    } else {
      revoked.add(peer);
    }
  }

  /** Why the agent failed, as one clause. */
  String failure() {
    return failure;
  }

  private void finish(End how) {
    end = how;
    ended.countDown();
  }

  /**
   * Waits until the agent has left its cluster, was shut out or failed, or {@link #close} is
   * called.
   */
  End await() throws InterruptedException {
    ended.await();
    return end;
  }

  /** Whether the data directory is to be removed once the agent has left. */
  boolean purgeWanted() {
    return purge.get();
  }

  @Override
  public synchronized void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        LOG.warn("event=close-failed cause=\"{}\"", e.getMessage());
      }
    }
    ended.countDown();
  }
}
