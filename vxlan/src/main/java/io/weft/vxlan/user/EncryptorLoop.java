package io.weft.vxlan.user;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.esp.Esp;
import io.weft.vxlan.esp.EspVerdict;
import io.weft.vxlan.esp.InboundSa;
import io.weft.vxlan.esp.OutboundSa;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.Libc;
import io.weft.vxlan.ffi.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The encryptor's one thread: packets from the TAP to the socket and back, each run to completion.
 * Everything it reads of others is the published {@link TunnelTable}; everything it writes for
 * others are counters. Packets stay in one buffer each way: headers are written around the payload
 * where it lies.
 */
final class EncryptorLoop {
  /** How many packets one direction may take before the other gets its turn. */
  private static final int BURST = 64;

  private static final int BUFFER_BYTES = 68 * 1024;

  /** Where a frame or a datagram is read to: room in front for the headers that it will get. */
  private static final int READ_AT = 128;

  private static final int ETHERNET_BYTES = 14;
  private static final int UDP_BYTES = 8;
  private static final int VXLAN_BYTES = 8;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;
  private static final int ETHERTYPE_IPV4 = 0x0800;
  private static final int ETHERTYPE_IPV6 = 0x86dd;
  private static final int PROTOCOL_UDP = 17;
  private static final int DEFAULT_HOPS = 64;
  private static final int DONT_FRAGMENT = 0x4000;

  private static final ValueLayout.OfShort NET16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NET32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong NET64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final int tap;
  private final int socket;
  private final int wake;
  private final boolean six;
  private final long localHigh;
  private final long localLow;
  private final int vxlanPort;
  private final MemorySegment out;
  private final MemorySegment in;
  private final MemorySegment sender;
  private final MemorySegment senderLength;
  private final MemorySegment polled;
  private final MemorySegment woken;
  private final AtomicLongArray drops = new AtomicLongArray(DropCause.values().length);
  private volatile TunnelTable table = TunnelTable.empty();
  private volatile boolean stopping;

  /** Takes descriptors, owns none of them; the arena must outlive the loop. */
  EncryptorLoop(Arena arena, int tap, int socket, int wake, InetAddress local, int vxlanPort) {
    this.tap = tap;
    this.socket = socket;
    this.wake = wake;
    this.vxlanPort = vxlanPort;
    six = local instanceof Inet6Address;
    localHigh = AddressTable.high(local);
    localLow = AddressTable.low(local);
    out = arena.allocate(BUFFER_BYTES, 64);
    in = arena.allocate(BUFFER_BYTES, 64);
    sender = arena.allocate(SocketAddresses.INET6_BYTES, 8);
    senderLength = arena.allocate(JAVA_INT);
    polled = arena.allocate(3 * 8L, 8);
    woken = arena.allocate(8, 8);
  }

  void publish(TunnelTable next) {
    table = next;
  }

  void stop() {
    stopping = true;
  }

  long drops(DropCause cause) {
    return drops.get(index(cause));
  }

  @SuppressWarnings("EnumOrdinal") // an index into an array of the enum's own size
  private static int index(DropCause cause) {
    return cause.ordinal();
  }

  private void drop(DropCause cause) {
    drops.setOpaque(index(cause), drops.getPlain(index(cause)) + 1);
  }

  private void drop(DropCause cause, PeerCounters peer, String error) {
    drop(cause);
    peer.lastError = error;
  }

  /** Runs until stopped; throws when a descriptor is broken for good. */
  void run() {
    int[] descriptors = {tap, socket, wake};
    for (int i = 0; i < descriptors.length; i++) {
      polled.set(JAVA_INT, 8L * i, descriptors[i]);
      polled.set(JAVA_SHORT, 8L * i + 4, (short) Libc.POLLIN);
    }
    while (!stopping) {
      TunnelTable now = table;
      boolean moved = fromSocket(now);
      moved |= fromTap(now);
      if (!moved) {
        int ready = Libc.tryPoll(polled, descriptors.length, -1);
        if (ready < 0 && ready != -Errno.EINTR) {
          throw new IllegalStateException("poll: " + Errno.name(-ready));
        }
        if (polled.get(JAVA_SHORT, 2 * 8L + 6) != 0) {
          long _ = Libc.tryRead(wake, woken, 8);
        }
      }
    }
  }

  private boolean fromTap(TunnelTable now) {
    for (int i = 0; i < BURST; i++) {
      long read = Libc.tryRead(tap, out.asSlice(READ_AT), BUFFER_BYTES - READ_AT - Esp.TAIL_BYTES);
      if (read < 0) {
        if (TapDevice.isTemporary(read)) {
          return i > 0;
        }
        throw new IllegalStateException(
            "the encryptor's device is gone: " + Errno.name((int) -read));
      }
      outgoing(now, (int) read);
    }
    return true;
  }

