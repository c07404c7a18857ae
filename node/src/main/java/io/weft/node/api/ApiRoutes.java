package io.weft.node.api;

import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointsView;
import io.weft.node.api.view.EventsView;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.LeasesView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.MembersView;
import io.weft.node.api.view.NetworksView;
import io.weft.node.api.view.PeersView;
import io.weft.node.api.view.QueryRequest;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TunnelsView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which request leads to which method of the {@link AgentService}. */
final class ApiRoutes {
  static final String EVENTS = "/v1/events";
  private static final String OPENAPI_RESOURCE = "openapi.json";

  /** What a request holds. */
  @SuppressWarnings("ArrayRecordComponent") // in passing: never compared
  private record Asked(String name, Map<String, String> query, byte[] body) {}

  private interface Action {
    CompletableFuture<? extends Object> run(Asked asked);
  }

  /**
   * A path and what a method does there.
   *
   * @param before all of the path, or what comes before the one name in it
   * @param after what comes after that name; null where the path holds none
   */
  private record Route(String method, String before, @Nullable String after, Action action) {
    /** The name that the path holds, empty where it should hold none; null when it is another. */
    @Nullable String match(String path) {
      if (after == null) {
        return path.equals(before) ? "" : null;
      }
      int end = path.length() - after.length();
      return path.startsWith(before) && path.endsWith(after) && end > before.length()
          ? path.substring(before.length(), end)
          : null;
    }
  }

  private final List<Route> routes = new ArrayList<>();

  ApiRoutes(AgentService service) {
    get("/v1/status", service::status);
    get("/v1/members", () -> new MembersView(service.members()));
    add(
        "GET",
        "/v1/rtt",
        null,
        asked -> {
          String from = asked.query().get("from");
          if (from == null) {
            throw new ApiException(ErrorKind.USAGE, "say between which members: ?from=A&to=B");
          }
          return CompletableFuture.completedFuture(service.rtt(from, asked.query().get("to")));
        });
    get("/v1/peers", () -> new PeersView(service.peers()));
    get("/v1/voters", service::voters);
    get("/v1/tunnels", () -> new TunnelsView(service.tunnels()));
    get("/v1/keys", service::keys);
    post("/v1/keys/gossip/rotate", body -> service.rotateGossipKey());
    get("/v1/leases", () -> new LeasesView(service.leases()));
    get("/v1/ipam/check", service::ipamCheck);
    get("/v1/openapi.json", ApiRoutes::openApi);
    add(
        "GET",
        EVENTS,
        null,
        asked ->
            CompletableFuture.completedFuture(
                new EventsView(service.events(fromIndex(asked.query())))));
    post("/v1/event", body -> service.fire(event(body)));
    post("/v1/query", body -> service.query(query(body)));
    get("/v1/networks", () -> new NetworksView(service.networks()));
    post("/v1/networks", body -> service.createNetwork(network(body)));
    add("DELETE", "/v1/networks/", "", asked -> service.removeNetwork(asked.name()));
    get("/v1/endpoints", () -> new EndpointsView(service.endpoints()));
    post("/v1/endpoints", body -> service.attach(endpoint(body)));
    add("DELETE", "/v1/endpoints/", "", asked -> service.detach(asked.name()));
    add("POST", "/v1/nodes/", "/revoke", asked -> service.revokeNode(asked.name()));
    post("/v1/tokens", body -> service.createToken(Json.request(body, TokenRequest.class)));
    post(
        "/v1/leave",
        body ->
            service.leave(
                body.length == 0
                    ? new LeaveRequest(false)
                    : Json.request(body, LeaveRequest.class)));
  }

  private void get(String path, Supplier<Object> answer) {
    add("GET", path, null, asked -> CompletableFuture.completedFuture(answer.get()));
  }

  private void post(String path, Function<byte[], CompletableFuture<? extends Object>> action) {
    add("POST", path, null, asked -> action.apply(asked.body()));
  }

  private void add(String method, String before, @Nullable String after, Action action) {
    routes.add(new Route(method, before, after, action));
  }

  /**
   * Answers a request.
   *
   * @param method HEAD is answered as GET is
   * @param path without the query
   * @param query the first value of each parameter
   * @return the object to send as JSON, or its bytes where it is JSON already
   * @throws WrongMethodException when the path knows other methods only
   * @throws ApiException for what the caller can mend; the future may fail with it as well
   */
  CompletableFuture<? extends Object> answer(
      String method, String path, Map<String, String> query, byte[] body) {
    String meant = method.equals("HEAD") ? "GET" : method;
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      String name = route.match(path);
      if (name != null && route.method().equals(meant)) {
        return route.action().run(new Asked(name, query, body));
      }
      if (name != null) {
        allowed.add(route.method());
      }
    }
    if (allowed.isEmpty()) {
      throw new ApiException(
          ErrorKind.NOT_FOUND_OR_FALSE, "the API has no " + path + ": see /v1/openapi.json");
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    throw new WrongMethodException(method, path, String.join(", ", allowed));
  }

  private static FireRequest event(byte[] body) {
    FireRequest request = Json.request(body, FireRequest.class);
    require(request.name(), "name");
    return request;
  }

  private static QueryRequest query(byte[] body) {
    QueryRequest request = Json.request(body, QueryRequest.class);
    require(request.name(), "name");
    if (request.nodes().stream().anyMatch(Objects::isNull)) {
      throw new ApiException(ErrorKind.USAGE, "'nodes' must be names or identities, not null");
    }
    for (String label : request.labels().keySet()) {
      if ((Object) request.labels().get(label) == null) { // JSON may well say null
        throw new ApiException(
            ErrorKind.USAGE,
            "label '" + label + "' has no value; give it one, or leave the label out");
      }
    }
    return request;
  }

  private static CreateNetworkRequest network(byte[] body) {
    CreateNetworkRequest request = Json.request(body, CreateNetworkRequest.class);
    require(request.name(), "name");
    return request;
  }

  private static AttachRequest endpoint(byte[] body) {
    AttachRequest request = Json.request(body, AttachRequest.class);
    require(request.network(), "network");
    require(request.netns(), "netns");
    return request;
  }

  /** The index that a request for events starts from; 0 means all that are kept. */
  static long fromIndex(Map<String, String> query) {
    return index("from", query.getOrDefault("from", "0"));
  }

  /** An event's index that stands there as text. */
  static long index(String where, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ApiException(
          ErrorKind.USAGE, where + " must be an event's index, not '" + text + "'", e);
    }
  }

  private static byte[] openApi() {
    try (InputStream in = ApiRoutes.class.getResourceAsStream(OPENAPI_RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + OPENAPI_RESOURCE);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void require(@Nullable Object value, String key) {
    if (value == null) {
      throw new ApiException(ErrorKind.USAGE, "the request lacks the key '" + key + "'");
    }
  }
}
