package io.weft.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.testing.ListedAgent;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ApiServerTest {
  @TempDir Path folder = Path.of("unset");
  private final ListedAgent agent = new ListedAgent();
  private Path socket = Path.of("unset");
  private ApiServer server;
  private ApiClient client = new ApiClient(socket);

  @BeforeEach
  void start() {
    socket = folder.resolve("run").resolve("weft.sock");
    server = ApiServer.start(socket, agent);
    client = new ApiClient(socket);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyQueryComesBackAsTheServiceGaveIt() {
    assertThat(client.status()).isEqualTo(agent.status());
    assertThat(client.members().members()).isEqualTo(agent.members());
    assertThat(client.peers().peers()).isEqualTo(agent.peers());
    assertThat(client.voters()).isEqualTo(agent.voters());
    assertThat(client.tunnels().tunnels()).isEqualTo(agent.tunnels());
    assertThat(client.leases().leases()).isEqualTo(agent.leases());
    assertThat(client.ipamCheck()).isEqualTo(agent.ipamCheck());
    assertThat(client.networks().networks()).isEmpty();
    assertThat(client.endpoints().endpoints()).isEmpty();
  }

  @Test
  void aRoundTripIsAskedForByTwoNamesOrOne() {
    assertThat(client.rtt("a b", "c&to=d")).isEqualTo(agent.rtt("a b", "c&to=d"));
    assertThat(client.rtt("a", null)).isEqualTo(agent.rtt("a", null));
    assertThatThrownBy(() -> client.rtt("nobody", "a"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND_OR_FALSE));
  }

  @Test
  void networksAndEndpointsAreMadeAndRemoved() {
    NetworkView blue =
        client.createNetwork(new CreateNetworkRequest("blue", null, "fd00::/64", 9, 1300, null));
    assertThat(blue.subnet6()).isEqualTo("fd00::/64");
    assertThat(blue.mtu()).isEqualTo(1300);
    TreeMap<String, String> labels = new TreeMap<>();
    labels.put("app", "web");
    EndpointView web =
        client.attach(new AttachRequest("blue", "/proc/1/ns/net", null, "a b/c", labels, null));
    assertThat(web.labels()).isEqualTo(labels);
    assertThat(client.endpoints().endpoints()).containsExactly(web);
    assertThat(client.detach("a b/c")).isEqualTo(web);
    assertThat(client.removeNetwork("blue")).isEqualTo(blue);
    assertThat(client.networks().networks()).isEmpty();
  }

  @Test
  void tokensAndLeavesReachTheService() {
    assertThat(client.createToken(new TokenRequest(5000, 3)).uses()).isEqualTo(3);
    assertThat(client.leave(new LeaveRequest(true)).purged()).isTrue();
    assertThat(agent.hasLeft()).isTrue();
  }

  @Test
  void aRefusalKeepsItsKindAndItsLine() {
    assertThatThrownBy(
            () ->
                client.createNetwork(
                    new CreateNetworkRequest("full", null, null, null, null, null)))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.REFUSED))
        .hasMessageContaining("no quorum");
    assertThatThrownBy(() -> client.removeNetwork("none"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND_OR_FALSE));
  }

  @Test
  void aDefectOfTheServiceIsAnsweredAndTheServerGoesOn() {
    assertThatThrownBy(
            () ->
                client.createNetwork(
                    new CreateNetworkRequest("broken", null, null, null, null, null)))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("failed inside");
    assertThat(client.status()).isEqualTo(agent.status());
  }

  @Test
  void keptEventsCanBeReadFromAnIndexOn() {
    agent.emit("member-joined", "a");
    agent.emit("tunnel-up", "b");
    assertThat(client.events(2).events()).extracting(EventView::subject).containsExactly("b");
  }

  @Test
  void aFollowerGetsKeptAndNewEventsInOrderAndIsForgottenWhenItGoes() throws Exception {
    agent.emit("member-joined", "kept");
    List<String> seen = new ArrayList<>();
    CompletableFuture<Void> firstSeen = new CompletableFuture<>();
    CompletableFuture<Void> done =
        CompletableFuture.runAsync(
            () ->
                client.follow(
                    0,
                    event -> {
                      seen.add(event.subject());
                      firstSeen.complete(null);
                      return seen.size() < 3;
                    }));
    firstSeen.get(20, TimeUnit.SECONDS);
    while (agent.followers() == 0) {
      Thread.onSpinWait();
    }
    agent.emit("member-suspect", "new1");
    agent.emit("member-failed", "new2");
    done.get(20, TimeUnit.SECONDS);
    assertThat(seen).containsExactly("kept", "new1", "new2");
    while (agent.followers() > 0) {
      agent.emit("tick", "x");
      Thread.sleep(10);
    }
  }

  @Test
  void theSocketIsForItsOwnerAndGroupOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
  }

  @Test
  void aSecondServerOnALivingSocketIsRefused() {
    assertThatThrownBy(() -> ApiServer.start(socket, agent))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.REFUSED))
        .hasMessageContaining("another agent");
    assertThat(client.status()).isEqualTo(agent.status());
  }

  @Test
  void theSocketOfADeadAgentIsReplaced() throws IOException {
    Path stale = folder.resolve("stale.sock");
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(stale));
    }
    assertThat(stale).exists();
    assertThatThrownBy(() -> new ApiClient(stale).status())
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNREACHABLE));
    try (ApiServer next = ApiServer.start(stale, agent)) {
      assertThat(new ApiClient(next.socket()).status()).isEqualTo(agent.status());
    }
    assertThat(stale).doesNotExist();
  }

  @Test
  void aFileThatIsNoSocketIsNeverReplaced() throws IOException {
    Path file = Files.writeString(folder.resolve("precious"), "keep me");
    assertThatThrownBy(() -> ApiServer.start(file, agent))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("is not a socket");
    assertThat(file).hasContent("keep me");
  }

  @Test
  void aMissingAgentIsNamedAsSuch() {
    assertThatThrownBy(() -> new ApiClient(folder.resolve("none.sock")).status())
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNREACHABLE))
        .hasMessageContaining("weft agent");
  }

  @Test
  void aRequestWithAnUnknownKeyIsRefusedBeforeTheServiceSeesIt() throws IOException {
    assertThat(raw("POST /v1/networks", "{\"name\":\"blue\",\"subnett\":\"10.0.0.0/8\"}"))
        .startsWith("HTTP/1.1 400")
        .contains("\"kind\":\"USAGE\"", "subnett");
    assertThat(raw("POST /v1/networks", "{}")).contains("lacks the key 'name'");
    assertThat(raw("POST /v1/networks", "not json")).startsWith("HTTP/1.1 400");
    assertThat(agent.networks()).isEmpty();
  }

  @Test
  void aLabelWithoutValueAndANodeThatIsNullAreRefusedBeforeTheServiceSeesThem() throws IOException {
    assertThat(raw("POST /v1/query", "{\"name\":\"x\",\"labels\":{\"a\":null}}"))
        .startsWith("HTTP/1.1 400")
        .contains("\"kind\":\"USAGE\"", "label 'a' has no value");
    assertThat(raw("POST /v1/query", "{\"name\":\"x\",\"nodes\":[null]}"))
        .startsWith("HTTP/1.1 400")
        .contains("\"kind\":\"USAGE\"", "'nodes' must be names or identities");
    assertThat(raw("POST /v1/query", "{\"name\":\"x\",\"labels\":{\"a\":\"b\"}}"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void anUnknownPathIsNotFound() throws IOException {
    assertThat(raw("GET /v1/nothing", "")).startsWith("HTTP/1.1 404");
    assertThat(raw("DELETE /v1/networks/%zz", "")).startsWith("HTTP/1.1 400");
    assertThat(raw("GET /v1/events?from=%zz", "")).startsWith("HTTP/1.1 400");
  }

  @Test
  void aMethodThatThePathDoesNotKnowIsRefusedWithThoseItKnows() throws IOException {
    assertThat(raw("PUT /v1/networks", "{}"))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: GET, HEAD, POST\r\n")
        .contains("\"kind\":\"USAGE\"");
    assertThat(raw("GET /v1/tokens", ""))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: POST\r\n");
    assertThat(raw("POST /v1/networks/blue", ""))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("allow: DELETE\r\n");
    assertThat(raw("PUT /v1/nothing", "")).startsWith("HTTP/1.1 404");
  }

  @Test
  void headAnswersAsGetDoesWithoutTheBody() throws IOException {
    String got = raw("GET /v1/status", "");
    String head = raw("HEAD /v1/status", "");
    assertThat(head).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
    assertThat(got).startsWith(head);
  }

  @Test
  void aStreamGoesOnAfterTheLastEventThatItsFollowerHasSeen() throws Exception {
    agent.emit("member-joined", "a");
    agent.emit("tunnel-up", "b");
    assertThat(streamed("1")).contains("id: 2").doesNotContain("id: 1");
    assertThat(streamed("77")).as("of an agent's former run").contains("id: 1").contains("id: 2");
    assertThat(raw("GET /v1/events?follow=true", "Last-Event-ID: x\r\n", ""))
        .startsWith("HTTP/1.1 400");
  }

  /** What comes until the event with the index 2. */
  private String streamed(String lastSeen) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String head =
          "GET /v1/events?follow=true HTTP/1.1\r\nHost: x\r\nLast-Event-ID: "
              + lastSeen
              + "\r\n\r\n";
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      String text = "";
      while (!text.contains("id: 2") && channel.read(answer) >= 0) {
        text = new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
      }
      return text;
    }
  }

  @Test
  void aBodyAboveTheBoundIsRefused() throws IOException {
    String body = "{\"name\":\"" + "x".repeat(ApiServer.MAX_BODY_BYTES) + "\"}";
    assertThat(raw("POST /v1/networks", body))
        .startsWith("HTTP/1.1 413")
        .contains("\"kind\":\"USAGE\"", "more than " + ApiServer.MAX_BODY_BYTES + " bytes");
    assertThat(agent.networks()).isEmpty();
  }

  private String raw(String request, String body) throws IOException {
    return raw(request, "", body);
  }

  private String raw(String request, String headers, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      String head =
          request
              + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + headers
              + "Content-Length: "
              + bytes.length
              + "\r\n\r\n";
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      ByteBuffer answer = ByteBuffer.allocate(1 << 16);
      try {
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      } catch (IOException e) {
        // The server may hang up on a body that it will not read.
        assertThat(bytes.length).isGreaterThan(ApiServer.MAX_BODY_BYTES);
      }
      while (channel.read(answer) >= 0 && !answer.toString().isEmpty()) {
        if (!answer.hasRemaining()) {
          break;
        }
      }
      return new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8);
    }
  }
}