  /** One Ethernet frame at READ_AT: find the UDP header, then the tunnel. */
  private void outgoing(TunnelTable now, int length) {
    if (length < ETHERNET_BYTES + IPV4_BYTES + UDP_BYTES) {
      drop(DropCause.NOT_OVERLAY);
      return;
    }
    int type = Short.toUnsignedInt(out.get(NET16, READ_AT + 12));
    long ip = READ_AT + ETHERNET_BYTES;
    int rest = length - ETHERNET_BYTES;
    if (type == ETHERTYPE_IPV4 && !six) {
      int first = out.get(JAVA_BYTE, ip);
      int header = (first & 0xf) * 4;
      if (first >> 4 != 4 || out.get(JAVA_BYTE, ip + 9) != PROTOCOL_UDP || header < IPV4_BYTES) {
        drop(DropCause.NOT_OVERLAY);
      } else if ((out.get(NET16, ip + 6) & 0x3fff) != 0) {
        drop(DropCause.FRAGMENT);
      } else {
        long low = AddressTable.IPV4_LOW | Integer.toUnsignedLong(out.get(NET32, ip + 16));
        seal(now, AddressTable.IPV4_HIGH, low, ip + header, rest - header);
      }
    } else if (type == ETHERTYPE_IPV6 && six) {
      int next = Byte.toUnsignedInt(out.get(JAVA_BYTE, ip + 6));
      if (rest < IPV6_BYTES + UDP_BYTES || next != PROTOCOL_UDP) {
        // 44 is the fragment header (RFC 8200, section 4.5).
        drop(next == 44 ? DropCause.FRAGMENT : DropCause.NOT_OVERLAY);
      } else {
        seal(
            now,
            out.get(NET64, ip + 24),
            out.get(NET64, ip + 32),
            ip + IPV6_BYTES,
            rest - IPV6_BYTES);
      }
    } else {
      drop(DropCause.NOT_OVERLAY);
    }
  }

  private void seal(TunnelTable now, long high, long low, long udp, int rest) {
    if (rest < UDP_BYTES + VXLAN_BYTES) {
      drop(DropCause.TRUNCATED);
      return;
    }
    int length = Short.toUnsignedInt(out.get(NET16, udp + 4));
    if (length > rest || length < UDP_BYTES + VXLAN_BYTES) {
      drop(DropCause.TRUNCATED);
      return;
    }
    if (Short.toUnsignedInt(out.get(NET16, udp + 2)) != vxlanPort) {
      drop(DropCause.NOT_OVERLAY);
      return;
    }
    TunnelTable.Path path = now.outbound().get(high, low);
    if (path == null) {
      drop(DropCause.NO_TUNNEL);
      return;
    }
    OutboundSa sa = path.sa();
    if (sa == null) {
      drop(DropCause.NO_KEY, path.counters(), "no key for sending has been agreed yet");
      return;
    }
    int sealed = sa.seal(out, udp, length);
    long sent =
        Libc.trySendto(
            socket, out.asSlice(udp - Esp.HEADER_BYTES, sealed), sealed, 0, path.sockaddr());
    if (sent < 0) {
      String error = Errno.name((int) -sent);
      if (sent == -Errno.EMSGSIZE) {
        drop(
            DropCause.TOO_BIG,
            path.counters(),
            sealed + " bytes of ESP are more than the underlay's MTU lets through");
      } else {
        drop(DropCause.SEND_FAILED, path.counters(), "the underlay refused a packet: " + error);
      }
      return;
    }
    PeerCounters.add(path.counters().txPackets, 1);
    PeerCounters.add(path.counters().txBytes, sealed);
  }

  private boolean fromSocket(TunnelTable now) {
    for (int i = 0; i < BURST; i++) {
      senderLength.set(JAVA_INT, 0, SocketAddresses.INET6_BYTES);
      long read =
          Libc.tryRecvfrom(
              socket,
              in.asSlice(READ_AT),
              BUFFER_BYTES - READ_AT,
              Libc.MSG_DONTWAIT,
              sender,
              senderLength);
      if (read < 0) {
        if (read == -Errno.EBADF) {
          throw new IllegalStateException("the encryptor's socket is gone");
        }
        // Anything else is about a packet of the past (ICMP errors): poll says when there is more.
        return i > 0;
      }
      incoming(now, (int) read);
    }
    return true;
  }

