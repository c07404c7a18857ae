package io.weft.node.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.SocketAddresses;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Sends ICMP echo requests (RFC 792) out of a network namespace. The kernel on the other side
 * answers, so nothing has to run there. Not safe for use by several threads at once.
 */
public final class Ping implements AutoCloseable {
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int IPPROTO_ICMP = 1;
  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REPLY = 0;
  private static final int ICMP_HEADER_BYTES = 8;
  private static final int MAX_PACKET_BYTES = 65_536;

  /** What an IPv4 packet of an echo has around its payload. */
  public static final int OVERHEAD_BYTES = 20 + ICMP_HEADER_BYTES;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment receiveBuffer = arena.allocate(MAX_PACKET_BYTES, 8);
  private final int fd;
  private final int identifier = ThreadLocalRandom.current().nextInt(1, 0xffff);
  private int sequence;

  /** Opens a raw socket in that namespace; it stays there whichever thread uses it. */
  public Ping(NetworkNamespace namespace) {
    fd =
        namespace.call(
            () ->
                Sockets.socket(
                    Sockets.AF_INET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, IPPROTO_ICMP));
  }

  /**
   * Sends one echo request and waits for its reply.
   *
   * @param payloadBytes what the request carries beside its header
   * @return the round trip in milliseconds, empty when no reply came in time
   */
  public OptionalDouble once(InetAddress to, int payloadBytes, int timeoutMillis) {
    long startNanos = System.nanoTime();
    long deadlineNanos = startNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    OptionalInt sent = send(to, payloadBytes);
    while (sent.isPresent()) {
      OptionalInt answered = receive(deadlineNanos - System.nanoTime());
      long nowNanos = System.nanoTime();
      if (answered.equals(sent)) {
        return OptionalDouble.of((nowNanos - startNanos) / 1e6);
      }
      if (nowNanos - deadlineNanos >= 0) {
        break;
      }
    }
    return OptionalDouble.empty();
  }

  /**
   * Sends one echo request.
   *
   * @param payloadBytes what it carries beside its header
   * @return its sequence number; empty when it could not be sent, for want of a route for example
   */
  OptionalInt send(InetAddress to, int payloadBytes) {
    sequence = sequence + 1 & 0xffff;
    try (Arena local = Arena.ofConfined()) {
      byte[] request = request(payloadBytes);
      MemorySegment bytes = local.allocate(request.length, 8);
      MemorySegment.copy(request, 0, bytes, JAVA_BYTE, 0, request.length);
      MemorySegment address = SocketAddresses.encode(local, to, 0);
      return Sockets.trySendto(fd, bytes, request.length, 0, address) < 0
          ? OptionalInt.empty()
          : OptionalInt.of(sequence);
    }
  }

  /**
   * Waits for one packet.
   *
   * @return the sequence number of the request that it answers; empty when none came in time, or
   *     another's
   */
  OptionalInt receive(long timeoutNanos) {
    // A timeout of zero would mean none at all (socket(7)).
    long micros = Math.max(1, TimeUnit.NANOSECONDS.toMicros(timeoutNanos));
    try (Arena local = Arena.ofConfined()) {
      MemorySegment timeout = local.allocate(16, 8);
      timeout.set(JAVA_LONG, 0, micros / 1_000_000);
      timeout.set(JAVA_LONG, 8, micros % 1_000_000);
      Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
      long length = Sockets.tryRecvfrom(fd, receiveBuffer, MAX_PACKET_BYTES, 0, null, null);
      return length > 0 ? answered(receiveBuffer.asSlice(0, length)) : OptionalInt.empty();
    }
  }

  private OptionalInt answered(MemorySegment packet) {
    int headerBytes = (packet.get(JAVA_BYTE, 0) & 0xf) * 4;
    if (packet.byteSize() < headerBytes + ICMP_HEADER_BYTES) {
      return OptionalInt.empty();
    }
    ByteBuffer icmp = packet.asSlice(headerBytes).asByteBuffer();
    return icmp.get(0) == ECHO_REPLY && Short.toUnsignedInt(icmp.getShort(4)) == identifier
        ? OptionalInt.of(Short.toUnsignedInt(icmp.getShort(6)))
        : OptionalInt.empty();
  }

  private byte[] request(int payloadBytes) {
    ByteBuffer icmp = ByteBuffer.allocate(ICMP_HEADER_BYTES + payloadBytes);
    icmp.put((byte) ECHO_REQUEST).put((byte) 0).putShort((short) 0);
    icmp.putShort((short) identifier).putShort((short) sequence);
    while (icmp.hasRemaining()) {
      icmp.put((byte) icmp.position());
    }
    icmp.putShort(2, checksum(icmp.array()));
    return icmp.array();
  }

  /** The Internet checksum (RFC 1071). */
  static short checksum(byte[] octets) {
    int sum = 0;
    for (int i = 0; i < octets.length; i++) {
      sum += (octets[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }

  @Override
  public void close() {
    Descriptors.close(fd);
    arena.close();
  }
}
