package io.weft.vxlan.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.esp.OutboundSa;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SaStoreTest {
  private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.7");
  private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.8");

  private final SaStore store = new SaStore(AeadProvider.best());

  private static SecurityAssociation sa(int spi, int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return new SecurityAssociation(spi, key, new byte[4]);
  }

  private static DesiredTunnel tunnel(
      InetAddress peer, @Nullable SecurityAssociation out, SecurityAssociation... in) {
    return new DesiredTunnel(peer, 7942, Encapsulation.ESP_IN_UDP, List.of(in), out);
  }

  private OutboundSa outbound(List<DesiredTunnel> tunnels, InetAddress peer) {
    TunnelTable.Path path =
        store.build(tunnels).outbound().get(AddressTable.high(peer), AddressTable.low(peer));
    if (path == null || path.sa() == null) {
      throw new AssertionError("no outbound SA");
    }
    return path.sa();
  }

  private static void use(OutboundSa sa) {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(sa.seal(arena.allocate(256), 64, 40, arena.allocate(256), 0)).isPositive();
    }
  }

  @Test
  void anSaThatStaysKeepsItsObjectAndOneThatComesBackItsCounter() { // INV-SEC-2
    List<DesiredTunnel> keyed = List.of(tunnel(PEER, sa(300, 1), sa(400, 2)));
    OutboundSa first = outbound(keyed, PEER);
    use(first);
    assertThat(outbound(keyed, PEER)).isSameAs(first);
    store.build(List.of());
    OutboundSa again = outbound(keyed, PEER);
    assertThat(again).isNotSameAs(first);
    assertThat(again.sequence()).isEqualTo(1);
    // The old object may still be in use by the other thread for a moment: one counter for both.
    use(first);
    use(again);
    assertThat(again.sequence()).isEqualTo(3);
    // The same key under another SPI and for another peer is still the same key.
    assertThat(outbound(List.of(tunnel(OTHER, sa(301, 1))), OTHER).sequence()).isEqualTo(3);
  }

  @Test
  void aKeyForBothDirectionsIsRefused() { // INV-SEC-2
    assertThatThrownBy(() -> store.build(List.of(tunnel(PEER, sa(300, 1), sa(400, 1)))))
        .hasMessageContaining("must not serve both directions");
    assertThatThrownBy(
            () ->
                store.build(
                    List.of(tunnel(PEER, null, sa(300, 1)), tunnel(OTHER, null, sa(300, 2)))))
        .hasMessageContaining("one SPI");
  }

  @Test
  void tablesFindEveryEntryAndNothingElse() {
    Random random = new Random(5);
    Map<InetAddress, Integer> entries = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      byte[] address = new byte[random.nextBoolean() ? 4 : 16];
      random.nextBytes(address);
      try {
        entries.put(InetAddress.getByAddress(address), i);
      } catch (java.net.UnknownHostException e) {
        throw new AssertionError(e);
      }
    }
    AddressTable<Integer> table = new AddressTable<>(entries);
    entries.forEach(
        (address, value) ->
            assertThat(table.get(AddressTable.high(address), AddressTable.low(address)))
                .isEqualTo(value));
    assertThat(table.get(AddressTable.high(PEER), AddressTable.low(PEER))).isNull();

    TunnelTable none = TunnelTable.empty();
    assertThat(none.inbound().get(300)).isNull();
    TunnelTable some = store.build(List.of(tunnel(PEER, null, sa(300, 1), sa(308, 2), sa(-4, 3))));
    for (int spi : new int[] {300, 308, -4}) {
      TunnelTable.Entrance found = some.inbound().get(spi);
      assertThat(found).isNotNull();
    }
    assertThat(some.inbound().get(316)).isNull();
  }
}