  /** One datagram at READ_AT. */
  private void incoming(TunnelTable now, int length) {
    if (length == 1 && in.get(JAVA_BYTE, READ_AT) == (byte) 0xff) {
      drop(DropCause.KEEPALIVE);
      return;
    }
    if (length < Esp.HEADER_BYTES + Esp.ICV_BYTES) {
      drop(DropCause.MALFORMED);
      return;
    }
    int spi = in.get(NET32, READ_AT);
    if (spi == 0) {
      drop(DropCause.NON_ESP_MARKER);
      return;
    }
    TunnelTable.Entrance entrance = now.inbound().get(spi);
    if (entrance == null) {
      drop(DropCause.UNKNOWN_SPI);
      return;
    }
    if (!isFrom(entrance)) {
      drop(DropCause.WRONG_SOURCE);
      return;
    }
    PeerCounters peer = entrance.counters();
    InboundSa sa = entrance.sa();
    EspVerdict verdict = sa.open(in, READ_AT, length);
    switch (verdict) {
      case ACCEPTED -> deliver(entrance, sa.payloadBytes(), length);
      case DUMMY -> drop(DropCause.DUMMY);
      case MALFORMED -> drop(DropCause.MALFORMED);
      case REPLAYED -> {
        PeerCounters.add(peer.replayDrops, 1);
        drop(DropCause.REPLAYED, peer, "a replayed packet was dropped");
      }
      case NOT_AUTHENTIC -> {
        PeerCounters.add(peer.authDrops, 1);
        drop(DropCause.NOT_AUTHENTIC, peer, "a packet that is not authentic was dropped");
      }
      case BAD_PADDING, BAD_NEXT_HEADER -> drop(DropCause.BAD_PAYLOAD);
    }
  }

  private boolean isFrom(TunnelTable.Entrance entrance) {
    if (six) {
      return sender.get(NET64, 8) == entrance.high() && sender.get(NET64, 16) == entrance.low();
    }
    long low = AddressTable.IPV4_LOW | Integer.toUnsignedLong(sender.get(NET32, 4));
    return entrance.high() == AddressTable.IPV4_HIGH && entrance.low() == low;
  }

  /** Writes IP and Ethernet headers before the opened payload, and gives it to the TAP. */
  private void deliver(TunnelTable.Entrance from, int payload, int espBytes) {
    long udp = READ_AT + Esp.HEADER_BYTES;
    int length = payload < UDP_BYTES ? 0 : Short.toUnsignedInt(in.get(NET16, udp + 4));
    // Behind the UDP datagram there may be traffic-flow padding (RFC 4303, section 2.7).
    if (length < UDP_BYTES + VXLAN_BYTES
        || length > payload
        || Short.toUnsignedInt(in.get(NET16, udp + 2)) != vxlanPort) {
      drop(DropCause.BAD_PAYLOAD);
      return;
    }
    // The ICV has vouched for it; the addresses under the checksum may be another NAT's.
    in.set(NET16, udp + 6, (short) 0);
    long ip = six ? ipv6(from, udp, length) : ipv4(from, udp, length);
    long frame = ip - ETHERNET_BYTES;
    mac(frame, TapDevice.OWN_MAC);
    mac(frame + 6, TapDevice.FAR_MAC);
    in.set(NET16, frame + 12, (short) (six ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4));
    long bytes = udp + length - frame;
    long written = Libc.tryWrite(tap, in.asSlice(frame, bytes), bytes);
    if (written < 0) {
      drop(DropCause.TAP_FAILED);
      return;
    }
    PeerCounters.add(from.counters().rxPackets, 1);
    PeerCounters.add(from.counters().rxBytes, espBytes);
  }

  private void mac(long at, long bits) {
    in.set(NET16, at, (short) (bits >>> 32));
    in.set(NET32, at + 2, (int) bits);
  }

  private long ipv4(TunnelTable.Entrance from, long udp, int length) {
    long ip = udp - IPV4_BYTES;
    in.set(NET16, ip, (short) 0x4500);
    in.set(NET16, ip + 2, (short) (IPV4_BYTES + length));
    in.set(NET16, ip + 4, (short) 0);
    in.set(NET16, ip + 6, (short) DONT_FRAGMENT);
    in.set(NET16, ip + 8, (short) (DEFAULT_HOPS << 8 | PROTOCOL_UDP));
    in.set(NET16, ip + 10, (short) 0);
    in.set(NET32, ip + 12, (int) from.low());
    in.set(NET32, ip + 16, (int) localLow);
    int sum = 0;
    for (int i = 0; i < IPV4_BYTES; i += 2) {
      sum += Short.toUnsignedInt(in.get(NET16, ip + i));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    in.set(NET16, ip + 10, (short) ~sum);
    return ip;
  }

  private long ipv6(TunnelTable.Entrance from, long udp, int length) {
    long ip = udp - IPV6_BYTES;
    in.set(NET32, ip, 0x6000_0000);
    in.set(NET16, ip + 4, (short) length);
    in.set(NET16, ip + 6, (short) (PROTOCOL_UDP << 8 | DEFAULT_HOPS));
    in.set(NET64, ip + 8, from.high());
    in.set(NET64, ip + 16, from.low());
    in.set(NET64, ip + 24, localHigh);
    in.set(NET64, ip + 32, localLow);
    return ip;
  }
}
