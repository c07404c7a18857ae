package io.weft.vxlan.user;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Packets as the VXLAN device makes them, from the outer UDP header on, written out by the RFCs and
 * apart from the code that they test.
 */
final class Inner {
  static final int VXLAN_PORT = 7943;
  static final int ACK = 0x10;
  static final int PSH = 0x08;
  static final int IP_AT = 30;

  private final boolean six;
  private final boolean tcp;
  private final int port;
  private final int sequence;
  private final int id;
  private final int flags;
  private final byte[] payload;

  /** Sequence number and flags are of TCP. */
  Inner(boolean six, boolean tcp, int port, int sequence, int id, int flags, byte[] payload) {
    this.six = six;
    this.tcp = tcp;
    this.port = port;
    this.sequence = sequence;
    this.id = id & 0xffff;
    this.flags = flags;
    this.payload = payload;
  }

  int payloadBytes() {
    return payload.length;
  }

  int transportAt() {
    return IP_AT + (six ? 40 : 20);
  }

  /** TCP with timestamps, as most of it is. */
  int headerBytes() {
    return transportAt() + (tcp ? 32 : 8);
  }

  /** The bytes from the outer UDP header on, with right checksums inside. */
  byte[] bytes() {
    byte[] all = new byte[headerBytes() + payload.length];
    ByteBuffer b = ByteBuffer.wrap(all);
    b.putShort((short) (0xc000 | port)).putShort((short) VXLAN_PORT);
    b.putShort((short) b.capacity()).putShort((short) 0);
    b.putInt(0x0800_0000).putInt(77 << 8);
    b.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
    b.putShort((short) (six ? 0x86dd : 0x0800));
    int transportBytes = b.capacity() - transportAt();
    byte[] pseudo = network(b, all, transportBytes);
    transport(b, transportBytes);
    b.put(payload);
    byte[] covered = Arrays.copyOf(pseudo, pseudo.length + transportBytes);
    System.arraycopy(all, transportAt(), covered, pseudo.length, transportBytes);
    int sum = ~ChecksumTest.byDefinition(covered) & 0xffff;
    b.putShort(transportAt() + (tcp ? 16 : 6), (short) (sum == 0 && !tcp ? 0xffff : sum));
    return all;
  }

  private byte[] network(ByteBuffer b, byte[] all, int transportBytes) {
    int protocol = tcp ? 6 : 17;
    if (six) {
      byte[] from = address(16, 1);
      byte[] to = address(16, 2);
      b.putInt(0x6000_0000).putShort((short) transportBytes).put((byte) protocol).put((byte) 64);
      b.put(from).put(to);
      return ByteBuffer.allocate(40)
          .put(from)
          .put(to)
          .putInt(transportBytes)
          .putInt(protocol)
          .array();
    }
    byte[] from = address(4, 1);
    byte[] to = address(4, 2);
    b.putInt(0x4500_0000 | (20 + transportBytes)).putShort((short) id).putShort((short) 0);
    b.put((byte) 64).put((byte) protocol).putShort((short) 0).put(from).put(to);
    byte[] header = Arrays.copyOfRange(all, IP_AT, IP_AT + 20);
    b.putShort(IP_AT + 10, (short) ~ChecksumTest.byDefinition(header));
    return ByteBuffer.allocate(12)
        .put(from)
        .put(to)
        .putShort((short) protocol)
        .putShort((short) transportBytes)
        .array();
  }

  private static byte[] address(int bytes, int last) {
    byte[] address = new byte[bytes];
    address[0] = (byte) (bytes == 4 ? 10 : 0xfd);
    address[bytes - 1] = (byte) last;
    return address;
  }

  private void transport(ByteBuffer b, int transportBytes) {
    b.putShort((short) (4000 + port)).putShort((short) 5201);
    if (tcp) {
      b.putInt(sequence).putInt(99).put((byte) 0x80).put((byte) flags).putShort((short) 501);
      b.putInt(0).putInt(0x0101_080a).putInt(12345).putInt(6789);
    } else {
      b.putShort((short) transportBytes).putShort((short) 0);
    }
  }

  /** The packets that this one stands for, when it is a super-frame. */
  List<Inner> cut(int size) {
    List<Inner> pieces = new ArrayList<>();
    for (int at = 0; at < payload.length; at += size) {
      boolean last = at + size >= payload.length;
      byte[] part = Arrays.copyOfRange(payload, at, Math.min(at + size, payload.length));
      int pieceFlags = last ? flags : flags & ~PSH;
      pieces.add(new Inner(six, tcp, port, sequence + at, id + at / size, pieceFlags, part));
    }
    return pieces;
  }

  /** The kernel's header before a frame of this packet in an outer IPv4 packet, and that frame. */
  byte[] superFrame(int size) {
    byte[] inner = bytes();
    int before = 14 + 20;
    ByteBuffer b = ByteBuffer.allocate(VnetHeader.BYTES + before + inner.length);
    b.order(java.nio.ByteOrder.nativeOrder());
    int type = tcp ? six ? VnetHeader.TCP6 : VnetHeader.TCP4 : VnetHeader.UDP;
    b.put(0, (byte) VnetHeader.NEEDS_CHECKSUM).put(1, (byte) (type | VnetHeader.TUNNEL4));
    b.putShort(4, (short) size).putShort(6, (short) (before + transportAt()));
    b.putShort(8, (short) (tcp ? 16 : 6));
    b.putShort(20, (short) before).putShort(22, (short) (before + IP_AT));
    b.put(VnetHeader.BYTES + before, inner);
    return b.array();
  }
}
