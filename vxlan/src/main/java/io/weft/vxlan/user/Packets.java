package io.weft.vxlan.user;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The sizes and fields of headers that more than one part of the encryptor looks at. */
final class Packets {
  static final int ETHERNET_BYTES = 14;
  static final int UDP_BYTES = 8;
  static final int VXLAN_BYTES = 8;
  static final int IPV4_BYTES = 20;
  static final int IPV6_BYTES = 40;
  static final int ETHERTYPE_IPV4 = 0x0800;
  static final int ETHERTYPE_IPV6 = 0x86dd;
  static final int TCP = 6;
  static final int UDP = 17;

  /** Where the checksum stands in a TCP, and in a UDP header. */
  static final int TCP_CHECKSUM_AT = 16;

  static final int UDP_CHECKSUM_AT = 6;

  /** Offset and more-fragments bit of an IPv4 header's flags. */
  static final int IPV4_FRAGMENT_BITS = 0x3fff;

  static final int IPV4_DONT_FRAGMENT = 0x4000;

  static final ValueLayout.OfShort NET16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfInt NET32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong NET64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Packets() {}

  static int u8(MemorySegment buffer, long at) {
    return Byte.toUnsignedInt(buffer.get(ValueLayout.JAVA_BYTE, at));
  }

  static int u16(MemorySegment buffer, long at) {
    return Short.toUnsignedInt(buffer.get(NET16, at));
  }

  static int u32(MemorySegment buffer, long at) {
    return buffer.get(NET32, at);
  }

  static void put8(MemorySegment buffer, long at, int value) {
    buffer.set(ValueLayout.JAVA_BYTE, at, (byte) value);
  }

  static void put16(MemorySegment buffer, long at, int value) {
    buffer.set(NET16, at, (short) value);
  }

  static void put32(MemorySegment buffer, long at, int value) {
    buffer.set(NET32, at, value);
  }

  /** Sets the checksum of an IPv4 header without options. */
  static void checksumIpv4(MemorySegment buffer, long ip) {
    put16(buffer, ip + 10, 0);
    put16(buffer, ip + 10, ~Checksum.sum(buffer, ip, IPV4_BYTES));
  }
}
