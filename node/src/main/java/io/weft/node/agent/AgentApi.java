package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.node.api.AgentService;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.PayloadText;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.KeysView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.LeftView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.PeerView;
import io.weft.node.api.view.QueryRequest;
import io.weft.node.api.view.QueryView;
import io.weft.node.api.view.RevokedView;
import io.weft.node.api.view.RotationView;
import io.weft.node.api.view.RttView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.api.view.TunnelView;
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
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Host;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.security.token.JoinToken;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.TunnelStats;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Answers the API: questions by a look at the core between two steps, commands by an input to it.
 */
final class AgentApi implements AgentService {
  private static final long LOOK_SECONDS = 10;
  private static final Duration MAX_TTL = Duration.ofDays(365);
  private static final int ENDPOINT_ID_BYTES = 16;
  private static final String DEFAULT_IFNAME = "weft";

  private final HostOptions options;
  private final ControlLoop loop;
  private final DataPlane plane;
  private final EventLog events;
  private final Runnable purge;
  private final AgentViews views;
  private final SecureRandom random = new SecureRandom();

  AgentApi(
      HostOptions options,
      ControlLoop loop,
      DataPlane plane,
      Supplier<EngineStatus> registry,
      EventLog events,
      Runnable purge) {
    this.options = options;
    this.loop = loop;
    this.plane = plane;
    this.events = events;
    this.purge = purge;
    views = new AgentViews(options, plane, registry);
  }

  private <T> T look(Function<HostCore, T> question) {
    try {
      return loop.look(question).get(LOOK_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, "the agent is stopping", e);
    } catch (ExecutionException | TimeoutException e) {
      if (e.getCause() instanceof ApiException refused) {
        throw refused;
      }
      throw new ApiException(ErrorKind.REFUSED, "the agent did not answer; see its log", e);
    }
  }

  @Override
  public StatusView status() {
    return look(views::status);
  }

  @Override
  public List<MemberView> members() {
    return look(views::members);
  }

  @Override
  public RttView rtt(String from, @Nullable String to) {
    return look(core -> RoundTrips.between(core, from, to));
  }

  @Override
  public List<PeerView> peers() {
    return look(views::peers);
  }

  @Override
  public VotersView voters() {
    return look(views::voters);
  }

  @Override
  public List<TunnelView> tunnels() {
    // Asked of the data plane first: the control loop must not wait for it.
    List<TunnelStats> stats = plane.tunnels();
    return look(core -> views.tunnels(core, stats));
  }

  @Override
  public KeysView keys() {
    return look(views::keys);
  }

  @Override
  public CompletableFuture<RotationView> rotateGossipKey() {
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    random.nextBytes(secret);
    CompletableFuture<Integer> begun = new CompletableFuture<>();
    loop.put(new HostInput.RotateGossipKey(secret, completing(begun)));
    return begun.thenApply(RotationView::new);
  }

  @Override
  public List<NetworkView> networks() {
    return look(views::networks);
  }

  @Override
  public List<EndpointView> endpoints() {
    return look(views::endpoints);
  }

  @Override
  public List<LeaseView> leases() {
    return look(views::leases);
  }

  @Override
  public IpamCheckView ipamCheck() {
    return look(core -> IpamViews.check(core, System.currentTimeMillis()));
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
      return views.view(network.network());
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
    String chosen = ifName == null ? freeName(request.netns()) : ifName;
    CompletableFuture<LocalEndpoint> attached = new CompletableFuture<>();
    loop.put(
        new HostInput.Attach(
            new AttachOrder(
                HexFormat.of().formatHex(id),
                request.network(),
                request.netns(),
                chosen,
                request.ip(),
                request.name(),
                request.labels()),
            completing(attached)));
    return attached.thenApply(views::view);
  }

  /** The first of weft0, weft1, ... that no endpoint of ours has in there, and no interface. */
  private String freeName(String netns) {
    Set<String> taken =
        look(HostCore::localEndpoints).stream()
            .filter(e -> e.netns().equals(netns))
            .map(LocalEndpoint::ifName)
            .collect(Collectors.toSet());
    return InterfaceNames.free(netns, DEFAULT_IFNAME, taken);
  }

  @Override
  public CompletableFuture<EndpointView> detach(String endpoint) {
    CompletableFuture<LocalEndpoint> detached = new CompletableFuture<>();
    loop.put(new HostInput.Detach(endpoint, completing(detached)));
    return detached.thenApply(views::view);
  }

  @Override
  public CompletableFuture<TokenView> createToken(TokenRequest request) {
    if (request.ttlMillis() < 1_000 || request.ttlMillis() > MAX_TTL.toMillis()) {
      throw new ApiException(
          ErrorKind.USAGE, "a token lives 1 second to %d days".formatted(MAX_TTL.toDays()));
    }
    JoinToken token = JoinToken.create(options.identity().caFingerprint(), random);
    Instant expires = Instant.now().plusMillis(request.ttlMillis());
    return submit(
            new RegistryCommand.CreateToken(
                token.id(), Blob.of(token.secretHash()), expires.toEpochMilli(), request.uses()))
        .thenApply(answer -> new TokenView(token.format(), expires.toString(), request.uses()));
  }

  @Override
  public CompletableFuture<RevokedView> revokeNode(String node) {
    NodeId self = options.identity().id();
    Host host =
        look(
            core -> {
              Host found = HostNames.find(core.registry(), node);
              List<NodeId> voters = core.registry().wantedVoters();
              if (found.id().equals(self)) {
                throw new ApiException(
                    ErrorKind.REFUSED,
                    "that is the host you are asking: 'weft leave' makes it leave, or ask another"
                        + " voter to revoke it");
              }
              if (!voters.contains(self)) {
                throw new ApiException(
                    ErrorKind.REFUSED,
                    "only a voter shuts hosts out: ask one of "
                        + HostNames.names(core.registry(), voters));
              }
              return found;
            });
    return submit(new RegistryCommand.RevokeHost(host.id()))
        .thenApply(
            answer ->
                new RevokedView(
                    host.id().hex(),
                    host.name(),
                    "revoked",
                    answer instanceof CommandResult.LeaseAnswer fenced
                        ? fenced.leases().size()
                        : 0));
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
  public CompletableFuture<FiredView> fire(FireRequest request) {
    byte[] payload = PayloadText.bytes(request.payload(), request.encoding());
    CompletableFuture<Long> fired = new CompletableFuture<>();
    loop.put(new HostInput.FireEvent(request.name(), payload, completing(fired)));
    return fired.thenApply(ltime -> new FiredView(request.name(), ltime));
  }

  @Override
  public CompletableFuture<QueryView> query(QueryRequest request) {
    byte[] payload = PayloadText.bytes(request.payload(), request.encoding());
    Integer timeout = request.timeoutMillis();
    if (timeout != null && timeout < 1) {
      throw new ApiException(ErrorKind.USAGE, "a query waits at least 1 ms, not " + timeout);
    }
    TreeSet<NodeId> nodes = new TreeSet<>();
    if (!request.nodes().isEmpty()) {
      List<Member> members = look(HostCore::members);
      request.nodes().forEach(node -> nodes.add(MemberNames.find(members, node)));
    }
    CompletableFuture<QueryResult> asked = new CompletableFuture<>();
    loop.put(
        new HostInput.Ask(
            request.name(),
            payload,
            new QueryFilter(nodes, request.labels()),
            orZero(timeout),
            completing(asked)));
    return asked.thenApply(result -> UserViews.view(request.name(), result));
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
}
