package io.weft.vxlan.user;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.esp.Esp;
import io.weft.vxlan.esp.OutboundSa;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * ESP packets to one peer that go out by one system call, which cuts them apart by their common
 * size (UDP_SEGMENT, udp(7)); only the last one may be shorter.
 */
final class SendBatch {
  /** The kernel takes no more (UDP_MAX_SEGMENTS of Linux before 6.9). */
  static final int MAX_SEGMENTS = 64;

  /** The longest UDP payload over IPv4. */
  static final int MAX_BYTES = 65_507;

  private static final int SOL_UDP = 17;
  private static final int UDP_SEGMENT = 103;
  private static final int HEADER_BYTES = 56;
  private static final int CONTROL_BYTES = 24;
  private static final int CONTROL_LENGTH = 18;

  private final int socket;
  private final Drops drops;
  private final MemorySegment packets;
  private final MemorySegment header;
  private final MemorySegment vector;
  private final MemorySegment control;
  private boolean segmentation = true;
  private TunnelTable.@Nullable Path path;
  private int bytes;
  private int segmentBytes;
  private int segments;

  SendBatch(Arena arena, int socket, Drops drops) {
    this.socket = socket;
    this.drops = drops;
    packets = arena.allocate(MAX_BYTES + 64, 64);
    header = arena.allocate(HEADER_BYTES, 8);
    vector = arena.allocate(16, 8);
    control = arena.allocate(CONTROL_BYTES, 8);
    // struct msghdr: name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40.
    header.set(JAVA_LONG, 16, vector.address());
    header.set(JAVA_LONG, 24, 1);
    control.set(JAVA_LONG, 0, CONTROL_LENGTH);
    control.set(JAVA_INT, 8, SOL_UDP);
    control.set(JAVA_INT, 12, UDP_SEGMENT);
  }

  /** How many packets of this size go out at once, when there are {@code count} of them. */
  static int perBatch(int sealedBytes, int count) {
    int most = Math.max(1, Math.min(MAX_SEGMENTS, MAX_BYTES / sealedBytes));
    int batches = (count + most - 1) / most;
    return (count + batches - 1) / batches;
  }

  /** Seals a payload and adds it; what cannot go in one batch with it is sent before. */
  @SuppressWarnings("ReferenceEquality") // the same entry of one table, not one like it
  void add(
      TunnelTable.Path to, OutboundSa sa, MemorySegment from, long payloadAt, int payloadBytes) {
    int sealed = Esp.sealedBytes(payloadBytes);
    if (segments > 0
        && (to != path
            || sealed > segmentBytes
            || segments == MAX_SEGMENTS
            || bytes + sealed > MAX_BYTES)) {
      flush();
    }
    if (segments == 0) {
      path = to;
      segmentBytes = sealed;
    }
    bytes += sa.seal(from, payloadAt, payloadBytes, packets, bytes);
    segments++;
    if (sealed < segmentBytes) {
      flush();
    }
  }

  /** Sends what there is. */
  void flush() {
    if (segments == 0 || path == null) {
      return;
    }
    if (segments == 1 || !segmentation) {
      oneByOne(path);
    } else {
      long sent = send(path, 0, bytes, segmentBytes);
      if (sent == -Errno.EIO) {
        // The link computes no checksums, and without that the kernel cuts nothing apart.
        segmentation = false;
        oneByOne(path);
      } else if (sent == -Errno.EINVAL) {
        // Too big for the link, says Linux 6.1 like this: single packets tell why.
        oneByOne(path);
      } else {
        count(path, sent, segments, bytes);
      }
    }
    segments = 0;
    bytes = 0;
    path = null;
  }

  private void oneByOne(TunnelTable.Path to) {
    for (int at = 0; at < bytes; at += segmentBytes) {
      int length = Math.min(segmentBytes, bytes - at);
      count(to, send(to, at, length, 0), 1, length);
    }
  }

  /** {@code size} 0: one datagram. */
  private long send(TunnelTable.Path to, int at, int length, int size) {
    header.set(JAVA_LONG, 0, to.sockaddr().address());
    header.set(JAVA_INT, 8, (int) to.sockaddr().byteSize());
    vector.set(JAVA_LONG, 0, packets.address() + at);
    vector.set(JAVA_LONG, 8, length);
    header.set(JAVA_LONG, 32, size == 0 ? 0 : control.address());
    header.set(JAVA_LONG, 40, size == 0 ? 0 : CONTROL_BYTES);
    control.set(JAVA_SHORT, 16, (short) size);
    return Sockets.trySendmsg(socket, header, 0);
  }

  private void count(TunnelTable.Path to, long sent, int count, int length) {
    PeerCounters peer = to.counters();
    if (sent >= 0) {
      PeerCounters.add(peer.txPackets, count);
      PeerCounters.add(peer.txBytes, length);
    } else if (sent == -Errno.EMSGSIZE) {
      drops.add(
          DropCause.TOO_BIG,
          count,
          peer,
          segmentBytes + " bytes of ESP are more than the underlay's MTU lets through");
    } else {
      drops.add(
          DropCause.SEND_FAILED,
          count,
          peer,
          "the underlay refused a packet: " + Errno.name((int) -sent));
    }
  }
}
