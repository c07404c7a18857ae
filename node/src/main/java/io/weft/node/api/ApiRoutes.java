package io.weft.node.api;

import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointsView;
import io.weft.node.api.view.EventsView;
import io.weft.node.api.view.LeasesView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.MembersView;
import io.weft.node.api.view.NetworksView;
import io.weft.node.api.view.PeersView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TunnelsView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Which request leads to which method of the {@link AgentService}. */
final class ApiRoutes {
  static final String EVENTS = "/v1/events";
  private static final String NETWORKS = "/v1/networks";
  private static final String ENDPOINTS = "/v1/endpoints";
  private static final String NODES = "/v1/nodes/";
  private static final String REVOKE = "/revoke";
  private static final String OPENAPI_RESOURCE = "openapi.json";

  private final AgentService service;

  ApiRoutes(AgentService service) {
    this.service = service;
  }

  /**
   * Answers a request.
   *
   * @param path without the query
   * @param query the first value of each parameter
   * @return the object to send as JSON, or its bytes where it is JSON already
   * @throws ApiException for what the caller can mend; the future may fail with it as well
   */
  CompletableFuture<? extends Object> answer(
      String method, String path, Map<String, String> query, byte[] body) {
    return switch (method) {
      case "GET" -> CompletableFuture.completedFuture(query(path, query));
      case "POST" -> post(path, body);
      case "DELETE" -> delete(path);
      default ->
          throw new ApiException(
              ErrorKind.USAGE, "the API has no method " + method + " for " + path);
    };
  }

  private Object query(String path, Map<String, String> query) {
    return switch (path) {
      case "/v1/status" -> service.status();
      case "/v1/members" -> new MembersView(service.members());
      case "/v1/peers" -> new PeersView(service.peers());
      case "/v1/voters" -> service.voters();
      case "/v1/tunnels" -> new TunnelsView(service.tunnels());
      case NETWORKS -> new NetworksView(service.networks());
      case ENDPOINTS -> new EndpointsView(service.endpoints());
      case "/v1/leases" -> new LeasesView(service.leases());
      case EVENTS -> new EventsView(service.events(fromIndex(query)));
      case "/v1/openapi.json" -> openApi();
      default -> throw unknown("GET", path);
    };
  }

  private CompletableFuture<? extends Object> post(String path, byte[] body) {
    if (path.startsWith(NODES) && path.endsWith(REVOKE)) {
      return service.revokeNode(path.substring(NODES.length(), path.length() - REVOKE.length()));
    }
    return switch (path) {
      case NETWORKS -> {
        CreateNetworkRequest request = Json.request(body, CreateNetworkRequest.class);
        require(request.name(), "name");
        yield service.createNetwork(request);
      }
      case ENDPOINTS -> {
        AttachRequest request = Json.request(body, AttachRequest.class);
        require(request.network(), "network");
        require(request.netns(), "netns");
        yield service.attach(request);
      }
      case "/v1/tokens" -> service.createToken(Json.request(body, TokenRequest.class));
      case "/v1/leave" ->
          service.leave(
              body.length == 0 ? new LeaveRequest(false) : Json.request(body, LeaveRequest.class));
      default -> throw unknown("POST", path);
    };
  }

  private CompletableFuture<? extends Object> delete(String path) {
    if (path.startsWith(NETWORKS + "/")) {
      return service.removeNetwork(path.substring(NETWORKS.length() + 1));
    }
    if (path.startsWith(ENDPOINTS + "/")) {
      return service.detach(path.substring(ENDPOINTS.length() + 1));
    }
    throw unknown("DELETE", path);
  }

  /** The index that a request for events starts from; 0 means all that are kept. */
  static long fromIndex(Map<String, String> query) {
    String from = query.getOrDefault("from", "0");
    try {
      return Long.parseLong(from);
    } catch (NumberFormatException e) {
      throw new ApiException(
          ErrorKind.USAGE, "from must be an event's index, not '" + from + "'", e);
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

  private static ApiException unknown(String method, String path) {
    return new ApiException(
        ErrorKind.NOT_FOUND_OR_FALSE,
        "the API has no " + method + " " + path + ": see /v1/openapi.json");
  }
}
