package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.link.PeerLink;
import io.weft.node.WeftVersion;
import io.weft.node.api.AgentService;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.LeftView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.PeerView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.VoterView;
import io.weft.node.api.view.VotersView;
import io.weft.overlay.agent.AttachOrder;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.agent.Reply;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import io.weft.security.token.JoinToken;
import io.weft.security.tunnel.TunnelKeyStatus;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.TunnelStats;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the API: questions by a look at the core between two steps, commands by an input to it.
 */
final class AgentApi implements AgentService {
  private static final long LOOK_SECONDS = 10;
  private static final int ENDPOINT_ID_BYTES = 16;
  private static final String DEFAULT_IFNAME = "weft0";

  private final HostOptions options;
  private final ControlLoop loop;
  private final DataPlane plane;
  private final EventLog events;
  private final Runnable purge;
  private final SecureRandom random = new SecureRandom();

  AgentApi(
      HostOptions options, ControlLoop loop, DataPlane plane, EventLog events, Runnable purge) {
    this.options = options;
    this.loop = loop;
    this.plane = plane;
    this.events = events;
    this.purge = purge;
  }

  private <T> T look(Function<HostCore, T> question) {
    try {
      return loop.look(question).get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, "the agent is stopping", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new ApiException(ErrorKind.REFUSED, "the agent did not answer; see its log", e);
    }
  }

  @Override
  public StatusView status() {
    return look(
        core -> {
          List<Member> members = core.members();
          Member self =
              members.stream()
                  .filter(m -> m.id().equals(options.identity().id()))
                  .findFirst()
                  .orElseThrow();
          long alive = members.stream().filter(m -> m.state() == MemberState.ALIVE).count();
          EngineStatus engine = core.engine();
          return new StatusView(
              self.id().hex(),
              options.identity().name(),
              options.identity().cluster(),
              options.address().toString(),
              core.registry().created() ? "alive" : "joining",
              options.generation(),
              self.incarnation(),
              core.registryRole(),
              engine.term(),
              Math.max(engine.commitIndex(), core.registryIndex()),
              members.size(),
              (int) alive,
              plane.kind().label(),
              plane.why(),
              options.innerMtu(),
              WeftVersion.current());
        });
  }

  @Override
  public List<MemberView> members() {
    return look(core -> core.members().stream().map(AgentApi::view).toList());
  }

  private static MemberView view(Member m) {
    return new MemberView(
        m.id().hex(),
        m.name(),
        m.address().toString(),
        switch (m.state()) {
          case ALIVE -> "alive";
          case SUSPECT -> "suspect";
          case FAILED -> "failed";
          case LEFT -> "left";
        },
        m.incarnation(),
        m.generation(),
        m.version(),
        m.rttMillis(),
        m.labels());
  }

  @Override
  public List<PeerView> peers() {
    return look(
        core -> {
          Map<NodeId, Member> members = new java.util.TreeMap<>();
          core.members().forEach(m -> members.put(m.id(), m));
          List<PeerView> views = new ArrayList<>();
          for (PeerLink link : core.links()) {
            Member member = members.get(link.id());
            boolean heard =
                member != null && member.state() == MemberState.ALIVE && member.rttMillis() >= 0;
            views.add(
                new PeerView(
                    link.id().hex(),
                    link.address().toString(),
                    heard ? "up" : "down",
                    link.up() ? "up" : "down",
                    member == null ? -1 : member.rttMillis(),
                    link.up() || link.backoffUntilNanos() == 0
                        ? null
                        : wall(link.backoffUntilNanos()),
                    link.lastError().isEmpty() ? null : link.lastError()));
          }
          return views;
        });
  }

  private static String wall(long nanos) {
    return Instant.now().plusNanos(nanos - System.nanoTime()).toString();
  }

  @Override
  public VotersView voters() {
    return look(
        core -> {
          EngineStatus engine = core.engine();
          List<VoterView> voters = new ArrayList<>();
          core.voterRoles()
              .forEach(
                  (id, role) -> {
                    EngineStatus.Voter known =
                        engine.voters().stream()
                            .filter(v -> v.id().equals(id))
                            .findFirst()
                            .orElse(null);
                    boolean linked =
                        id.equals(options.identity().id())
                            || core.links().stream().anyMatch(l -> l.id().equals(id) && l.up());
                    String part = engine.leader().filter(id::equals).isPresent() ? "leader" : role;
                    voters.add(
                        new VoterView(
                            id.hex(), part, known == null ? -1 : known.matchIndex(), linked));
                  });
          String leader =
              voters.stream()
                  .filter(v -> v.role().equals("leader"))
                  .map(VoterView::id)
                  .findFirst()
                  .orElse(null);
          return new VotersView(voters, engine.term(), leader);
        });
  }

