package io.weft.gossip.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.PeerAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerLookupTest {
  @Test
  void aSeedIsAHostWithOrWithoutAPort() throws Exception {
    assertThat(PeerLookup.resolve("10.0.0.1", 7940)).hasToString("[10.0.0.1:7940]");
    assertThat(PeerLookup.resolve("10.0.0.1:81", 7940)).hasToString("[10.0.0.1:81]");
    assertThat(PeerLookup.resolve("fd00::1", 7940)).hasToString("[[fd00::1]:7940]");
    assertThat(PeerLookup.resolve("[fd00::1]", 7940)).hasToString("[[fd00::1]:7940]");
    assertThat(PeerLookup.resolve("[fd00::1]:81", 7940)).hasToString("[[fd00::1]:81]");
    assertThat(PeerLookup.resolve("localhost:81", 7940))
        .isNotEmpty()
        .allMatch(a -> a.ip().isLoopbackAddress() && a.port() == 81);
  }

  @Test
  void whatIsNoAddressIsSaidInOneLine() {
    for (String bad : List.of("10.0.0.1:http", "10.0.0.1:70000", "[fd00::1]:")) {
      assertThatThrownBy(() -> PeerLookup.resolve(bad, 7940))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'%s' is no address: write host:port, such as 10.0.0.1:7940", bad);
    }
    assertThatThrownBy(() -> PeerLookup.resolve("no-such-host.invalid", 7940))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("check the name, or give an IP");
  }

  @Test
  void theOwnAddressIsNeverLoopback() {
    PeerAddress loopback = new PeerAddress(InetAddress.getLoopbackAddress(), 7940);
    assertThat(PeerLookup.localAddress(List.of(loopback)).stream())
        .allMatch(ip -> !ip.isLoopbackAddress() && !ip.isAnyLocalAddress());
  }
}
