package io.weft.vxlan.user;

import static io.weft.vxlan.user.Packets.UDP_BYTES;
import static io.weft.vxlan.user.Packets.VXLAN_BYTES;
import static io.weft.vxlan.user.Packets.u16;

import io.weft.vxlan.esp.EspVerdict;
import io.weft.vxlan.esp.InboundSa;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Opens packets and gives them to the TAP, those of one flow that follow each other as one frame.
 *
 * <p>Each is opened to where its payload would follow the payloads before it: its own headers come
 * to lie over the end of what is there, which is kept aside and put back. If the packet turns out
 * not to belong there, it is moved to the other buffer.
 */
final class Coalescer {
  /** Where an opened payload begins: room before it for the headers it will get. */
  private static final int AT = 128;

  /** Outer IP's length field bounds what goes up at once, from the outer UDP header on. */
  private static final int MAX_BYTES = 65_535 - Packets.IPV6_BYTES;

  private static final int MAX_PACKETS = 64;
  private static final int MAX_HEADER_BYTES = 256;
  private static final int BUFFER_BYTES = AT + 2 * 65_536 + MAX_HEADER_BYTES;

  private final TapWriter tap;
  private final boolean superFrames;
  private final int vxlanPort;
  private final Drops drops;
  private final MemorySegment aside;
  private final InnerFlow flow = new InnerFlow();
  private MemorySegment buffer;
  private MemorySegment spare;
  private TunnelTable.@Nullable Entrance from;
  private int length;
  private int packets;

  /** Without {@code superFrames} each packet goes up by itself. */
  Coalescer(Arena arena, TapWriter tap, boolean superFrames, int vxlanPort, Drops drops) {
    this.tap = tap;
    this.superFrames = superFrames;
    this.vxlanPort = vxlanPort;
    this.drops = drops;
    aside = arena.allocate(MAX_HEADER_BYTES, 8);
    buffer = arena.allocate(BUFFER_BYTES, 64);
    spare = arena.allocate(BUFFER_BYTES, 64);
  }

  /** Opens the ESP packet at {@code at}, {@code bytes} long, and delivers it at last. */
  @SuppressWarnings("ReferenceEquality") // the same entry of one table, not one like it
  void take(TunnelTable.Entrance entrance, MemorySegment in, long at, int bytes) {
    if (from != entrance || length + bytes > MAX_BYTES) {
      flush();
    }
    if (from == null) {
      int opened = open(entrance, in, at, bytes, AT);
      if (opened > 0) {
        begin(entrance, opened);
      }
      return;
    }
    int header = flow.headerBytes();
    int place = AT + length - header;
    MemorySegment.copy(buffer, place, aside, 0, header);
    int opened = open(entrance, in, at, bytes, place);
    boolean next = opened > 0 && flow.takes(buffer, AT, place, opened);
    if (opened > 0 && !next) {
      MemorySegment.copy(buffer, place, spare, AT, opened);
    }
    MemorySegment.copy(aside, 0, buffer, place, header);
    if (next) {
      length += opened - header;
      packets++;
      if (packets == MAX_PACKETS || flow.isLast(opened - header)) {
        flush();
      }
      return;
    }
    flush();
    if (opened > 0) {
      MemorySegment other = buffer;
      buffer = spare;
      spare = other;
      begin(entrance, opened);
    }
  }

  private void begin(TunnelTable.Entrance entrance, int bytes) {
    // A header longer than the payload would be overwritten by the next one's.
    if (superFrames
        && flow.begin(buffer, AT, bytes)
        && flow.headerBytes() <= MAX_HEADER_BYTES
        && bytes >= 2 * flow.headerBytes()
        && !flow.isLast(bytes - flow.headerBytes())) {
      from = entrance;
      length = bytes;
      packets = 1;
    } else {
      tap.plain(entrance, buffer, AT, bytes);
    }
  }

  /** Delivers what has been gathered. */
  void flush() {
    TunnelTable.Entrance entrance = from;
    if (entrance == null) {
      return;
    }
    from = null;
    if (packets == 1) {
      tap.plain(entrance, buffer, AT, length);
    } else {
      flow.finish(buffer, tap.frameOf(AT), AT, length, tap.tunnelBit());
      tap.write(entrance, buffer, AT, length);
    }
    length = 0;
  }

  /** The length of the UDP datagram that was in it; 0 when it was dropped. */
  private int open(
      TunnelTable.Entrance entrance, MemorySegment in, long at, int bytes, long place) {
    InboundSa sa = entrance.sa();
    PeerCounters peer = entrance.counters();
    EspVerdict verdict = sa.open(in, at, bytes, buffer, place);
    switch (verdict) {
      case ACCEPTED -> {
        int payload = sa.payloadBytes();
        int datagram = payload < UDP_BYTES ? 0 : u16(buffer, place + 4);
        // Behind the UDP datagram there may be traffic-flow padding (RFC 4303, section 2.7).
        if (datagram >= UDP_BYTES + VXLAN_BYTES
            && datagram <= payload
            && u16(buffer, place + 2) == vxlanPort) {
          PeerCounters.add(peer.rxPackets, 1);
          PeerCounters.add(peer.rxBytes, bytes);
          return datagram;
        }
        drops.add(DropCause.BAD_PAYLOAD);
      }
      case DUMMY -> drops.add(DropCause.DUMMY);
      case MALFORMED -> drops.add(DropCause.MALFORMED);
      case REPLAYED -> {
        PeerCounters.add(peer.replayDrops, 1);
        drops.add(DropCause.REPLAYED, 1, peer, "a replayed packet was dropped");
      }
      case NOT_AUTHENTIC -> {
        PeerCounters.add(peer.authDrops, 1);
        drops.add(DropCause.NOT_AUTHENTIC, 1, peer, "a packet that is not authentic was dropped");
      }
      case BAD_PADDING, BAD_NEXT_HEADER -> drops.add(DropCause.BAD_PAYLOAD);
    }
    return 0;
  }
}
