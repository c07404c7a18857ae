package io.weft.vxlan.esp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SaTest {
  private static final int SPI = 0x4a2cbfe3;
  private static final byte[] KEY = new byte[32];
  private static final byte[] SALT = {1, 2, 3, 4};
  private static final int PAYLOAD_AT = 64;

  private final AeadProvider crypto = AeadProvider.best();

  private OutboundSa outbound() {
    return new OutboundSa(SPI, SALT, crypto.create(KEY));
  }

  private InboundSa inbound() {
    return new InboundSa(SPI, SALT, crypto.create(KEY));
  }

  private static byte[] seal(OutboundSa sa, byte[] payload) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(PAYLOAD_AT + payload.length + Esp.BEHIND_BYTES);
      buffer.fill((byte) 0x5a);
      MemorySegment.copy(payload, 0, buffer, JAVA_BYTE, PAYLOAD_AT, payload.length);
      byte[] before = buffer.toArray(JAVA_BYTE);
      MemorySegment packet = arena.allocate(Esp.sealedBytes(payload.length) + 1);
      int length = sa.seal(buffer, PAYLOAD_AT, payload.length, packet, 1);
      assertThat(buffer.toArray(JAVA_BYTE)).as("all is put back").isEqualTo(before);
      return packet.asSlice(1, length).toArray(JAVA_BYTE);
    }
  }

  private static EspVerdict open(InboundSa sa, byte[] packet) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocateFrom(JAVA_BYTE, packet);
      return sa.open(buffer, 0, packet.length, buffer, Esp.HEADER_BYTES);
    }
  }

  @Property(tries = 300)
  void whatIsSealedOpensToTheSameBytesAndHasTheLengthForetold(
      @ForAll @IntRange(min = 0, max = 9000) int length, @ForAll long seed) {
    byte[] payload = new byte[length];
    new Random(seed).nextBytes(payload);
    byte[] packet = seal(outbound(), payload);
    assertThat(packet.length).isEqualTo(Esp.sealedBytes(length));
    assertThat(packet.length % 4).isZero();
    InboundSa in = inbound();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocateFrom(JAVA_BYTE, packet);
      assertThat(in.open(buffer, 0, packet.length, buffer, Esp.HEADER_BYTES))
          .isEqualTo(EspVerdict.ACCEPTED);
      assertThat(in.payloadBytes()).isEqualTo(length);
      assertThat(buffer.asSlice(Esp.HEADER_BYTES, length).toArray(JAVA_BYTE)).isEqualTo(payload);
    }
  }

  @Test
  void anyFlippedBitBehindTheSpiIsRefusedAndDoesNotMoveTheWindow() {
    byte[] payload = new byte[53];
    Arrays.fill(payload, (byte) 0x5a);
    byte[] packet = seal(outbound(), payload);
    InboundSa in = inbound();
    for (int bit = 32; bit < packet.length * 8; bit++) {
      byte[] forged = packet.clone();
      forged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(open(in, forged)).as("bit " + bit).isNotEqualTo(EspVerdict.ACCEPTED);
    }
    assertThat(open(in, packet)).isEqualTo(EspVerdict.ACCEPTED);
  }

  @Test
  void aReplayedPacketIsDropped() { // INV-SEC-2
    byte[] packet = seal(outbound(), new byte[20]);
    InboundSa in = inbound();
    assertThat(open(in, packet)).isEqualTo(EspVerdict.ACCEPTED);
    assertThat(open(in, packet)).isEqualTo(EspVerdict.REPLAYED);
    assertThat(in.packets()).isEqualTo(1);
  }

  @Test
  void theExplicitIvNeverRepeatsUnderAKey() { // INV-SEC-2
    OutboundSa out = outbound();
    long before = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] packet = seal(out, new byte[8]);
      long iv = MemorySegment.ofArray(packet).get(Esp.LONG, 8);
      assertThat(iv).isGreaterThan(before);
      before = iv;
    }
    assertThat(out.sequence()).isEqualTo(10_000);
  }

  @Test
  void theHighHalfOfTheSequenceNumberIsAuthenticated() {
    // The same lower half and IV, but sealed as if 2^32 packets further on.
    OutboundSa out = outbound();
    byte[] packet = seal(out, new byte[20]);
    byte[] payload = new byte[24];
    Arrays.fill(payload, 20, 24, (byte) 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nonce = arena.allocate(12);
      MemorySegment.copy(SALT, 0, nonce, JAVA_BYTE, 0, 4);
      nonce.set(Esp.LONG, 4, 1);
      MemorySegment aad = arena.allocate(12);
      aad.set(Esp.INT, 0, SPI);
      aad.set(Esp.INT, 4, 1);
      aad.set(Esp.INT, 8, 1);
      MemorySegment whole = arena.allocateFrom(JAVA_BYTE, packet);
      Aead aead = crypto.create(KEY);
      assertThat(aead.open(nonce, aad, whole, 16, packet.length - 32, whole, 16)).isFalse();
      aad.set(Esp.INT, 4, 0);
      MemorySegment again = arena.allocateFrom(JAVA_BYTE, packet);
      assertThat(aead.open(nonce, aad, again, 16, packet.length - 32, again, 16)).isTrue();
    }
  }

  @Test
  void packetsOfOddLengthsAreMalformed() {
    InboundSa in = inbound();
    for (int length : new int[] {0, 1, 15, 35, 37, 38, 39, 41}) {
      assertThat(open(in, new byte[length])).isEqualTo(EspVerdict.MALFORMED);
    }
  }

  @Test
  void aDummyPacketIsToldApart() {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(openCrafted(arena, new byte[] {1, 2, 2, 59})).isEqualTo(EspVerdict.DUMMY);
      assertThat(openCrafted(arena, new byte[] {1, 2, 2, 4})).isEqualTo(EspVerdict.BAD_NEXT_HEADER);
      assertThat(openCrafted(arena, new byte[] {9, 9, 2, 17})).isEqualTo(EspVerdict.BAD_PADDING);
      assertThat(openCrafted(arena, new byte[] {1, 2, 77, 17})).isEqualTo(EspVerdict.BAD_PADDING);
    }
  }

  private EspVerdict openCrafted(Arena arena, byte[] body) {
    MemorySegment packet = arena.allocate(16 + body.length + 16L);
    packet.set(Esp.INT, 0, SPI);
    packet.set(Esp.INT, 4, 1);
    packet.set(Esp.LONG, 8, 1);
    MemorySegment.copy(body, 0, packet, JAVA_BYTE, 16, body.length);
    MemorySegment nonce = arena.allocate(12);
    MemorySegment.copy(SALT, 0, nonce, JAVA_BYTE, 0, 4);
    nonce.set(Esp.LONG, 4, 1);
    MemorySegment aad = arena.allocate(12);
    aad.set(Esp.INT, 0, SPI);
    aad.set(Esp.LONG, 4, 1);
    crypto.create(KEY).seal(nonce, aad, packet, 16, body.length, packet, 16);
    return inbound().open(packet, 0, (int) packet.byteSize(), packet, Esp.HEADER_BYTES);
  }
}
