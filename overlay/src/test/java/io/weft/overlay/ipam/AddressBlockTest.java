package io.weft.overlay.ipam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class AddressBlockTest {
  @Example
  void blocks_are_counted_from_the_lowest() {
    AddressBlock subnet = AddressBlock.parse("10.32.0.0/16");
    assertThat(subnet.block(24, BigInteger.valueOf(255)))
        .isEqualTo(AddressBlock.parse("10.32.255.0/24"));
    assertThat(subnet.last()).isEqualTo(IpAddress.parse("10.32.255.255"));
    assertThat(AddressBlock.parse("fd00::/64").block(80, BigInteger.TWO))
        .hasToString("fd00::2:0:0:0/80");
  }

  @Example
  void a_wrong_block_is_answered_with_the_mend() {
    assertThatThrownBy(() -> AddressBlock.parse("10.32.0.1/16"))
        .isInstanceOf(InvalidAddressException.class)
        .hasMessageContaining("did you mean 10.32.0.0/16");
    for (String text : List.of("10.32.0.0", "10.32.0.0/33", "10.32.0/16", "x/8", "fd00::/x", "/")) {
      assertThatThrownBy(() -> AddressBlock.parse(text))
          .isInstanceOf(InvalidAddressException.class);
    }
  }

  @Example
  void the_first_free_block_is_the_lowest() {
    AddressBlock pool = AddressBlock.parse("10.0.0.0/30");
    AddressBlock first = AddressBlock.parse("10.0.0.0/31");
    assertThat(BlockPool.lowestFree(pool, 31, first::equals))
        .contains(AddressBlock.parse("10.0.0.2/31"));
    assertThat(BlockPool.lowestFree(pool, 31, b -> true)).isEmpty();
  }

  @Property
  void addresses_survive_their_way_as_text_and_bytes(@ForAll @Size(16) byte[] bytes) {
    IpAddress address = IpAddress.ofBytes(bytes);
    assertThat(address.toBytes()).isEqualTo(bytes);
    assertThat(new IpAddress(128, address.value())).isEqualTo(address);
    if (!(address.toInetAddress() instanceof java.net.Inet4Address)) {
      assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
    }
  }

  @Property
  void a_block_contains_just_the_addresses_from_its_base_to_its_last(
      @ForAll int address, @ForAll @IntRange(max = 32) int length, @ForAll int other) {
    AddressBlock block = AddressBlock.around(ipv4(address), length);
    IpAddress ip = ipv4(other);
    boolean within = ip.compareTo(block.base()) >= 0 && ip.compareTo(block.last()) <= 0;
    assertThat(block.contains(ip)).isEqualTo(within);
    assertThat(AddressBlock.parse(block.toString())).isEqualTo(block);
  }

  private static IpAddress ipv4(int bits) {
    return new IpAddress(32, BigInteger.valueOf(Integer.toUnsignedLong(bits)));
  }

  @Example
  void text_is_canonical() throws Exception {
    assertThat(IpAddress.of(InetAddress.ofLiteral("fd00:0:0:1:0:0:0:1")))
        .hasToString("fd00:0:0:1::1");
    assertThat(IpAddress.parse("::")).hasToString("::");
    assertThat(IpAddress.parse("1:0:2:3:4:5:6:7")).hasToString("1:0:2:3:4:5:6:7");
  }
}
