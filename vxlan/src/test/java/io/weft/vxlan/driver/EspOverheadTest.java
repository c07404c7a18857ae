package io.weft.vxlan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.esp.Esp;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EspOverheadTest {
  private static final InetAddress V4 = InetAddress.ofLiteral("192.0.2.1");
  private static final InetAddress V6 = InetAddress.ofLiteral("2001:db8::1");

  @Test
  void theUsualCasesAreExact() {
    assertThat(EspOverhead.innerMtu(1500, V4, Encapsulation.ESP_IN_UDP)).isEqualTo(1408);
    assertThat(EspOverhead.innerMtu(1500, V6, Encapsulation.ESP_IN_UDP)).isEqualTo(1388);
    assertThat(EspOverhead.innerMtu(1500, V4, Encapsulation.ESP)).isEqualTo(1416);
    assertThat(EspOverhead.innerMtu(1500, V6, Encapsulation.ESP)).isEqualTo(1396);
    assertThat(EspOverhead.innerMtu(1500, V4, null)).isEqualTo(1450);
    assertThat(EspOverhead.innerMtu(1500, V6, null)).isEqualTo(1430);
  }

  @Property
  void theGreatestInnerPacketFitsAndOneByteMoreDoesNot(
      @ForAll @IntRange(min = 200, max = 65_535) int underlay,
      @ForAll boolean six,
      @ForAll Encapsulation kind,
      @ForAll boolean clear) {
    InetAddress local = six ? V6 : V4;
    @Nullable Encapsulation encapsulation = clear ? null : kind;
    int inner = EspOverhead.innerMtu(underlay, local, encapsulation);
    assertThat(EspOverhead.outerBytes(inner, local, encapsulation)).isLessThanOrEqualTo(underlay);
    assertThat(EspOverhead.outerBytes(inner + 1, local, encapsulation)).isGreaterThan(underlay);
  }

  @Property
  void agreesWithTheSizesThatTheCodecMakes(@ForAll @IntRange(min = 0, max = 65_000) int payload) {
    assertThat(EspOverhead.espBytes(payload)).isEqualTo(Esp.sealedBytes(payload));
  }

  @Test
  void anUnderlayWithoutRoomIsRefused() {
    assertThatThrownBy(() -> EspOverhead.innerMtu(80, V4, Encapsulation.ESP_IN_UDP))
        .hasMessageContaining("80 bytes leaves no room");
  }
}
