package io.weft.vxlan.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChecksumTest {
  /** By the definition, 16 bits at a time (RFC 1071, section 1). */
  static int byDefinition(byte[] data) {
    long sum = 0;
    for (int i = 0; i < data.length; i += 2) {
      int low = i + 1 < data.length ? data[i + 1] & 0xff : 0;
      sum += (data[i] & 0xff) << 8 | low;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (int) sum;
  }

  @Property(tries = 500)
  void theSumIsThatOfTheDefinition(
      @ForAll @IntRange(min = 0, max = 2000) int length,
      @ForAll @IntRange(min = 0, max = 9) int at,
      @ForAll long seed) {
    byte[] data = new byte[length];
    new Random(seed).nextBytes(data);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(at + length + 8L);
      buffer.fill((byte) 0xff);
      MemorySegment.copy(data, 0, buffer, ValueLayout.JAVA_BYTE, at, length);
      assertThat(Checksum.sum(buffer, at, length)).isEqualTo(byDefinition(data));
    }
  }

  @Test
  void aHeaderSeenOnAWireSumsUpToOnes() {
    byte[] header = HexFormat.of().parseHex("45000073000040004011b861c0a80001c0a800c7");
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, header);
      assertThat(Checksum.sum(buffer, 0, header.length)).isEqualTo(0xffff);
    }
  }
}
