package io.weft.node.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.TokenRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
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
        .hasMessageContaining("request body")
        .message()
        .doesNotContain("io.weft", "java.", "Token", "Cannot", "instance");
  }

  @Test
  void aWrongBodyIsToldInTheWordsOfJson() {
    assertThat(told("{\"name\":\"blue\",\"vni\":\"7\"}")).endsWith("'vni' must be a whole number");
    assertThat(told("{\"name\":5}")).endsWith("'name' must be a text");
    assertThat(told("{\"colour\":1}")).contains("no key 'colour', only hostBlock, mtu, name");
    assertThat(told("{\"name\":\n oops")).contains("not JSON (line 2, column");
    assertThat(told("[]")).endsWith("one object, with nothing after it");
  }

  private static String told(String body) {
    ApiException refused =
        catchThrowableOfType(
            ApiException.class, () -> Json.request(bytes(body), CreateNetworkRequest.class));
    return refused.line();
  }

  @Test
  void aRightBodyIsRead() {
    assertThat(Json.request(bytes("{\"ttlMillis\":5000,\"uses\":2}"), TokenRequest.class))
        .isEqualTo(new TokenRequest(5000, 2));
  }

  @Test
  void whatOthersWroteDoesNotSteerTheTerminalAsJsonEither() {
    assertThat(Json.line(Map.of("name", "\u009b2J\u007f\u202e")))
        .doesNotContain("\u009b", "\u202e")
        .containsIgnoringCase("\\u009b2J");
  }
}
