package io.weft.vxlan.user;

import static io.weft.vxlan.user.Packets.ETHERNET_BYTES;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV4;
import static io.weft.vxlan.user.Packets.ETHERTYPE_IPV6;
import static io.weft.vxlan.user.Packets.IPV4_BYTES;
import static io.weft.vxlan.user.Packets.IPV6_BYTES;
import static io.weft.vxlan.user.Packets.NET32;
import static io.weft.vxlan.user.Packets.NET64;
import static io.weft.vxlan.user.Packets.UDP;
import static io.weft.vxlan.user.Packets.UDP_BYTES;
import static io.weft.vxlan.user.Packets.VXLAN_BYTES;
import static io.weft.vxlan.user.Packets.u16;
import static io.weft.vxlan.user.Packets.u8;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.esp.Esp;
import io.weft.vxlan.esp.OutboundSa;
import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The encryptor's one thread: packets from the TAP to the socket and back, each run to completion.
 * Everything it reads of others is the published {@link TunnelTable}; everything it writes for
 * others are counters. Nothing is allocated and nothing is locked on the way.
 *
 * <p>What makes it fast is that a system call and a trip through the kernel's stack carry many
 * packets. Outwards the TAP says that it can segment, so the kernel hands over frames of up to 64
 * KiB; {@link Segmenter} cuts them without moving the payload, {@link SendBatch} seals the pieces
 * side by side and lets the kernel cut them apart again behind its stack (UDP_SEGMENT). Inwards
 * {@link Receiver} takes trains of datagrams as one (UDP_GRO), {@link Coalescer} opens each to
 * where its payload belongs and writes them to the TAP as one frame. Each packet on the wire stays
 * an ESP packet of its own, so that a lost one is one lost packet, and any other ESP can read it.
 * Where the kernel knows no segmentation inside of tunnels (before Linux 6.17) frames are smaller,
 * and everything else is the same.
 */
final class EncryptorLoop {
  /** How many frames one direction may take before the other gets its turn. */
  private static final int BURST = 16;

  private static final int BUFFER_BYTES = 68 * 1024;

  /** Where a frame's header is read to: in the middle of nothing, as headers only get shorter. */
  private static final int READ_AT = 64;

  private static final int FRAME_AT = READ_AT + VnetHeader.BYTES;

  private final int tap;
  private final int socket;
  private final int wake;
  private final boolean six;
  private final int vxlanPort;
  private final MemorySegment out;
  private final MemorySegment outRead;
  private final MemorySegment polled;
  private final MemorySegment woken;
  private final Drops drops = new Drops();
  private final SendBatch batch;
  private final Segmenter segmenter;
  private final Receiver receiver;
  private final Coalescer coalescer;
  private volatile TunnelTable table = TunnelTable.empty();
  private volatile boolean stopping;

  /** Takes descriptors, owns none of them; the arena must outlive the loop. */
  EncryptorLoop(
      Arena arena, TapDevice tap, int socket, int wake, InetAddress local, int vxlanPort) {
    this.tap = tap.fd();
    this.socket = socket;
    this.wake = wake;
    this.vxlanPort = vxlanPort;
    six = local instanceof Inet6Address;
    out = arena.allocate(BUFFER_BYTES, 64);
    outRead = out.asSlice(READ_AT);
    polled = arena.allocate(3 * 8L, 8);
    woken = arena.allocate(8, 8);
    batch = new SendBatch(arena, socket, drops);
    segmenter = new Segmenter(arena, batch);
    receiver = new Receiver(arena, socket);
    TapWriter writer = new TapWriter(tap.fd(), local, drops);
    coalescer = new Coalescer(arena, writer, tap.takesSuperFrames(), vxlanPort, drops);
  }

  void publish(TunnelTable next) {
    table = next;
  }

  void stop() {
    stopping = true;
  }

  long drops(DropCause cause) {
    return drops.of(cause);
  }

  /** Runs until stopped; throws when a descriptor is broken for good. */
  void run() {
    int[] descriptors = {tap, socket, wake};
    for (int i = 0; i < descriptors.length; i++) {
      polled.set(JAVA_INT, 8L * i, descriptors[i]);
      polled.set(JAVA_SHORT, 8L * i + 4, (short) Descriptors.POLLIN);
    }
    while (!stopping) {
      TunnelTable now = table;
      boolean moved = fromSocket(now);
      moved |= fromTap(now);
      if (!moved) {
        int ready = Descriptors.tryPoll(polled, descriptors.length, -1);
        if (ready < 0 && ready != -Errno.EINTR) {
          throw new IllegalStateException("poll: " + Errno.name(-ready));
        }
        if (polled.get(JAVA_SHORT, 2 * 8L + 6) != 0) {
          long _ = Descriptors.tryRead(wake, woken, 8);
        }
      }
    }
  }

  private boolean fromTap(TunnelTable now) {
    int taken = 0;
    for (; taken < BURST; taken++) {
      long read = Descriptors.tryRead(tap, outRead, BUFFER_BYTES - READ_AT - Esp.BEHIND_BYTES);
      if (read < 0) {
        if (TapDevice.isTemporary(read)) {
          break;
        }
        throw new IllegalStateException(
            "the encryptor's device is gone: " + Errno.name((int) -read));
      }
      outgoing(now, READ_AT + read);
    }
    batch.flush();
    return taken > 0;
  }

