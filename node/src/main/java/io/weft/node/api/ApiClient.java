package io.weft.node.api;

import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EndpointsView;
import io.weft.node.api.view.ErrorView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.EventsView;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.KeysView;
import io.weft.node.api.view.LeasesView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.LeftView;
import io.weft.node.api.view.MembersView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.NetworksView;
import io.weft.node.api.view.PeersView;
import io.weft.node.api.view.QueryRequest;
import io.weft.node.api.view.QueryView;
import io.weft.node.api.view.RevokedView;
import io.weft.node.api.view.RotationView;
import io.weft.node.api.view.RttView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.api.view.TunnelsView;
import io.weft.node.api.view.VotersView;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of the API. Each call opens a connection of its own; every method throws {@link
 * ApiException}, of kind UNREACHABLE when no agent answers.
 */
public final class ApiClient {
  /** How long an answer may take; above every bound that the agent itself has for a command. */
  public static final int ANSWER_TIMEOUT_MILLIS = 90_000;

  private final Path socket;

  /** A client of the agent that listens there. */
  public ApiClient(Path socket) {
    this.socket = socket;
  }

  /** This node in one object. */
  public StatusView status() {
    return get("/v1/status", StatusView.class);
  }

  /** The members. */
  public MembersView members() {
    return get("/v1/members", MembersView.class);
  }

  /**
   * The round trip between two members, by name, identity, or the beginning of that.
   *
   * @param to null for the node that is asked
   */
  public RttView rtt(String from, @Nullable String to) {
    String query = "?from=" + encoded(from) + (to == null ? "" : "&to=" + encoded(to));
    return get("/v1/rtt" + query, RttView.class);
  }

  /** The paths to each peer. */
  public PeersView peers() {
    return get("/v1/peers", PeersView.class);
  }

  /** The voters of the registry. */
  public VotersView voters() {
    return get("/v1/voters", VotersView.class);
  }

  /** The tunnels. */
  public TunnelsView tunnels() {
    return get("/v1/tunnels", TunnelsView.class);
  }

  /** The keys at work. */
  public KeysView keys() {
    return get("/v1/keys", KeysView.class);
  }

  /** Begins to rotate the gossip key. */
  public RotationView rotateGossipKey() {
    return call("POST", "/v1/keys/gossip/rotate", null, RotationView.class);
  }

  /** The networks. */
  public NetworksView networks() {
    return get("/v1/networks", NetworksView.class);
  }

  /** The endpoints. */
  public EndpointsView endpoints() {
    return get("/v1/endpoints", EndpointsView.class);
  }

  /** The address blocks. */
  public LeasesView leases() {
    return get("/v1/leases", LeasesView.class);
  }

  /** How it stands with the addresses. */
  public IpamCheckView ipamCheck() {
    return get("/v1/ipam/check", IpamCheckView.class);
  }

  /** Creates a network. */
  public NetworkView createNetwork(CreateNetworkRequest request) {
    return call("POST", "/v1/networks", request, NetworkView.class);
  }

  /** Removes a network by name or identity. */
  public NetworkView removeNetwork(String network) {
    return call("DELETE", "/v1/networks/" + encoded(network), null, NetworkView.class);
  }

  /** Makes an endpoint. */
  public EndpointView attach(AttachRequest request) {
    return call("POST", "/v1/endpoints", request, EndpointView.class);
  }

  /** Removes an endpoint by identity or name. */
  public EndpointView detach(String endpoint) {
    return call("DELETE", "/v1/endpoints/" + encoded(endpoint), null, EndpointView.class);
  }

  /** Makes a join token. */
  public TokenView createToken(TokenRequest request) {
    return call("POST", "/v1/tokens", request, TokenView.class);
  }

  /** Shuts a host out, by identity, the beginning of that, or name. */
  public RevokedView revokeNode(String node) {
    return call("POST", "/v1/nodes/" + encoded(node) + "/revoke", null, RevokedView.class);
  }

  /** Makes the agent leave the cluster and end. */
  public LeftView leave(LeaveRequest request) {
    return call("POST", "/v1/leave", request, LeftView.class);
  }

  /** Fires a user's event. */
  public FiredView fire(FireRequest request) {
    return call("POST", "/v1/event", request, FiredView.class);
  }

  /** Asks the members. */
  public QueryView query(QueryRequest request) {
    return call("POST", "/v1/query", request, QueryView.class);
  }

  /** The events that are still kept, from an index on. */
  public EventsView events(long fromIndex) {
    return get("/v1/events?from=" + fromIndex, EventsView.class);
  }

  /**
   * Reads kept events from an index on and then new ones as they come.
   *
   * @param more takes each event, and says whether to go on
   * @throws ApiException of kind UNREACHABLE when the agent ends the stream
   */
  public void follow(long fromIndex, Predicate<EventView> more) {
    String path = "/v1/events?follow=true&from=" + fromIndex;
    try (HttpExchange exchange = HttpExchange.open(socket, "GET", path, new byte[0])) {
      check(exchange, ANSWER_TIMEOUT_MILLIS);
      while (true) {
        // The agent writes a comment every few seconds, so silence means that it is gone.
        String line = exchange.readLine(3 * EventStream.HEARTBEAT_SECONDS * 1000);
        if (line == null) {
          throw new ApiException(ErrorKind.UNREACHABLE, "the agent at " + socket + " has ended");
        }
        if (line.startsWith("data: ")) {
          byte[] json = line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8);
          if (!more.test(Json.answer(json, EventView.class))) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private <T> T get(String path, Class<T> type) {
    return call("GET", path, null, type);
  }

  private <T> T call(String method, String path, @Nullable Object request, Class<T> type) {
    byte[] body = request == null ? new byte[0] : Json.bytes(request);
    try (HttpExchange exchange = HttpExchange.open(socket, method, path, body)) {
      check(exchange, ANSWER_TIMEOUT_MILLIS);
      return Json.answer(exchange.readBody(ANSWER_TIMEOUT_MILLIS), type);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static void check(HttpExchange exchange, int timeoutMillis) throws IOException {
    int status = exchange.readHead(timeoutMillis);
    if (status == 200) {
      return;
    }
    byte[] body = exchange.readBody(timeoutMillis);
    if (body.length == 0) {
      throw new ApiException(ErrorKind.REFUSED, "the agent answered HTTP " + status);
    }
    ErrorView.Detail error = Json.answer(body, ErrorView.class).error();
    throw new ApiException(ErrorKind.named(error.kind()), error.message());
  }

  private ApiException broken(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return new ApiException(ErrorKind.UNREACHABLE, "interrupted", e);
    }
    return new ApiException(
        ErrorKind.UNREACHABLE,
        "the agent at " + socket + " broke off: " + e.getMessage() + " (is it still running?)",
        e);
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
