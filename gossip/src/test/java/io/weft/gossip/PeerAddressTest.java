package io.weft.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1:7940", "255.255.255.255:1", "127.0.0.1:65535"})
  void whatIsReadIsWrittenTheSame(String text) {
    assertThat(PeerAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[::1]:7940", "[fd00::1]:1"})
  void bracketsHoldIpv6(String text) {
    PeerAddress address = PeerAddress.parse(text);
    assertThat(address.ip().getAddress()).hasSize(16);
    assertThat(PeerAddress.parse(address.toString())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.1",
        "10.0.0.1:",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "host:7940",
        "::1:7940",
        "[::1]",
        ":7940",
        "1.2.3:x"
      })
  void whatIsNoAddressIsRefusedWithAHint(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PeerAddress.parse(text))
        .withMessageContaining("write 10.0.0.1:7940");
  }
}
