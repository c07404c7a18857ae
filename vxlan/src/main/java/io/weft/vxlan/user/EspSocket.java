package io.weft.vxlan.user;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.SocketAddresses;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;

/** The UDP socket for ESP (RFC 3948), bound to the host's underlay address. */
final class EspSocket implements AutoCloseable {
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVBUF = 8;
  private static final int SO_SNDTIMEO = 21;
  private static final int SO_SNDBUFFORCE = 32;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SOL_UDP = 17;
  private static final int UDP_GRO = 104;
  private static final int IPPROTO_IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_MTU_DISCOVER = 23;
  private static final int IPV6_V6ONLY = 26;

  /** DF set, and no path MTU believed that anybody could have forged (ip(7)). */
  private static final int PMTUDISC_PROBE = 3;

  private static final int BUFFER_BYTES = 4 << 20;

  /** A link that takes nothing for so long loses packets, and does not stop the encryptor. */
  private static final long SEND_LIMIT_MICROS = 100_000;

  private final int fd;

  private EspSocket(int fd) {
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  /**
   * Opens it in the calling thread's network namespace.
   *
   * @throws LibcException from bind(2) when the port is taken or the address is not this host's
   */
  static EspSocket open(InetAddress local, int port) {
    boolean six = local instanceof Inet6Address;
    EspSocket made =
        new EspSocket(
            Sockets.socket(
                SocketAddresses.family(local), Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0));
    try (Arena arena = Arena.ofConfined()) {
      if (six) {
        Sockets.setsockopt(made.fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        Sockets.setsockopt(made.fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_PROBE);
      } else {
        Sockets.setsockopt(made.fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_PROBE);
        // A checksum that RFC 3948, section 2.1, would rather have zero: UDP_SEGMENT needs it,
        // links
        // compute it, and a receiver must not mind.
      }
      // Before Linux 5.0 there is none; datagrams come one by one then.
      int _ =
          Sockets.trySetsockopt(
              made.fd, SOL_UDP, UDP_GRO, arena.allocateFrom(ValueLayout.JAVA_INT, 1));
      made.buffer(arena, SO_RCVBUFFORCE, SO_RCVBUF);
      made.buffer(arena, SO_SNDBUFFORCE, SO_SNDBUF);
      MemorySegment limit = arena.allocate(16, 8);
      limit.set(ValueLayout.JAVA_LONG, 8, SEND_LIMIT_MICROS);
      Sockets.setsockopt(made.fd, SOL_SOCKET, SO_SNDTIMEO, limit);
      Sockets.bind(made.fd, SocketAddresses.encode(arena, local, port));
      return made;
    } catch (RuntimeException | Error e) {
      made.close();
      throw e;
    }
  }

  /** Beyond the system's limit where we may, else as much as it grants. */
  private void buffer(Arena arena, int force, int ask) {
    MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, BUFFER_BYTES);
    if (Sockets.trySetsockopt(fd, SOL_SOCKET, force, size) < 0) {
      Sockets.setsockopt(fd, SOL_SOCKET, ask, size);
    }
  }

  @Override
  public void close() {
    Descriptors.close(fd);
  }
}
