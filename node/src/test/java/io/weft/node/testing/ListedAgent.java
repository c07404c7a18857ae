package io.weft.node.testing;

import io.weft.node.api.AgentService;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.PayloadText;
import io.weft.node.api.view.AnswerView;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CaView;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import io.weft.node.api.view.GossipKeysView;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.IpamFindingView;
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
import io.weft.node.api.view.SubnetUseView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.api.view.TunnelKeyView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.UserEventView;
import io.weft.node.api.view.VoterView;
import io.weft.node.api.view.VotersView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An agent of one node that keeps what it is told in lists: enough to speak the whole API. */
public final class ListedAgent implements AgentService {
  public static final String NODE = "ab".repeat(32);

  private final List<NetworkView> networks = new ArrayList<>();
  private final List<EndpointView> endpoints = new ArrayList<>();
  private final List<EventView> events = new ArrayList<>();
  private final List<Consumer<EventView>> followers = new CopyOnWriteArrayList<>();
  private final List<String> rotation = new ArrayList<>();
  private int gossipEpoch = 1;
  private boolean left;

  public int followers() {
    return followers.size();
  }

  public synchronized boolean hasLeft() {
    return left;
  }

  public synchronized void emit(String type, String subject) {
    EventView event =
        new EventView(events.size() + 1L, "2026-01-01T00:00:00Z", type, subject, "a test");
    events.add(event);
    followers.forEach(follower -> follower.accept(event));
  }

  @Override
  public StatusView status() {
    return new StatusView(
        NODE,
        "n1",
        "mesh",
        "10.0.0.1:7940",
        "alive",
        7,
        3,
        "leader",
        2L,
        41,
        1,
        1,
        "user",
        "the kernel has no ESP",
        1390,
        "0.1.0");
  }

  @Override
  public List<MemberView> members() {
    TreeMap<String, String> labels = new TreeMap<>();
    labels.put("rack", "r1");
    return List.of(new MemberView(NODE, "n1", "10.0.0.1:7940", "alive", 3, 7, 9, -1, labels));
  }

  @Override
  public RttView rtt(String from, @Nullable String to) {
    if (from.equals("nobody")) {
      throw new ApiException(ErrorKind.NOT_FOUND_OR_FALSE, "no member is called 'nobody'");
    }
    return new RttView(from, to == null ? "n1" : to, 12.345, to == null);
  }

  @Override
  public List<PeerView> peers() {
    return List.of(
        new PeerView(
            "cd".repeat(32),
            "10.0.0.2:7940",
            "up",
            "down",
            0.25,
            "2026-01-01T00:00:10Z",
            "refused"));
  }

  @Override
  public VotersView voters() {
    return new VotersView(List.of(new VoterView(NODE, "leader", 41, true)), 2L, NODE);
  }

  @Override
  public List<TunnelView> tunnels() {
    return List.of(
        new TunnelView(
            "cd".repeat(32),
            "10.0.0.2",
            "user",
            "up",
            1390,
            0x1234,
            0x5678,
            null,
            1,
            2,
            3,
            4,
            5,
            6,
            null));
  }

  @Override
  public synchronized KeysView keys() {
    // A rotation goes on by one step each time somebody looks.
    String phase = rotation.isEmpty() ? GossipKeysView.STEADY : rotation.removeFirst();
    return new KeysView(
        switch (phase) {
          case "installing" ->
              new GossipKeysView(gossipEpoch - 1, List.of(gossipEpoch - 1), phase, List.of("n2"));
          case "retiring" ->
              new GossipKeysView(
                  gossipEpoch, List.of(gossipEpoch - 1, gossipEpoch), phase, List.of());
          default -> new GossipKeysView(gossipEpoch, List.of(gossipEpoch), phase, List.of());
        },
        List.of(new TunnelKeyView("cd".repeat(32), 61, 7)),
        new CaView("ef".repeat(32), "2036-01-01T00:00:00Z"));
  }

  @Override
  public synchronized CompletableFuture<RotationView> rotateGossipKey() {
    if (!rotation.isEmpty()) {
      throw new ApiException(
          ErrorKind.REFUSED, "a rotation to gossip key " + gossipEpoch + " is under way");
    }
    gossipEpoch++;
    rotation.addAll(List.of("installing", "installing", "retiring"));
    return CompletableFuture.completedFuture(new RotationView(gossipEpoch));
  }

  @Override
  public synchronized List<NetworkView> networks() {
    return List.copyOf(networks);
  }

  @Override
  public synchronized List<EndpointView> endpoints() {
    return List.copyOf(endpoints);
  }

  @Override
  public List<LeaseView> leases() {
    return List.of(new LeaseView("blue", "10.32.0.0/24", NODE, 1, "held"));
  }

