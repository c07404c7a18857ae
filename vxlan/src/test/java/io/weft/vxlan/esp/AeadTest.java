package io.weft.vxlan.esp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AeadTest {
  private static final HexFormat HEX = HexFormat.of();

  static List<AeadProvider> providers() {
    return AeadProvider.available();
  }

  private static byte[] seal(AeadProvider with, byte[] key, byte[] nonce, byte[] aad, byte[] text) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(text.length + 16L);
      MemorySegment.copy(text, 0, data, JAVA_BYTE, 0, text.length);
      with.create(key)
          .seal(
              arena.allocateFrom(JAVA_BYTE, nonce),
              arena.allocateFrom(JAVA_BYTE, aad),
              data,
              0,
              text.length,
              data,
              0);
      return data.toArray(JAVA_BYTE);
    }
  }

  private static boolean opens(
      AeadProvider with, byte[] key, byte[] nonce, byte[] aad, byte[] sealed, byte[] expected) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, sealed);
      boolean good =
          with.create(key)
              .open(
                  arena.allocateFrom(JAVA_BYTE, nonce),
                  arena.allocateFrom(JAVA_BYTE, aad),
                  data,
                  0,
                  sealed.length - 16,
                  data,
                  0);
      if (good) {
        assertThat(data.asSlice(0, expected.length).toArray(JAVA_BYTE)).isEqualTo(expected);
      }
      return good;
    }
  }

  private static void check(
      AeadProvider with, String key, String nonce, String aad, String text, String sealed) {
    byte[] k = HEX.parseHex(key);
    byte[] n = HEX.parseHex(nonce);
    byte[] a = HEX.parseHex(aad);
    byte[] p = HEX.parseHex(text);
    byte[] c = HEX.parseHex(sealed);
    assertThat(HEX.formatHex(seal(with, k, n, a, p))).isEqualTo(sealed);
    assertThat(opens(with, k, n, a, c, p)).isTrue();
    c[c.length - 1] ^= 1;
    assertThat(opens(with, k, n, a, c, p)).isFalse();
  }

  /** "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B, test cases 14 and 16. */
  @ParameterizedTest
  @MethodSource("providers")
  void givesTheBytesOfTheGcmSpecification(AeadProvider with) {
    check(
        with,
        "00".repeat(32),
        "00".repeat(12),
        "00".repeat(0),
        "00".repeat(16),
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
    check(
        with,
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
            + "76fc6ece0f4e1768cddf8853bb2d551b");
  }

  /** An ESP packet of draft-mcgrew-gcm-test-01 with a key of 256 bits. */
  @ParameterizedTest
  @MethodSource("providers")
  void givesTheBytesOfAPublishedEspPacket(AeadProvider with) {
    check(
        with,
        "abbccddef00112233445566778899aababbccddef00112233445566778899aab",
        "112233440102030405060708",
        "4a2cbfe300000002",
        "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000"
            + "7002400020bf0000020405b40101040201020201",
        "ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763"
            + "748a637985771d347f0545659f14e99def842d8eb335f4eecfdbf831824b4c49"
            + "15956c96");
  }

  @Test
  void allImplementationsGiveIdenticalBytes() {
    List<AeadProvider> all = providers();
    assertThat(all).isNotEmpty();
    Random random = new Random(7);
    for (int length : new int[] {1, 4, 15, 16, 17, 60, 1400, 8999, 60_000}) {
      byte[] key = new byte[32];
      byte[] nonce = new byte[12];
      byte[] aad = new byte[12];
      byte[] text = new byte[length];
      random.nextBytes(key);
      random.nextBytes(nonce);
      random.nextBytes(aad);
      random.nextBytes(text);
      byte[] first = seal(all.getFirst(), key, nonce, aad, text);
      for (AeadProvider other : all) {
        assertThat(seal(other, key, nonce, aad, text)).as(other.name()).isEqualTo(first);
        assertThat(opens(other, key, nonce, aad, first, text)).as(other.name()).isTrue();
      }
    }
  }
}