  @Override
  public List<TunnelView> tunnels() {
    List<TunnelStats> stats = plane.tunnels();
    return look(
        core -> {
          List<TunnelView> views = new ArrayList<>();
          for (TunnelStats tunnel : stats) {
            NodeId peer = peerAt(core, tunnel.peer());
            TunnelKeyStatus keys =
                core.tunnelKeys().stream()
                    .filter(k -> k.peer().equals(peer))
                    .findFirst()
                    .orElse(null);
            views.add(
                new TunnelView(
                    peer == null ? "" : peer.hex(),
                    tunnel.peer().getHostAddress(),
                    tunnel.driver().label(),
                    tunnel.state().label(),
                    tunnel.mtu(),
                    tunnel.spiIn(),
                    tunnel.spiOut(),
                    keys == null || keys.spiOut() == 0 ? null : wall(keys.keyedAtNanos()),
                    tunnel.txPackets(),
                    tunnel.rxPackets(),
                    tunnel.txBytes(),
                    tunnel.rxBytes(),
                    tunnel.replayDrops(),
                    tunnel.authDrops(),
                    tunnel.lastError()));
          }
          views.sort(Comparator.comparing(TunnelView::peer));
          return views;
        });
  }

  private static @Nullable NodeId peerAt(HostCore core, InetAddress vtep) {
    for (Member member : core.members()) {
      var host = core.host(member.id());
      if (host != null && host.vtep().equals(vtep)) {
        return member.id();
      }
    }
    return null;
  }

  @Override
  public List<NetworkView> networks() {
    return look(core -> core.registry().networks().stream().map(this::view).toList());
  }

  private NetworkView view(Network n) {
    AddressBlock subnet6 = n.subnet6();
    return new NetworkView(
        n.name(),
        n.id(),
        n.vni(),
        n.subnet().toString(),
        subnet6 == null ? null : subnet6.toString(),
        Math.min(n.mtu(), options.innerMtu()),
        n.hostBlockLength());
  }

  @Override
  public List<EndpointView> endpoints() {
    return look(
        core -> {
          List<EndpointView> views = new ArrayList<>();
          core.endpoints()
              .forEach(
                  (host, records) ->
                      records.forEach(
                          r ->
                              views.add(
                                  view(
                                      r,
                                      core.registry()
                                          .networkById(r.networkId())
                                          .map(Network::name)
                                          .orElse(r.networkId()),
                                      host))));
          views.sort(Comparator.comparing(EndpointView::network).thenComparing(EndpointView::ip));
          return views;
        });
  }

  private static EndpointView view(EndpointRecord r, String network, NodeId host) {
    String ip = "";
    String ip6 = null;
    for (InetAddress address : r.ips()) {
      if (address.getAddress().length == 4) {
        ip = address.getHostAddress();
      } else {
        ip6 = address.getHostAddress();
      }
    }
    return new EndpointView(
        r.id(), r.name(), network, ip, ip6, r.mac().toString(), host.hex(), r.labels());
  }

  private EndpointView view(LocalEndpoint e) {
    return view(e.record(), e.networkName(), options.identity().id());
  }

  @Override
  public List<LeaseView> leases() {
    return look(
        core ->
            core.registry().leases().stream()
                .map(
                    l ->
                        new LeaseView(
                            l.networkName(),
                            l.block().toString(),
                            l.holder().hex(),
                            l.fence(),
                            stateOf(l)))
                .sorted(Comparator.comparing(LeaseView::network))
                .toList());
  }

  private static String stateOf(Lease lease) {
    return switch (lease.state()) {
      case LEASED -> "held";
      case QUARANTINED -> "quarantined";
      case FENCED -> "fenced";
    };
  }

  @Override
  public CompletableFuture<NetworkView> createNetwork(CreateNetworkRequest request) {
    RegistryCommand.CreateNetwork command =
        new RegistryCommand.CreateNetwork(
            request.name(),
            block("subnet", request.subnet()),
            block("subnet6", request.subnet6()),
            orZero(request.vni()),
            orZero(request.mtu()),
            orZero(request.hostBlock()));
    Integer mtu = request.mtu();
    if (mtu != null && mtu > options.innerMtu()) {
      throw new ApiException(
          ErrorKind.USAGE,
          "MTU %d is more than this host's tunnels carry (%d); give at most that, or none"
              .formatted(mtu, options.innerMtu()));
    }
    return submit(command).thenApply(this::networkOf);
  }