  /** Something is found while there is a network that is called "crowded". */
  @Override
  public synchronized IpamCheckView ipamCheck() {
    boolean crowded = networks.stream().anyMatch(n -> n.name().equals("crowded"));
    return new IpamCheckView(
        41,
        !crowded,
        List.of(new SubnetUseView("blue", "10.32.0.0/16", 256, 1, 0, 0, 255, 2, 2)),
        crowded
            ? List.of(
                new IpamFindingView(
                    "orphan", "blue", "10.32.0.0/24", null, List.of(NODE), "it is", "do it"),
                new IpamFindingView(
                    "full", "crowded", null, null, List.of(NODE), "all\u001b[2J", "wait"))
            : List.of());
  }

  @Override
  public synchronized CompletableFuture<NetworkView> createNetwork(CreateNetworkRequest request) {
    if ("full".equals(request.name())) {
      return CompletableFuture.failedFuture(
          new ApiException(ErrorKind.REFUSED, "no quorum: 1 of 3 voters is reachable; heal first"));
    }
    if ("broken".equals(request.name())) {
      return CompletableFuture.failedFuture(new IllegalStateException("a defect"));
    }
    NetworkView network =
        new NetworkView(
            request.name(),
            "n-" + request.name(),
            networks.size() + 1,
            request.subnet() == null ? "10.32.0.0/16" : request.subnet(),
            request.subnet6(),
            request.mtu() == null ? 1390 : request.mtu(),
            request.hostBlock() == null ? 24 : request.hostBlock());
    networks.add(network);
    return CompletableFuture.completedFuture(network);
  }

  @Override
  public synchronized CompletableFuture<NetworkView> removeNetwork(String name) {
    for (NetworkView network : networks) {
      if (network.name().equals(name)) {
        networks.remove(network);
        return CompletableFuture.completedFuture(network);
      }
    }
    throw new ApiException(ErrorKind.NOT_FOUND_OR_FALSE, "there is no network " + name);
  }

  @Override
  public synchronized CompletableFuture<EndpointView> attach(AttachRequest request) {
    EndpointView endpoint =
        new EndpointView(
            "ep" + endpoints.size(),
            request.name() == null ? request.netns() : request.name(),
            request.network(),
            request.ip() == null ? "10.32.0.2" : request.ip(),
            null,
            "02:00:00:00:00:01",
            "n1",
            request.labels());
    endpoints.add(endpoint);
    return CompletableFuture.completedFuture(endpoint);
  }

  @Override
  public synchronized CompletableFuture<EndpointView> detach(String id) {
    for (EndpointView endpoint : endpoints) {
      if (endpoint.id().equals(id) || endpoint.name().equals(id)) {
        endpoints.remove(endpoint);
        return CompletableFuture.completedFuture(endpoint);
      }
    }
    throw new ApiException(ErrorKind.NOT_FOUND_OR_FALSE, "there is no endpoint " + id);
  }

  @Override
  public CompletableFuture<TokenView> createToken(TokenRequest request) {
    return CompletableFuture.completedFuture(
        new TokenView("id.secret." + request.ttlMillis(), "2026-01-02T00:00:00Z", request.uses()));
  }

  @Override
  public CompletableFuture<RevokedView> revokeNode(String node) {
    return CompletableFuture.completedFuture(new RevokedView(NODE, node, "revoked", 2));
  }

  @Override
  public synchronized CompletableFuture<LeftView> leave(LeaveRequest request) {
    left = true;
    return CompletableFuture.completedFuture(new LeftView(NODE, "left", request.purge()));
  }

  @Override
  public synchronized CompletableFuture<FiredView> fire(FireRequest request) {
    byte[] payload = PayloadText.bytes(request.payload(), request.encoding());
    if (payload.length > 512) {
      throw new ApiException(ErrorKind.USAGE, "it is too long");
    }
    PayloadText text = PayloadText.of(payload);
    EventView event =
        new EventView(
            events.size() + 1L,
            "2026-01-01T00:00:00Z",
            "user-event",
            request.name(),
            "fired here",
            new UserEventView(
                request.name(), text.text(), text.encoding(), "n1", NODE, events.size() + 1L));
    events.add(event);
    followers.forEach(follower -> follower.accept(event));
    return CompletableFuture.completedFuture(new FiredView(request.name(), events.size()));
  }

  @Override
  public CompletableFuture<QueryView> query(QueryRequest request) {
    boolean none = request.labels().containsValue("nobody");
    AnswerView answer =
        request.name().equals("bytes")
            ? new AnswerView("n1", NODE, "Yf8=", PayloadText.BASE64, 3)
            : new AnswerView("n1", NODE, "n1 0.1.0\u001b[2J", PayloadText.TEXT, 3);
    return CompletableFuture.completedFuture(
        new QueryView(
            request.name(),
            7,
            none ? 0 : 2,
            none ? List.of() : List.of(answer),
            request.nodes(),
            0));
  }

  @Override
  public synchronized List<EventView> events(long fromIndex) {
    return events.stream().filter(event -> event.index() >= fromIndex).toList();
  }

  @Override
  public synchronized Subscription follow(long fromIndex, Consumer<EventView> listener) {
    events(fromIndex).forEach(listener);
    followers.add(listener);
    return () -> followers.remove(listener);
  }
}
