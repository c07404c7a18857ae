package io.weft.vxlan.user;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a TAP with IFF_VNET_HDR puts before each frame and wants before each frame (linux/
 * virtio_net.h, {@code struct virtio_net_hdr_v1_hash_tunnel}), in the machine's byte order. Offsets
 * in it are counted from the frame's first byte.
 */
final class VnetHeader {
  static final int BYTES = 24;

  /** The checksum at (start + offset) holds only the pseudo-header's sum. */
  static final int NEEDS_CHECKSUM = 1;

  static final int NO_SEGMENTS = 0;
  static final int TCP4 = 1;
  static final int TCP6 = 4;
  static final int UDP = 5;

  /** The frame that is to be segmented is inside of a UDP tunnel over IPv4, or over IPv6. */
  static final int TUNNEL4 = 0x20;

  static final int TUNNEL6 = 0x40;

  /** The first segment tells of congestion. */
  private static final int ECN = 0x80;

  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final int TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int SEGMENT_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;
  private static final int OUTER_TRANSPORT = 20;
  private static final int INNER_NETWORK = 22;

  private VnetHeader() {}

  private static int u16(MemorySegment buffer, long at) {
    return Short.toUnsignedInt(buffer.get(U16, at));
  }

  static boolean needsChecksum(MemorySegment buffer, long at) {
    return (buffer.get(U8, at) & NEEDS_CHECKSUM) != 0;
  }

  /** TCP4, TCP6, UDP or NO_SEGMENTS. */
  static int type(MemorySegment buffer, long at) {
    return Byte.toUnsignedInt(buffer.get(U8, at + TYPE)) & ~(TUNNEL4 | TUNNEL6 | ECN);
  }

  static boolean isTunnelled(MemorySegment buffer, long at) {
    return (buffer.get(U8, at + TYPE) & (TUNNEL4 | TUNNEL6)) != 0;
  }

  /** Bytes of payload in each segment but the last. */
  static int segmentSize(MemorySegment buffer, long at) {
    return u16(buffer, at + SEGMENT_SIZE);
  }

  /** Where the transport header begins, which the checksum covers from there on. */
  static int checksumStart(MemorySegment buffer, long at) {
    return u16(buffer, at + CHECKSUM_START);
  }

  static int checksumOffset(MemorySegment buffer, long at) {
    return u16(buffer, at + CHECKSUM_OFFSET);
  }

  /** Where the inner IP header begins; only with a tunnel. */
  static int innerNetwork(MemorySegment buffer, long at) {
    return u16(buffer, at + INNER_NETWORK);
  }

  /** An ordinary frame, whose checksums are right. */
  static void plain(MemorySegment buffer, long at) {
    buffer.asSlice(at, BYTES).fill((byte) 0);
  }

  /**
   * A frame of several segments inside of a tunnel.
   *
   * @param headerLength bytes up to the payload
   */
  static void segmented(
      MemorySegment buffer,
      long at,
      int type,
      int headerLength,
      int segmentSize,
      int checksumStart,
      int checksumOffset,
      int outerTransport,
      int innerNetwork) {
    plain(buffer, at);
    buffer.set(U8, at, (byte) NEEDS_CHECKSUM);
    buffer.set(U8, at + TYPE, (byte) type);
    buffer.set(U16, at + HEADER_LENGTH, (short) headerLength);
    buffer.set(U16, at + SEGMENT_SIZE, (short) segmentSize);
    buffer.set(U16, at + CHECKSUM_START, (short) checksumStart);
    buffer.set(U16, at + CHECKSUM_OFFSET, (short) checksumOffset);
    buffer.set(U16, at + OUTER_TRANSPORT, (short) outerTransport);
    buffer.set(U16, at + INNER_NETWORK, (short) innerNetwork);
  }
}