  /** One frame at FRAME_AT, its VnetHeader before it: find the UDP header, then the tunnel. */
  private void outgoing(TunnelTable now, long end) {
    long ip = FRAME_AT + ETHERNET_BYTES;
    if (end < ip + IPV4_BYTES + UDP_BYTES) {
      drops.add(DropCause.NOT_OVERLAY);
      return;
    }
    int type = u16(out, FRAME_AT + 12);
    if (type == ETHERTYPE_IPV4 && !six) {
      int header = (u8(out, ip) & 0xf) * 4;
      if (u8(out, ip) >> 4 != 4 || u8(out, ip + 9) != UDP || header < IPV4_BYTES) {
        drops.add(DropCause.NOT_OVERLAY);
      } else if ((u16(out, ip + 6) & Packets.IPV4_FRAGMENT_BITS) != 0) {
        drops.add(DropCause.FRAGMENT);
      } else {
        long low = AddressTable.IPV4_LOW | Integer.toUnsignedLong(out.get(NET32, ip + 16));
        seal(now, AddressTable.IPV4_HIGH, low, ip + header, end);
      }
    } else if (type == ETHERTYPE_IPV6 && six) {
      int next = u8(out, ip + 6);
      if (end < ip + IPV6_BYTES + UDP_BYTES || next != UDP) {
        // 44 is the fragment header (RFC 8200, section 4.5).
        drops.add(next == 44 ? DropCause.FRAGMENT : DropCause.NOT_OVERLAY);
      } else {
        seal(now, out.get(NET64, ip + 24), out.get(NET64, ip + 32), ip + IPV6_BYTES, end);
      }
    } else {
      drops.add(DropCause.NOT_OVERLAY);
    }
  }

  private void seal(TunnelTable now, long high, long low, long udp, long end) {
    if (udp + UDP_BYTES + VXLAN_BYTES > end) {
      drops.add(DropCause.TRUNCATED);
      return;
    }
    if (u16(out, udp + 2) != vxlanPort) {
      drops.add(DropCause.NOT_OVERLAY);
      return;
    }
    TunnelTable.Path path = now.outbound().get(high, low);
    if (path == null) {
      drops.add(DropCause.NO_TUNNEL);
      return;
    }
    OutboundSa sa = path.sa();
    if (sa == null) {
      drops.add(DropCause.NO_KEY, 1, path.counters(), "no key for sending has been agreed yet");
      return;
    }
    boolean whole =
        VnetHeader.type(out, READ_AT) == VnetHeader.NO_SEGMENTS
            ? single(path, sa, udp, end)
            : segmenter.split(out, READ_AT, udp, end, path, sa);
    if (!whole) {
      drops.add(DropCause.TRUNCATED);
    }
  }

  private boolean single(TunnelTable.Path path, OutboundSa sa, long udp, long end) {
    int length = u16(out, udp + 4);
    if (udp + length > end || length < UDP_BYTES + VXLAN_BYTES) {
      return false;
    }
    if (VnetHeader.needsChecksum(out, READ_AT)
        && !Segmenter.completeChecksum(out, READ_AT, udp + length)) {
      return false;
    }
    batch.add(path, sa, out, udp, length);
    return true;
  }

  private boolean fromSocket(TunnelTable now) {
    int taken = 0;
    while (taken < BURST) {
      int messages = receiver.receive();
      if (messages <= 0) {
        if (messages == -Errno.EBADF) {
          throw new IllegalStateException("the encryptor's socket is gone");
        }
        // Anything else is about a packet of the past (ICMP errors): poll says when there is more.
        break;
      }
      for (int i = 0; i < messages; i++) {
        incoming(now, i);
      }
      taken += messages;
      if (messages < Receiver.MESSAGES) {
        break;
      }
    }
    coalescer.flush();
    return taken > 0;
  }

  private void incoming(TunnelTable now, int message) {
    MemorySegment in = receiver.buffer(message);
    int length = receiver.length(message);
    int size = Math.max(1, receiver.size(message));
    for (int at = 0; at < length; at += size) {
      datagram(now, message, in, at, Math.min(size, length - at));
    }
  }

  private void datagram(TunnelTable now, int message, MemorySegment in, int at, int length) {
    if (length == 1 && u8(in, at) == 0xff) {
      drops.add(DropCause.KEEPALIVE);
      return;
    }
    if (length < Esp.HEADER_BYTES + Esp.ICV_BYTES) {
      drops.add(DropCause.MALFORMED);
      return;
    }
    int spi = in.get(NET32, at);
    if (spi == 0) {
      drops.add(DropCause.NON_ESP_MARKER);
      return;
    }
    TunnelTable.Entrance entrance = now.inbound().get(spi);
    if (entrance == null) {
      drops.add(DropCause.UNKNOWN_SPI);
    } else if (!receiver.isFrom(message, entrance, six)) {
      drops.add(DropCause.WRONG_SOURCE);
    } else {
      coalescer.take(entrance, in, at, length);
    }
  }
}
