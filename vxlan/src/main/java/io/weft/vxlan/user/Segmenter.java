package io.weft.vxlan.user;

import static io.weft.vxlan.user.Packets.IPV4_BYTES;
import static io.weft.vxlan.user.Packets.IPV6_BYTES;
import static io.weft.vxlan.user.Packets.NET32;
import static io.weft.vxlan.user.Packets.TCP;
import static io.weft.vxlan.user.Packets.TCP_CHECKSUM_AT;
import static io.weft.vxlan.user.Packets.UDP;
import static io.weft.vxlan.user.Packets.UDP_BYTES;
import static io.weft.vxlan.user.Packets.UDP_CHECKSUM_AT;
import static io.weft.vxlan.user.Packets.VXLAN_BYTES;
import static io.weft.vxlan.user.Packets.put16;
import static io.weft.vxlan.user.Packets.put32;
import static io.weft.vxlan.user.Packets.put8;
import static io.weft.vxlan.user.Packets.u16;
import static io.weft.vxlan.user.Packets.u8;

import io.weft.vxlan.esp.Esp;
import io.weft.vxlan.esp.OutboundSa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Cuts a super-frame, as the kernel hands it to a device that says it can do so, into the packets
 * that go on the wire.
 *
 * <p>The payload never moves: the headers of each segment are written over the end of the one
 * before, which has been sealed elsewhere by then.
 */
final class Segmenter {
  /** Outer UDP and VXLAN, Ethernet with two tags, IP, TCP with all its options. */
  private static final int MAX_HEADER_BYTES = 256;

  private static final int TCP_LEAST_BYTES = 20;
  private static final int FIN_PSH = 0x09;
  private static final int CWR = 0x80;

  private final SendBatch batch;
  private final MemorySegment headers;

  Segmenter(Arena arena, SendBatch batch) {
    this.batch = batch;
    headers = arena.allocate(MAX_HEADER_BYTES, 8);
  }

  /**
   * Completes the checksum of a packet that is none of several.
   *
   * @param vnet where its {@link VnetHeader} is; the frame follows
   * @param end behind the packet's last byte
   * @return whether the header makes sense
   */
  static boolean completeChecksum(MemorySegment buffer, long vnet, long end) {
    long start = vnet + VnetHeader.BYTES + VnetHeader.checksumStart(buffer, vnet);
    long field = start + VnetHeader.checksumOffset(buffer, vnet);
    if (field + 2 > end) {
      return false;
    }
    int sum = ~Checksum.sum(buffer, start, (int) (end - start)) & 0xffff;
    // Zero means "none" in UDP (RFC 768); ones are the same number.
    put16(buffer, field, sum == 0 ? 0xffff : sum);
    return true;
  }

  /**
   * Cuts, seals and sends.
   *
   * @param udp where the outer UDP header is
   * @param end behind the super-frame's last byte
   * @return whether its headers make sense
   */
  boolean split(
      MemorySegment buffer, long vnet, long udp, long end, TunnelTable.Path path, OutboundSa sa) {
    int type = VnetHeader.type(buffer, vnet);
    boolean tcp = type == VnetHeader.TCP4 || type == VnetHeader.TCP6;
    if (!VnetHeader.isTunnelled(buffer, vnet) || !(tcp || type == VnetHeader.UDP)) {
      return false;
    }
    long frame = vnet + VnetHeader.BYTES;
    long ip = frame + VnetHeader.innerNetwork(buffer, vnet);
    long transport = frame + VnetHeader.checksumStart(buffer, vnet);
    int size = VnetHeader.segmentSize(buffer, vnet);
    int least = tcp ? TCP_LEAST_BYTES : UDP_BYTES;
    if (ip < udp + UDP_BYTES + VXLAN_BYTES || size == 0 || Math.max(ip, transport) + least > end) {
      return false;
    }
    boolean six = u8(buffer, ip) >> 4 == 6;
    if (transport < ip + (six ? IPV6_BYTES : IPV4_BYTES)) {
      return false;
    }
    long payload = transport + (tcp ? (u8(buffer, transport + 12) >> 4) * 4 : UDP_BYTES);
    int headerBytes = (int) (payload - udp);
    if (headerBytes > MAX_HEADER_BYTES || payload >= end || payload < transport + UDP_BYTES) {
      return false;
    }
    MemorySegment.copy(buffer, udp, headers, 0, headerBytes);
    Cut cut = new Cut(six, tcp, (int) (ip - udp), (int) (transport - udp), headerBytes);
    cut(buffer, udp, (int) (end - payload), size, cut, path, sa);
    return true;
  }

  /** Offsets are from the outer UDP header on. */
  private record Cut(boolean six, boolean tcp, int ip, int transport, int headerBytes) {
    int protocol() {
      return tcp ? TCP : UDP;
    }

    int checksumAt() {
      return transport + (tcp ? TCP_CHECKSUM_AT : UDP_CHECKSUM_AT);
    }
  }

  private void cut(
      MemorySegment buffer,
      long udp,
      int payloadBytes,
      int size,
      Cut cut,
      TunnelTable.Path path,
      OutboundSa sa) {
    int count = (payloadBytes + size - 1) / size;
    int perBatch = SendBatch.perBatch(Esp.sealedBytes(cut.headerBytes + size), count);
    int addresses = Checksum.pseudo(headers, cut.ip, cut.six, cut.protocol(), 0);
    int sequence = cut.tcp ? headers.get(NET32, cut.transport + 4) : 0;
    int flags = cut.tcp ? u8(headers, cut.transport + 13) : 0;
    int id = cut.six ? 0 : u16(headers, cut.ip + 4);
    batch.flush();
    for (int i = 0; i < count; i++) {
      int offset = i * size;
      int bytes = Math.min(size, payloadBytes - offset);
      network(cut, bytes, id + i);
      if (cut.tcp) {
        put32(headers, cut.transport + 4, sequence + offset);
        int inside = i < count - 1 ? flags & ~FIN_PSH : flags;
        put8(headers, cut.transport + 13, i > 0 ? inside & ~CWR : inside);
      } else {
        put16(headers, cut.transport + 4, UDP_BYTES + bytes);
      }
      put16(headers, cut.checksumAt(), 0);
      // Outer UDP: its length as if it were alone; VXLAN sends no checksum over it.
      put16(headers, 4, cut.headerBytes + bytes);
      put16(headers, 6, 0);
      long at = udp + offset;
      MemorySegment.copy(headers, 0, buffer, at, cut.headerBytes);
      int transportBytes = cut.headerBytes - cut.transport + bytes;
      int sum =
          Checksum.fold(
              (long) addresses
                  + transportBytes
                  + Checksum.sum(buffer, at + cut.transport, transportBytes));
      int checksum = ~sum & 0xffff;
      put16(buffer, at + cut.checksumAt(), checksum == 0 && !cut.tcp ? 0xffff : checksum);
      batch.add(path, sa, buffer, at, cut.headerBytes + bytes);
      if ((i + 1) % perBatch == 0) {
        batch.flush();
      }
    }
    batch.flush();
  }

  private void network(Cut cut, int bytes, int id) {
    int length = cut.headerBytes - cut.ip + bytes;
    if (cut.six) {
      put16(headers, cut.ip + 4, length - IPV6_BYTES);
    } else {
      put16(headers, cut.ip + 2, length);
      put16(headers, cut.ip + 4, id);
      put16(headers, cut.ip + 10, 0);
      int headerBytes = (u8(headers, cut.ip) & 0xf) * 4;
      put16(headers, cut.ip + 10, ~Checksum.sum(headers, cut.ip, headerBytes));
    }
  }
}
