package io.weft.vxlan.driver;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.SocketAddresses;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.net.InetAddress;

/**
 * The UDP socket through which the kernel takes ESP in UDP (linux/udp.h, UDP_ENCAP). Datagrams that
 * are ESP never reach its reader; it only has to be open.
 */
final class EncapsulationSocket implements AutoCloseable {
  private static final int SOL_UDP = 17;
  private static final int UDP_ENCAP = 100;
  private static final int UDP_ENCAP_ESPINUDP = 2;

  private final int fd;

  private EncapsulationSocket(int fd) {
    this.fd = fd;
  }

  static EncapsulationSocket open(InetAddress local, int port) {
    int fd =
        Sockets.socket(SocketAddresses.family(local), Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      Sockets.bind(fd, SocketAddresses.encode(arena, local, port));
      Sockets.setsockopt(fd, SOL_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP);
      return new EncapsulationSocket(fd);
    } catch (LibcException e) {
      Descriptors.close(fd);
      if (e.errno() == Errno.EADDRINUSE) {
        throw new PortTakenException(port, "another socket", Setting.ESP_UDP_PORT);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    Descriptors.close(fd);
  }
}
