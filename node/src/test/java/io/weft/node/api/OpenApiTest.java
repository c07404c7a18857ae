package io.weft.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EndpointsView;
import io.weft.node.api.view.ErrorView;
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
import io.weft.node.testing.ListedAgent;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Derives the OpenAPI document from the views, so that it never says anything else than they do. To
 * write it anew after a change: {@code -Dweft.openapi.write=true}.
 */
final class OpenApiTest {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Path FILE = Path.of("src/main/resources/io/weft/node/api/openapi.json");

  private final ObjectNode root = MAPPER.createObjectNode();
  private final ObjectNode schemas = MAPPER.createObjectNode();

  @Test
  void theServedDocumentIsTheOneTheViewsGive() throws Exception {
    String derived = MAPPER.writeValueAsString(derive()) + "\n";
    if (Boolean.getBoolean("weft.openapi.write")) {
      Files.writeString(FILE, derived);
    }
    assertThat(Files.readString(FILE)).isEqualTo(derived);
    byte[] served =
        (byte[])
            new ApiRoutes(new ListedAgent())
                .answer("GET", "/v1/openapi.json", Map.of(), new byte[0])
                .join();
    JsonNode parsed = MAPPER.readTree(served);
    assertThat(parsed.path("openapi").asText()).startsWith("3.");
  }

  private ObjectNode derive() {
    root.put("openapi", "3.1.0");
    root.putObject("info")
        .put("title", "Weft agent")
        .put("version", "1")
        .put("description", "The agent's API on its Unix socket.");
    get("/v1/status", "What this node believes about itself", StatusView.class);
    get("/v1/members", "The cluster's members", MembersView.class);
    var rtt =
        get("/v1/rtt", "The round trip between two members", RttView.class).putArray("parameters");
    rtt.add(parameter("from", "query", "string", true));
    rtt.add(parameter("to", "query", "string", false));
    get("/v1/peers", "The paths to each peer", PeersView.class);
    get("/v1/voters", "The registry's voters", VotersView.class);
    get("/v1/tunnels", "The tunnel to each peer", TunnelsView.class);
    get("/v1/keys", "The keys at work, and where a rotation stands", KeysView.class);
    operation("/v1/keys/gossip/rotate", "post", "Rotate the gossip key", null, RotationView.class);
    get("/v1/leases", "Who holds which addresses", LeasesView.class);
    get("/v1/ipam/check", "How full networks are, and what does not fit", IpamCheckView.class);
    post("/v1/event", "Fire a user's event", FireRequest.class, FiredView.class);
    post("/v1/query", "Ask the members", QueryRequest.class, QueryView.class);
    get("/v1/networks", "The overlay networks", NetworksView.class);
    post("/v1/networks", "Create a network", CreateNetworkRequest.class, NetworkView.class);
    delete("/v1/networks/{network}", "Remove a network", NetworkView.class);
    get("/v1/endpoints", "The endpoints of all hosts", EndpointsView.class);
    post("/v1/endpoints", "Attach an endpoint", AttachRequest.class, EndpointView.class);
    delete("/v1/endpoints/{endpoint}", "Detach an endpoint", EndpointView.class);
    post("/v1/tokens", "Make a join token", TokenRequest.class, TokenView.class);
    revoke("/v1/nodes/{node}/revoke", "Shut a host out for good", RevokedView.class);
    post("/v1/leave", "Leave the cluster", LeaveRequest.class, LeftView.class);
    ObjectNode events = get("/v1/events", "Events; a stream with follow", EventsView.class);
    var parameters = events.putArray("parameters");
    parameters.add(parameter("from", "query", "integer", false));
    parameters.add(parameter("follow", "query", "boolean", false));
    ((ObjectNode) events.at("/responses/200/content"))
        .putObject("text/event-stream")
        .putObject("schema")
        .put("type", "string");
    root.putObject("components").set("schemas", schemas);
    return root;
  }

  private ObjectNode get(String path, String summary, Class<?> answer) {
    return operation(path, "get", summary, null, answer);
  }

  private void post(String path, String summary, Class<?> request, Class<?> answer) {
    operation(path, "post", summary, request, answer);
  }

  private void delete(String path, String summary, Class<?> answer) {
    onOne(path, "delete", summary, answer);
  }

  private void revoke(String path, String summary, Class<?> answer) {
    onOne(path, "post", summary, answer);
  }

  private void onOne(String path, String method, String summary, Class<?> answer) {
    String name = path.substring(path.indexOf('{') + 1, path.indexOf('}'));
    operation(path, method, summary, null, answer)
        .putArray("parameters")
        .add(parameter(name, "path", "string", true));
  }

  private static ObjectNode parameter(String name, String in, String type, boolean required) {
    ObjectNode parameter =
        MAPPER.createObjectNode().put("name", name).put("in", in).put("required", required);
    parameter.putObject("schema").put("type", type);
    return parameter;
  }

  private ObjectNode operation(
      String path, String method, String summary, @Nullable Class<?> request, Class<?> answer) {
    ObjectNode operation =
        root.withObjectProperty("paths").withObjectProperty(path).putObject(method);
    operation.put("summary", summary);
    if (request != null) {
      content(operation.putObject("requestBody").put("required", true), request);
    }
    ObjectNode responses = operation.putObject("responses");
    content(responses.putObject("200").put("description", "Done"), answer);
    content(responses.putObject("default").put("description", "Not done"), ErrorView.class);
    return operation;
  }

  private void content(ObjectNode into, Class<?> type) {
    into.putObject("content").putObject("application/json").set("schema", schema(type));
  }

  private ObjectNode schema(Type type) {
    ObjectNode node = MAPPER.createObjectNode();
    return switch (type) {
      case Class<?> c when c == String.class -> node.put("type", "string");
      case Class<?> c when c == int.class || c == Integer.class ->
          node.put("type", "integer").put("format", "int32");
      case Class<?> c when c == long.class || c == Long.class ->
          node.put("type", "integer").put("format", "int64");
      case Class<?> c when c == double.class -> node.put("type", "number");
      case Class<?> c when c == boolean.class -> node.put("type", "boolean");
      case Class<?> c when c.isRecord() -> reference(c);
      case ParameterizedType p when p.getRawType() == SortedMap.class -> {
        node.put("type", "object").set("additionalProperties", schema(String.class));
        yield node;
      }
      case ParameterizedType p -> {
        node.put("type", "array").set("items", schema(p.getActualTypeArguments()[0]));
        yield node;
      }
      default -> throw new IllegalArgumentException("no schema for " + type);
    };
  }

  private ObjectNode reference(Class<?> type) {
    String name = type.getSimpleName();
    if (!schemas.has(name)) {
      ObjectNode object = schemas.putObject(name).put("type", "object");
      ObjectNode properties = object.putObject("properties");
      var required = object.putArray("required");
      for (RecordComponent component : type.getRecordComponents()) {
        properties.set(component.getName(), schema(component.getGenericType()));
        if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
          required.add(component.getName());
        }
      }
    }
    return MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }
}
