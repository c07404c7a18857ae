package io.weft.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.TokenRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{\"name\":5}",
        "{\"name\":true}",
        "{\"name\":\"blue\",\"vni\":1.5}",
        "{\"name\":\"blue\",\"vni\":\"7\"}",
        "{\"name\":\"blue\",\"colour\":1}",
        "{\"name\":\"blue\"} {}",
        "{\"name\":"
      })
  void whatIsNotMeantThatWayIsRefusedAndNotGuessed(String body) {
    assertThatThrownBy(() -> Json.request(bytes(body), CreateNetworkRequest.class))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.USAGE))
        .hasMessageContaining("request body");
  }

  @Test
  void aRightBodyIsRead() {
    assertThat(Json.request(bytes("{\"ttlMillis\":5000,\"uses\":2}"), TokenRequest.class))
        .isEqualTo(new TokenRequest(5000, 2));
  }
}
