package io.weft.vxlan.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** A packet socket on one link: sees every frame that passes it, and can send any (packet(7)). */
final class RawLink implements AutoCloseable {
  private static final int ETH_P_ALL = 3;
  private static final int SOCKADDR_LL_BYTES = 20;
  private static final int FRAME_BYTES = 65_600;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_RCVBUF = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment buffer = arena.allocate(FRAME_BYTES);
  private final int fd;

  private RawLink(int fd) {
    this.fd = fd;
  }

  static RawLink open(NetworkNamespace in, String device) {
    return in.call(
        () -> {
          int protocol = Short.toUnsignedInt(Short.reverseBytes((short) ETH_P_ALL));
          int fd =
              Sockets.socket(Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_NONBLOCK, protocol);
          try (Arena once = Arena.ofConfined()) {
            MemorySegment size = once.allocateFrom(ValueLayout.JAVA_INT, 16 << 20);
            if (Sockets.trySetsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size) < 0) {
              Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, size);
            }
            MemorySegment address = once.allocate(SOCKADDR_LL_BYTES, 8);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) Sockets.AF_PACKET);
            address.set(
                ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) ETH_P_ALL);
            address.set(ValueLayout.JAVA_INT, 4, Sockets.ifNameToIndex(device));
            Sockets.bind(fd, address);
          }
          return new RawLink(fd);
        });
  }

  /** All frames since the last call. */
  List<byte[]> drain() {
    List<byte[]> frames = new ArrayList<>();
    while (true) {
      long read = Descriptors.tryRead(fd, buffer, FRAME_BYTES);
      if (read < 0) {
        return frames;
      }
      frames.add(buffer.asSlice(0, read).toArray(JAVA_BYTE));
    }
  }

  void send(byte[] frame) {
    MemorySegment.copy(frame, 0, buffer, JAVA_BYTE, 0, frame.length);
    long _ = Descriptors.write(fd, buffer, frame.length);
  }

  @Override
  public void close() {
    Descriptors.close(fd);
    arena.close();
  }
}
