package io.weft.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "fd00:60:0:0:1:0:0:0, fd00:60:0:0:1::",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "0:0:0:0:0:0:0:0, ::",
    "0:0:0:0:0:0:0:1, ::1",
    "1:0:2:0:3:0:4:0, 1:0:2:0:3:0:4:0",
    "10.0.0.1, 10.0.0.1"
  })
  void addressesArePrintedInTheirCanonicalText(String address, String text) { // RFC 5952
    assertThat(IpText.of(InetAddress.ofLiteral(address))).isEqualTo(text);
    String host = text.contains(":") ? "[" + text + "]" : text;
    assertThat(new PeerAddress(InetAddress.ofLiteral(address), 7940)).hasToString(host + ":7940");
  }

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
