package io.weft.vxlan.user;

import static io.weft.vxlan.user.Packets.ETHERNET_BYTES;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV4;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV6;
import static io.weft.vxlan.user.Packets.IPV4_BYTES;
import static io.weft.vxlan.user.Packets.IPV4_DONT_FRAGMENT;
import static io.weft.vxlan.user.Packets.IPV4_FRAGMENT_BITS;
import static io.weft.vxlan.user.Packets.IPV6_BYTES;
import static io.weft.vxlan.user.Packets.TCP;
import static io.weft.vxlan.user.Packets.TCP_CHECKSUM_AT;
import static io.weft.vxlan.user.Packets.UDP;
import static io.weft.vxlan.user.Packets.UDP_BYTES;
import static io.weft.vxlan.user.Packets.UDP_CHECKSUM_AT;
import static io.weft.vxlan.user.Packets.VXLAN_BYTES;
import static io.weft.vxlan.user.Packets.u16;
import static io.weft.vxlan.user.Packets.u32;
import static io.weft.vxlan.user.Packets.u8;

import java.lang.foreign.MemorySegment;

/**
 * What a packet must have in common with the one before it, so that both can go up as one. Stricter
 * than the kernel's GRO: whatever is unusual (tags, options of IP, fragments, flags other than ACK
 * and PSH, a checksum that is absent or wrong) goes up as it came.
 *
 * <p>All offsets are from the outer UDP header on, which is also where the opened payload begins.
 */
final class InnerFlow {
  private static final int ETHERNET = UDP_BYTES + VXLAN_BYTES;
  private static final int IP = ETHERNET + ETHERNET_BYTES;
  private static final int TCP_LEAST_BYTES = 20;
  private static final int ACK = 0x10;
  private static final int PSH = 0x08;
  private static final int RIGHT = 0xffff;

  private boolean six;
  private boolean tcp;
  private int transport;
  private int headerBytes;
  private int segmentBytes;
  private int nextSequence;
  private int nextId;
  private boolean fixedId;
  private boolean pushed;

  /** Whether the packet can be the first of several; then this describes it. */
  boolean begin(MemorySegment buffer, long at, int length) {
    int type = length < IP + IPV4_BYTES ? 0 : u16(buffer, at + ETHERNET + 12);
    if (type == ETHERTYPE_IPV4) {
      six = false;
      transport = IP + IPV4_BYTES;
    } else if (type == ETHERTYPE_IPV6) {
      six = true;
      transport = IP + IPV6_BYTES;
    } else {
      return false;
    }
    if (length < transport + TCP_LEAST_BYTES || !plainNetwork(buffer, at + IP, length - IP)) {
      return false;
    }
    int protocol = u8(buffer, at + IP + (six ? 6 : 9));
    tcp = protocol == TCP;
    if (!tcp && protocol != UDP) {
      return false;
    }
    long header = at + transport;
    headerBytes = transport + (tcp ? (u8(buffer, header + 12) >> 4) * 4 : UDP_BYTES);
    segmentBytes = length - headerBytes;
    if (segmentBytes <= 0
        || headerBytes < transport + (tcp ? TCP_LEAST_BYTES : UDP_BYTES)
        || !plainTransport(buffer, header, length - transport)
        || !checksumIsRight(buffer, at, length)) {
      return false;
    }
    nextSequence = tcp ? u32(buffer, header + 4) + segmentBytes : 0;
    pushed = tcp && (u8(buffer, header + 13) & PSH) != 0;
    nextId = six ? 0 : u16(buffer, at + IP + 4) + 1;
    fixedId = !six && (u16(buffer, at + IP + 6) & IPV4_DONT_FRAGMENT) != 0;
    return true;
  }

  private boolean plainNetwork(MemorySegment buffer, long ip, int length) {
    return six
        ? u8(buffer, ip) >> 4 == 6 && u16(buffer, ip + 4) + IPV6_BYTES == length
        : u8(buffer, ip) == 0x45
            && u16(buffer, ip + 2) == length
            && (u16(buffer, ip + 6) & IPV4_FRAGMENT_BITS) == 0
            && Checksum.sum(buffer, ip, IPV4_BYTES) == RIGHT;
  }

  private boolean plainTransport(MemorySegment buffer, long header, int length) {
    return tcp
        ? (u8(buffer, header + 13) & ~PSH) == ACK
        : u16(buffer, header + 4) == length && u16(buffer, header + UDP_CHECKSUM_AT) != 0;
  }

