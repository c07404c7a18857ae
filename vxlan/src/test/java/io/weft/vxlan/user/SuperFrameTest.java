package io.weft.vxlan.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.esp.Esp;
import io.weft.vxlan.esp.EspVerdict;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Cutting and joining, against packets that were written out by the RFCs. */
class SuperFrameTest {
  private static final int UDP_AT = 24 + 14 + 20;

  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static List<byte[]> bytes(List<Inner> packets) {
    return packets.stream().map(Inner::bytes).toList();
  }

  /** The payloads of ESP packets, opened in the order they came. */
  private static List<byte[]> opened(Wire wire, List<byte[]> packets) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] packet : packets) {
      MemorySegment buffer = wire.arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
      assertThat(wire.entrance.sa().open(buffer, 0, packet.length, buffer, Esp.HEADER_BYTES))
          .isEqualTo(EspVerdict.ACCEPTED);
      int length = wire.entrance.sa().payloadBytes();
      all.add(buffer.asSlice(Esp.HEADER_BYTES, length).toArray(ValueLayout.JAVA_BYTE));
    }
    return all;
  }

  private static boolean split(Wire wire, byte[] frame) {
    MemorySegment buffer = wire.arena.allocate(frame.length + 8L);
    MemorySegment.copy(frame, 0, buffer, ValueLayout.JAVA_BYTE, 0, frame.length);
    SendBatch batch = new SendBatch(wire.arena, wire.sender, wire.drops);
    return new Segmenter(wire.arena, batch)
        .split(buffer, 0, UDP_AT, frame.length, wire.path, wire.out);
  }

  @Property(tries = 150)
  void aSuperFrameBecomesThePacketsThatItStandsFor(
      @ForAll boolean six,
      @ForAll boolean tcp,
      @ForAll @IntRange(min = 1, max = 1400) int size,
      @ForAll @IntRange(min = 1, max = 64) int count,
      @ForAll @IntRange(min = 0, max = 1399) int shorter,
      @ForAll long seed) {
    int length = Math.max(1, Math.min(size * count, 60_000) - shorter % size);
    int sequence = (int) seed; // wraps around in some
    Inner whole =
        new Inner(six, tcp, 1, sequence, 0xfff0, Inner.ACK | Inner.PSH, random(length, seed));
    try (Wire wire = new Wire()) {
      assertThat(split(wire, whole.superFrame(size))).isTrue();
      List<byte[]> expected = bytes(whole.cut(size));
      assertThat(opened(wire, wire.drain())).containsExactlyElementsOf(expected);
      assertThat(wire.counters.txPackets.get()).isEqualTo(expected.size());
      assertThat(wire.counters.lastError).isNull();
    }
  }

  @Test
  void aSuperFrameWhoseHeaderMakesNoSenseIsRefusedAndNothingIsSent() {
    Inner whole = new Inner(false, true, 1, 1, 1, Inner.ACK, random(5000, 1));
    for (int at = 0; at < VnetHeader.BYTES; at++) {
      for (int value : new int[] {0, 0x7f, 0xff}) {
        byte[] frame = whole.superFrame(1000);
        frame[at] = (byte) value;
        try (Wire wire = new Wire()) {
          // Whatever it says, nothing outside of the frame is read: the segment would throw.
          boolean sent = split(wire, frame);
          assertThat(wire.drain().isEmpty()).isEqualTo(!sent);
        }
      }
    }
  }

  /** What comes out of the TAP, cut again as its headers say; each as from the UDP header on. */
  private static List<byte[]> delivered(List<byte[]> frames) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] frame : frames) {
      ByteBuffer vnet = ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
      byte[] packet = Arrays.copyOfRange(frame, UDP_AT, frame.length);
      int outer = Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(24 + 14 + 2));
      assertThat(outer).as("outer IP length").isEqualTo(frame.length - 24 - 14);
      assertThat(ChecksumTest.byDefinition(Arrays.copyOfRange(frame, 38, 58))).isEqualTo(0xffff);
      if (vnet.get(1) == 0) {
        all.add(packet);
        continue;
      }
      boolean tcp = (vnet.get(1) & 0x1f) != VnetHeader.UDP;
      boolean six = packet[42 - 14] == (byte) 0x86;
      Inner shape = new Inner(six, tcp, 0, 0, 0, 0, new byte[0]);
      ByteBuffer b = ByteBuffer.wrap(packet);
      int header = shape.headerBytes();
      assertThat((int) vnet.getShort(2)).isEqualTo(UDP_AT - 24 + header);
      assertThat((int) vnet.getShort(6)).isEqualTo(UDP_AT - 24 + shape.transportAt());
      assertThat((int) vnet.getShort(20)).isEqualTo(UDP_AT - 24);
      assertThat((int) vnet.getShort(22)).isEqualTo(UDP_AT - 24 + Inner.IP_AT);
      Inner whole =
          new Inner(
              six,
              tcp,
              b.getShort(0) & 0x3fff,
              tcp ? b.getInt(shape.transportAt() + 4) : 0,
              six ? 0 : Short.toUnsignedInt(b.getShort(Inner.IP_AT + 4)),
              tcp ? b.get(shape.transportAt() + 13) : 0,
              Arrays.copyOfRange(packet, header, packet.length));
      int size = Short.toUnsignedInt(vnet.getShort(4));
      // The pseudo-header's sum is where the kernel expects it.
      byte[] right = whole.bytes();
      int at = shape.transportAt() + (tcp ? 16 : 6);
      Arrays.fill(right, at, at + 2, (byte) 0);
      byte[] seen = packet.clone();
      Arrays.fill(seen, at, at + 2, (byte) 0);
      assertThat(seen).isEqualTo(right);
      all.addAll(bytes(whole.cut(size)));
    }
    return all;
  }

  private static byte[] sealed(Wire wire, byte[] payload) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(payload.length + 8L);
      MemorySegment.copy(payload, 0, from, ValueLayout.JAVA_BYTE, 0, payload.length);
      MemorySegment to = arena.allocate(payload.length + 64L);
      int length = wire.out.seal(from, 0, payload.length, to, 0);
      return to.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  private static List<byte[]> take(Wire wire, boolean superFrames, List<byte[]> packets) {
    TapWriter tap = new TapWriter(wire.sender, Wire.LOCAL, wire.drops);
    Coalescer coalescer = new Coalescer(wire.arena, tap, superFrames, Inner.VXLAN_PORT, wire.drops);
    List<byte[]> frames = new ArrayList<>();
    for (byte[] packet : packets) {
      MemorySegment in = wire.arena.allocateFrom(ValueLayout.JAVA_BYTE, packet);
      coalescer.take(wire.entrance, in, 0, packet.length);
      frames.addAll(wire.drain());
    }
    coalescer.flush();
    frames.addAll(wire.drain());
    return frames;
  }

  /** Several flows, cut in pieces of the same or other sizes, taking turns. */
  private static List<Inner> mixture(Random random) {
    List<Inner> all = new ArrayList<>();
    int turns = 1 + random.nextInt(8);
    int[] next = new int[4];
    for (int turn = 0; turn < turns; turn++) {
      int flow = random.nextInt(4);
      int size = random.nextInt(4) == 0 ? 1 + random.nextInt(100) : 300 + random.nextInt(1000);
      int length = size * random.nextInt(1, 70) - random.nextInt(size);
      boolean tcp = flow != 3;
      int flags = Inner.ACK | (random.nextInt(8) == 0 ? 1 : random.nextBoolean() ? Inner.PSH : 0);
      Inner whole =
          new Inner(
              flow == 2,
              tcp,
              flow,
              tcp ? next[flow] : 0,
              flow == 2 ? 0 : random.nextInt(0x10000),
              tcp ? flags : 0,
              random(Math.min(length, 50_000), turn));
      next[flow] += whole.payloadBytes();
      all.addAll(whole.cut(size));
    }
    if (random.nextInt(3) == 0) {
      int at = random.nextInt(all.size());
      all.add(random.nextInt(all.size()), all.remove(at)); // one out of order
    }
    return all;
  }

  @Property(tries = 150)
  void allPacketsComeOutAsTheyWentInAndInTheirOrder(@ForAll long seed) {
    List<byte[]> sent = bytes(mixture(new Random(seed)));
    for (boolean superFrames : new boolean[] {true, false}) {
      try (Wire wire = new Wire()) {
        List<byte[]> packets = sent.stream().map(p -> sealed(wire, p)).toList();
        List<byte[]> frames = take(wire, superFrames, packets);
        assertThat(delivered(frames)).containsExactlyElementsOf(sent);
        assertThat(wire.counters.rxPackets.get()).isEqualTo(sent.size());
        if (!superFrames) {
          assertThat(frames).hasSameSizeAs(sent);
        }
      }
    }
  }

  @Property(tries = 100)
  void aForgedOrRepeatedPacketInTheMiddleIsDroppedAlone( // INV-SEC-2
      @ForAll long seed, @ForAll boolean repeated) {
    Random random = new Random(seed);
    List<byte[]> sent = bytes(mixture(random));
    try (Wire wire = new Wire()) {
      List<byte[]> packets = new ArrayList<>(sent.stream().map(p -> sealed(wire, p)).toList());
      int at = random.nextInt(packets.size());
      byte[] bad = packets.get(at).clone();
      if (repeated) {
        packets.add(at + 1, bad);
      } else {
        bad[Esp.HEADER_BYTES + random.nextInt(bad.length - Esp.HEADER_BYTES)] ^= 1;
        packets.add(at, bad);
      }
      assertThat(delivered(take(wire, true, packets))).containsExactlyElementsOf(sent);
      long replays = wire.counters.replayDrops.get();
      long forgeries = wire.counters.authDrops.get();
      assertThat(replays).isEqualTo(repeated ? 1 : 0);
      assertThat(forgeries).isEqualTo(repeated ? 0 : 1);
    }
  }

  @Test
  void aTrainOfOneFlowGoesUpAsOneFrame() {
    Inner whole = new Inner(false, true, 1, 7, 0, Inner.ACK | Inner.PSH, random(40_000, 5));
    try (Wire wire = new Wire()) {
      List<byte[]> packets = bytes(whole.cut(1300)).stream().map(p -> sealed(wire, p)).toList();
      assertThat(packets).hasSize(31);
      assertThat(take(wire, true, packets)).hasSize(1);
    }
  }

  @Test
  void aPacketWithAWrongInnerChecksumIsNotMadeRight() {
    Inner whole = new Inner(false, true, 1, 7, 0, Inner.ACK, random(6000, 5));
    List<byte[]> sent = new ArrayList<>(bytes(whole.cut(1000)));
    sent.get(2)[500] ^= 1; // damaged before it was sealed
    try (Wire wire = new Wire()) {
      List<byte[]> packets = sent.stream().map(p -> sealed(wire, p)).toList();
      assertThat(delivered(take(wire, true, packets))).containsExactlyElementsOf(sent);
    }
  }
}
