package io.weft.vxlan.user;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.vxlan.ffi.SocketAddresses;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Takes many datagrams from the socket by one system call, each of which may be several that came
 * in a row from one sender and have one length (UDP_GRO, udp(7)); only the last may be shorter.
 */
final class Receiver {
  /** How many the kernel hands over at once. */
  static final int MESSAGES = 8;

  private static final int BUFFER_BYTES = 65_536;

  /** struct mmsghdr: a msghdr, and the length at 56. */
  private static final int MESSAGE_BYTES = 64;

  private static final int LENGTH_AT = 56;
  private static final int CONTROL_BYTES = 64;
  private static final int SOL_UDP = 17;
  private static final int UDP_GRO = 104;
  private static final int CMSG_BYTES = 20;

  private final int socket;
  private final MemorySegment messages;
  private final MemorySegment vectors;
  private final MemorySegment controls;
  private final MemorySegment senders;
  private final MemorySegment[] buffers = new MemorySegment[MESSAGES];

  Receiver(Arena arena, int socket) {
    this.socket = socket;
    messages = arena.allocate((long) MESSAGES * MESSAGE_BYTES, 8);
    vectors = arena.allocate(MESSAGES * 16L, 8);
    controls = arena.allocate((long) MESSAGES * CONTROL_BYTES, 8);
    senders = arena.allocate((long) MESSAGES * SocketAddresses.INET6_BYTES, 8);
    for (int i = 0; i < MESSAGES; i++) {
      buffers[i] = arena.allocate(BUFFER_BYTES, 64);
      vectors.set(JAVA_LONG, i * 16L, buffers[i].address());
      vectors.set(JAVA_LONG, i * 16L + 8, BUFFER_BYTES);
      long at = (long) i * MESSAGE_BYTES;
      messages.set(JAVA_LONG, at, senders.address() + (long) i * SocketAddresses.INET6_BYTES);
      messages.set(JAVA_LONG, at + 16, vectors.address() + i * 16L);
      messages.set(JAVA_LONG, at + 24, 1);
      messages.set(JAVA_LONG, at + 32, controls.address() + (long) i * CONTROL_BYTES);
    }
  }

  /**
   * Takes what is there.
   *
   * @return how many messages, or the error number negated
   */
  int receive() {
    for (int i = 0; i < MESSAGES; i++) {
      // The kernel shortens both to what it wrote.
      messages.set(JAVA_INT, (long) i * MESSAGE_BYTES + 8, SocketAddresses.INET6_BYTES);
      messages.set(JAVA_LONG, (long) i * MESSAGE_BYTES + 40, CONTROL_BYTES);
    }
    return Sockets.tryRecvmmsg(socket, messages, MESSAGES, Sockets.MSG_DONTWAIT);
  }

  MemorySegment buffer(int message) {
    return buffers[message];
  }

  /** Bytes in all datagrams of the message. */
  int length(int message) {
    return messages.get(JAVA_INT, (long) message * MESSAGE_BYTES + LENGTH_AT);
  }

  /** Bytes in each datagram of the message but the last. */
  int size(int message) {
    long control = (long) message * CONTROL_BYTES;
    boolean several =
        messages.get(JAVA_LONG, (long) message * MESSAGE_BYTES + 40) >= CMSG_BYTES
            && controls.get(JAVA_INT, control + 8) == SOL_UDP
            && controls.get(JAVA_INT, control + 12) == UDP_GRO;
    return several ? controls.get(JAVA_INT, control + 16) : length(message);
  }

  /** Whether the message is from the address of the peer. */
  boolean isFrom(int message, TunnelTable.Entrance peer, boolean six) {
    long at = (long) message * SocketAddresses.INET6_BYTES;
    if (six) {
      return senders.get(Packets.NET64, at + 8) == peer.high()
          && senders.get(Packets.NET64, at + 16) == peer.low();
    }
    long low = AddressTable.IPV4_LOW | Integer.toUnsignedLong(senders.get(Packets.NET32, at + 4));
    return peer.high() == AddressTable.IPV4_HIGH && peer.low() == low;
  }
}
