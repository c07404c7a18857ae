package io.weft.vxlan.user;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet's checksum (RFC 1071). Sums are of 16-bit words in network order, folded, not
 * complemented; the bulk is added eight bytes at a time in the machine's order, which only swaps
 * the bytes of the sum (section 2 B).
 */
final class Checksum {
  private static final ValueLayout.OfLong WORDS = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final boolean SWAPPED = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Checksum() {}

  /** The sum over {@code length} bytes, an odd last one padded with zero. */
  static int sum(MemorySegment data, long at, int length) {
    // A slice, an index by words, one sum: in this shape the compiler adds by vectors.
    MemorySegment words = data.asSlice(at, length);
    long count = length / Long.BYTES;
    long sum = 0;
    for (long word = 0; word < count; word++) {
      long value = words.getAtIndex(WORDS, word);
      sum += (value & 0xffff_ffffL) + (value >>> 32);
    }
    int i = (int) count * Long.BYTES;
    long rest = 0;
    for (int shift = 0; i < length; i++, shift += 8) {
      long octet = Byte.toUnsignedLong(data.get(ValueLayout.JAVA_BYTE, at + i));
      rest |= SWAPPED ? octet << shift : octet << (56 - shift);
    }
    int folded = fold(sum + (rest & 0xffff_ffffL) + (rest >>> 32));
    return SWAPPED ? Short.toUnsignedInt(Short.reverseBytes((short) folded)) : folded;
  }

  /** A sum of sums, as one. */
  static int fold(long sum) {
    long folded = (sum & 0xffff_ffffL) + (sum >>> 32);
    folded = (folded & 0xffff) + (folded >>> 16);
    folded = (folded & 0xffff) + (folded >>> 16);
    return (int) ((folded & 0xffff) + (folded >>> 16));
  }

  /**
   * The sum over the pseudo-header of TCP or UDP (RFC 9293, section 3.1; RFC 8200, section 8.1).
   *
   * @param ip offset of the IPv4 or IPv6 header
   * @param bytes of the transport's header and payload
   */
  static int pseudo(MemorySegment data, long ip, boolean six, int protocol, int bytes) {
    int addresses = six ? sum(data, ip + 8, 32) : sum(data, ip + 12, 8);
    return fold((long) addresses + protocol + bytes);
  }
}
