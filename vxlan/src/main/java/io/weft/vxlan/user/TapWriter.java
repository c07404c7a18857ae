package io.weft.vxlan.user;

import static io.weft.vxlan.user.Packets.ETHERNET_BYTES;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV4;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV6;
import static io.weft.vxlan.user.Packets.IPV4_BYTES;
import static io.weft.vxlan.user.Packets.IPV6_BYTES;
import static io.weft.vxlan.user.Packets.NET64;
import static io.weft.vxlan.user.Packets.UDP;
import static io.weft.vxlan.user.Packets.put16;
import static io.weft.vxlan.user.Packets.put32;

import io.weft.vxlan.ffi.Descriptors;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Puts before an opened payload what ESP took away, the IP header, and the Ethernet header of the
 * TAP, and writes it there.
 */
final class TapWriter {
  /** Room that is needed before the outer UDP header. */
  static final int ROOM_BYTES = VnetHeader.BYTES + ETHERNET_BYTES + IPV6_BYTES;

  private static final int DEFAULT_HOPS = 64;

  private final int tap;
  private final boolean six;
  private final long localHigh;
  private final long localLow;
  private final Drops drops;

  TapWriter(int tap, InetAddress local, Drops drops) {
    this.tap = tap;
    this.drops = drops;
    six = local instanceof Inet6Address;
    localHigh = AddressTable.high(local);
    localLow = AddressTable.low(local);
  }

  /** Where the frame begins, whose outer UDP header is there. */
  long frameOf(long udp) {
    return udp - (six ? IPV6_BYTES : IPV4_BYTES) - ETHERNET_BYTES;
  }

  /** The bit that says in which tunnel a segmented frame is. */
  int tunnelBit() {
    return six ? VnetHeader.TUNNEL6 : VnetHeader.TUNNEL4;
  }

  /** Writes one packet. */
  void plain(TunnelTable.Entrance from, MemorySegment buffer, long udp, int length) {
    VnetHeader.plain(buffer, frameOf(udp) - VnetHeader.BYTES);
    write(from, buffer, udp, length);
  }

  /** Writes what has its {@link VnetHeader} already; {@code length} from the UDP header on. */
  void write(TunnelTable.Entrance from, MemorySegment buffer, long udp, int length) {
    put16(buffer, udp + 4, length);
    // The ICV has vouched for it; the addresses under the checksum may be another NAT's.
    put16(buffer, udp + 6, 0);
    if (six) {
      ipv6(from, buffer, udp - IPV6_BYTES, length);
    } else {
      ipv4(from, buffer, udp - IPV4_BYTES, length);
    }
    long frame = frameOf(udp);
    mac(buffer, frame, TapDevice.OWN_MAC);
    mac(buffer, frame + 6, TapDevice.FAR_MAC);
    put16(buffer, frame + 12, six ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
    long start = frame - VnetHeader.BYTES;
    long bytes = udp + length - start;
    if (Descriptors.tryWrite(tap, buffer.asSlice(start, bytes), bytes) < 0) {
      drops.add(DropCause.TAP_FAILED);
    }
  }

  private static void mac(MemorySegment buffer, long at, long bits) {
    put16(buffer, at, (int) (bits >>> 32));
    put32(buffer, at + 2, (int) bits);
  }

  private void ipv4(TunnelTable.Entrance from, MemorySegment buffer, long ip, int length) {
    put16(buffer, ip, 0x4500);
    put16(buffer, ip + 2, IPV4_BYTES + length);
    put16(buffer, ip + 4, 0);
    put16(buffer, ip + 6, Packets.IPV4_DONT_FRAGMENT);
    put16(buffer, ip + 8, DEFAULT_HOPS << 8 | UDP);
    put32(buffer, ip + 12, (int) from.low());
    put32(buffer, ip + 16, (int) localLow);
    Packets.checksumIpv4(buffer, ip);
  }

  private void ipv6(TunnelTable.Entrance from, MemorySegment buffer, long ip, int length) {
    put32(buffer, ip, 0x6000_0000);
    put16(buffer, ip + 4, length);
    put16(buffer, ip + 6, UDP << 8 | DEFAULT_HOPS);
    buffer.set(NET64, ip + 8, from.high());
    buffer.set(NET64, ip + 16, from.low());
    buffer.set(NET64, ip + 24, localHigh);
    buffer.set(NET64, ip + 32, localLow);
  }
}
