package io.weft.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AdminServerTest {
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicReference<Optional<String>> notReady =
      new AtomicReference<>(Optional.of("no quorum yet"));

  @Test
  void metricsHealthAndReadinessCanBeReadAndNothingElse() throws Exception {
    metrics.counter("weft_test_total").increment();
    try (AdminServer server = new AdminServer(0, metrics, notReady::get)) {
      assertThat(get(server, "/metrics").body()).contains("weft_test_total 1.0");
      assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(server, "/readyz").body()).contains("no quorum yet");
      notReady.set(Optional.empty());
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
      assertThat(get(server, "/other").statusCode()).isEqualTo(404);
      HttpResponse<String> head = send(server, "HEAD", "/healthz");
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      HttpResponse<String> put = send(server, "PUT", "/healthz");
      assertThat(put.statusCode()).isEqualTo(405);
      assertThat(put.headers().firstValue("Allow")).contains("GET, HEAD");
    }
  }

  @Test
  void aTakenPortIsRefusedWithItsNumber() {
    try (AdminServer first = new AdminServer(0, metrics, notReady::get)) {
      assertThatThrownBy(() -> new AdminServer(first.port(), metrics, notReady::get))
          .isInstanceOfSatisfying(
              ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.REFUSED))
          .hasMessageContaining(Integer.toString(first.port()));
    }
  }

  private static HttpResponse<String> get(AdminServer server, String path) throws Exception {
    return send(server, "GET", path);
  }

  private static HttpResponse<String> send(AdminServer server, String method, String path)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
