package io.weft.vxlan.driver;

import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.Libc;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.SocketAddresses;
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
    int fd = Libc.socket(SocketAddresses.family(local), Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      Libc.bind(fd, SocketAddresses.encode(arena, local, port));
      Libc.setsockopt(fd, SOL_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP);
      return new EncapsulationSocket(fd);
    } catch (LibcException e) {
      Libc.close(fd);
      if (e.errno() == Errno.EADDRINUSE) {
        throw new PortTakenException(port, "another socket", Setting.ESP_UDP_PORT);
      }
      throw e;
    }
  }

  @Override
  public void close() {
    Libc.close(fd);
  }
}