  private static int orZero(@Nullable Integer value) {
    return value == null ? 0 : value;
  }

  private static @Nullable AddressBlock block(String what, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return AddressBlock.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.USAGE, what + ": " + e.getMessage(), e);
    }
  }

  private NetworkView networkOf(CommandResult.Answer answer) {
    if (answer instanceof CommandResult.NetworkAnswer network) {
      return view(network.network());
    }
    throw new IllegalStateException("the registry answered with something else than a network");
  }

  @Override
  public CompletableFuture<NetworkView> removeNetwork(String network) {
    String name =
        look(core -> core.registry().networkById(network).map(Network::name).orElse(network));
    List<EndpointView> used = endpoints().stream().filter(e -> e.network().equals(name)).toList();
    if (!used.isEmpty()) {
      throw new ApiException(
          ErrorKind.REFUSED,
          "network %s has %d endpoints; detach them first ('weft endpoints')"
              .formatted(name, used.size()));
    }
    return submit(new RegistryCommand.RemoveNetwork(name)).thenApply(this::networkOf);
  }

  @Override
  public CompletableFuture<EndpointView> attach(AttachRequest request) {
    byte[] id = new byte[ENDPOINT_ID_BYTES];
    random.nextBytes(id);
    String ifName = request.ifname();
    CompletableFuture<LocalEndpoint> attached = new CompletableFuture<>();
    loop.put(
        new HostInput.Attach(
            new AttachOrder(
                HexFormat.of().formatHex(id),
                request.network(),
                request.netns(),
                ifName == null ? DEFAULT_IFNAME : ifName,
                request.ip(),
                request.name(),
                request.labels()),
            completing(attached)));
    return attached.thenApply(this::view);
  }

  @Override
  public CompletableFuture<EndpointView> detach(String endpoint) {
    CompletableFuture<LocalEndpoint> detached = new CompletableFuture<>();
    loop.put(new HostInput.Detach(endpoint, completing(detached)));
    return detached.thenApply(this::view);
  }

  @Override
  public CompletableFuture<TokenView> createToken(TokenRequest request) {
    JoinToken token = JoinToken.create(options.identity().caFingerprint(), random);
    Instant expires = Instant.now().plusMillis(request.ttlMillis());
    return submit(
            new RegistryCommand.CreateToken(
                token.id(), Blob.of(token.secretHash()), expires.toEpochMilli(), request.uses()))
        .thenApply(answer -> new TokenView(token.format(), expires.toString(), request.uses()));
  }

  @Override
  public CompletableFuture<LeftView> leave(LeaveRequest request) {
    CompletableFuture<NodeId> left = new CompletableFuture<>();
    Reply<NodeId> answer = completing(left);
    loop.put(
        new HostInput.Leave(
            new Reply<>() {
              @Override
              public void done(NodeId id) {
                if (request.purge()) {
                  purge.run();
                }
                answer.done(id);
              }

              @Override
              public void refused(Refusal refusal) {
                answer.refused(refusal);
              }
            }));
    return left.thenApply(id -> new LeftView(id.hex(), "left", request.purge()));
  }

  @Override
  public List<EventView> events(long fromIndex) {
    return events.from(fromIndex);
  }

  @Override
  public Subscription follow(long fromIndex, Consumer<EventView> listener) {
    return events.follow(fromIndex, listener);
  }

  private CompletableFuture<CommandResult.Answer> submit(RegistryCommand command) {
    CompletableFuture<CommandResult.Answer> answer = new CompletableFuture<>();
    loop.put(new HostInput.Submit(command, completing(answer)));
    return answer;
  }

  private static <T> Reply<T> completing(CompletableFuture<T> future) {
    return new Reply<>() {
      @Override
      public void done(T answer) {
        future.completeAsync(() -> answer);
      }

      @Override
      public void refused(Refusal refusal) {
        ErrorKind kind =
            switch (refusal.kind()) {
              case NOT_FOUND -> ErrorKind.NOT_FOUND_OR_FALSE;
              case INVALID -> ErrorKind.USAGE;
              case REFUSED, NO_QUORUM, FAILED -> ErrorKind.REFUSED;
            };
        future.completeExceptionally(new ApiException(kind, refusal.message()));
      }
    };
  }

  PeerAddress address() {
    return options.address();
  }
}