  private boolean checksumIsRight(MemorySegment buffer, long at, int length) {
    int bytes = length - transport;
    int pseudo = Checksum.pseudo(buffer, at + IP, six, tcp ? TCP : UDP, bytes);
    return Checksum.fold((long) pseudo + Checksum.sum(buffer, at + transport, bytes)) == RIGHT;
  }

  /**
   * Whether the packet is the next of the flow whose first one lies at {@code first}; then it is
   * counted in.
   */
  boolean takes(MemorySegment buffer, long first, long at, int length) {
    int payload = length - headerBytes;
    if (payload <= 0 || payload > segmentBytes || !sameHeaders(buffer, first, at)) {
      return false;
    }
    long ip = at + IP;
    if (!plainNetwork(buffer, ip, length - IP)
        || !plainTransport(buffer, at + transport, length - transport)
        || (!six && !fixedId && u16(buffer, ip + 4) != (nextId & 0xffff))
        || (tcp && u32(buffer, at + transport + 4) != nextSequence)
        || !checksumIsRight(buffer, at, length)) {
      return false;
    }
    nextSequence += payload;
    nextId++;
    pushed = tcp && (u8(buffer, at + transport + 13) & PSH) != 0;
    return true;
  }

  /** All that must not differ, by the fields' places. */
  private boolean sameHeaders(MemorySegment buffer, long a, long b) {
    // Outer ports; VXLAN and Ethernet up to the IP header.
    boolean same = same(buffer, a, b, 0, 4) && same(buffer, a, b, UDP_BYTES, IP);
    if (six) {
      same = same && same(buffer, a, b, IP, IP + 4) && same(buffer, a, b, IP + 6, transport);
    } else {
      same =
          same
              && same(buffer, a, b, IP, IP + 2)
              && same(buffer, a, b, IP + 6, IP + 10)
              && same(buffer, a, b, IP + 12, transport);
    }
    if (!same || !same(buffer, a, b, transport, transport + 4)) {
      return false;
    }
    // Acknowledgement and offset; window; urgent pointer and options. Flags are looked at apart.
    return !tcp
        || (same(buffer, a, b, transport + 8, transport + 13)
            && same(buffer, a, b, transport + 14, transport + TCP_CHECKSUM_AT)
            && same(buffer, a, b, transport + TCP_CHECKSUM_AT + 2, headerBytes));
  }

  private static boolean same(MemorySegment buffer, long a, long b, int from, int to) {
    int at = from;
    for (; at + 8 <= to; at += 8) {
      if (buffer.get(Packets.NET64, a + at) != buffer.get(Packets.NET64, b + at)) {
        return false;
      }
    }
    for (; at < to; at++) {
      if (u8(buffer, a + at) != u8(buffer, b + at)) {
        return false;
      }
    }
    return true;
  }

  /** Whether nothing may follow: the sender pushed, or the segment was a shorter one. */
  boolean isLast(int payload) {
    return pushed || payload < segmentBytes;
  }

  /** Bytes up to the payload. */
  int headerBytes() {
    return headerBytes;
  }

  /**
   * Makes the headers those of one frame with all payloads, and writes its {@link VnetHeader}.
   *
   * @param frame where the outer Ethernet header begins
   * @param length of all, from the outer UDP header on
   */
  void finish(MemorySegment buffer, long frame, long at, int length, int tunnelBit) {
    long ip = at + IP;
    if (six) {
      Packets.put16(buffer, ip + 4, length - IP - IPV6_BYTES);
    } else {
      Packets.put16(buffer, ip + 2, length - IP);
      Packets.checksumIpv4(buffer, ip);
    }
    long header = at + transport;
    int bytes = length - transport;
    if (tcp) {
      if (pushed) {
        Packets.put8(buffer, header + 13, u8(buffer, header + 13) | PSH);
      }
    } else {
      Packets.put16(buffer, header + 4, bytes);
    }
    int checksumAt = tcp ? TCP_CHECKSUM_AT : UDP_CHECKSUM_AT;
    int pseudo = Checksum.pseudo(buffer, ip, six, tcp ? TCP : UDP, bytes);
    Packets.put16(buffer, header + checksumAt, pseudo);
    int type = tcp ? six ? VnetHeader.TCP6 : VnetHeader.TCP4 : VnetHeader.UDP;
    int before = (int) (at - frame);
    VnetHeader.segmented(
        buffer,
        frame - VnetHeader.BYTES,
        type | tunnelBit,
        before + headerBytes,
        segmentBytes,
        before + transport,
        checksumAt,
        before,
        before + IP);
  }
}
