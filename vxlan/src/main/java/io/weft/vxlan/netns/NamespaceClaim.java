package io.weft.vxlan.netns;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.Sockets;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Says that a network namespace's devices are looked after by this process and by no other: the
 * device names are the same for all, so a second one would take the first one's apart. It is a
 * socket with a name in the kernel's abstract space (unix(7)), which each network namespace has of
 * its own, whatever the processes see of the file system, and which goes with the process.
 */
public final class NamespaceClaim implements AutoCloseable {
  private static final int AF_UNIX = 1;

  /** After the family, and the NUL that makes a name abstract (struct sockaddr_un). */
  private static final int NAME_OFFSET = 3;

  private final int fd;

  private NamespaceClaim(int fd) {
    this.fd = fd;
  }

  /**
   * Claims the network namespace that the calling thread is in.
   *
   * @param name what for, in ASCII, at most 107 characters
   * @return empty when another has it
   * @throws LibcException when the kernel refuses for another reason
   */
  public static Optional<NamespaceClaim> take(String name) {
    int fd = Sockets.socket(AF_UNIX, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      MemorySegment address = arena.allocate(NAME_OFFSET + bytes.length, Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(bytes, 0, address, JAVA_BYTE, NAME_OFFSET, bytes.length);
      int bound = Sockets.tryBind(fd, address);
      if (bound == 0) {
        return Optional.of(new NamespaceClaim(fd));
      }
      Descriptors.close(fd);
      if (bound == -Errno.EADDRINUSE) {
        return Optional.empty();
      }
      throw new LibcException("bind", -bound);
    }
  }

  @Override
  public void close() {
    Descriptors.close(fd);
  }
}
