package io.weft.node.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Payloads in JSON. */
class PayloadTextTest {
  @Test
  void textIsCarriedAsTextAndOtherBytesInBase64AndBothComeBack() {
    for (byte[] payload : new byte[][] {"grün".getBytes(UTF_8), {}, {'a', (byte) 0xff}}) {
      PayloadText text = PayloadText.of(payload);
      assertThat(PayloadText.bytes(text.text(), text.encoding())).isEqualTo(payload);
    }
    assertThat(PayloadText.of("grün".getBytes(UTF_8)).encoding()).isEqualTo(PayloadText.TEXT);
    assertThat(PayloadText.of(new byte[] {(byte) 0xff}).encoding()).isEqualTo(PayloadText.BASE64);
    assertThat(PayloadText.bytes(null, null)).isEmpty();
  }

  @Test
  void whatIsNotEncodedAsItSaysIsRefusedInOneLine() {
    assertThatThrownBy(() -> PayloadText.bytes("?", "base64"))
        .isInstanceOf(ApiException.class)
        .hasMessage("the payload is not Base64");
    assertThatThrownBy(() -> PayloadText.bytes("x", "hex"))
        .isInstanceOf(ApiException.class)
        .hasMessage("encoding is 'text' or 'base64', not 'hex'");
  }
}
