package io.weft.node.lab;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netlink.MessageWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Sends one nf_tables transaction (linux/netfilter/nfnetlink.h). It has to be one datagram, and its
 * first and last message are acknowledged by newer kernels only; so the answers are counted here
 * and not by the general netlink socket.
 */
final class NetfilterBatch {
  private static final int PROTOCOL_NETFILTER = 12;
  private static final int SOCKADDR_NL_BYTES = 12;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDBUF = 7;
  private static final int SO_RCVTIMEO = 20;
  private static final int TIMEOUT_SECONDS = 10;
  private static final int TYPE_ERROR = 2;
  private static final int HEADER_BYTES = 16;
  private static final int RECEIVE_BYTES = 64 * 1024;

  private NetfilterBatch() {}

  /**
   * Commits the messages, or none of them, in the network namespace of the calling thread.
   *
   * @throws LibcException why the kernel refused
   */
  static void commit(List<MessageWriter> messages) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          Sockets.socket(
              Sockets.AF_NETLINK, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, PROTOCOL_NETFILTER);
      try {
        MemorySegment datagram = join(arena, messages);
        MemorySegment timeout = arena.allocate(16, 8);
        timeout.set(JAVA_LONG, 0, TIMEOUT_SECONDS);
        Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
        Sockets.setsockopt(fd, SOL_SOCKET, SO_SNDBUF, (int) (2 * datagram.byteSize()));
        MemorySegment kernel = arena.allocate(SOCKADDR_NL_BYTES, 8);
        kernel.set(JAVA_SHORT, 0, (short) Sockets.AF_NETLINK);
        Sockets.bind(fd, kernel);
        long sent = Sockets.trySendto(fd, datagram, datagram.byteSize(), 0, kernel);
        if (sent < 0) {
          throw new LibcException("send to nf_tables", (int) -sent);
        }
        // Every message but the first and the last asked for an acknowledgement.
        await(arena, fd, messages.size() - 1);
      } finally {
        Descriptors.close(fd);
      }
    }
  }

  private static MemorySegment join(Arena arena, List<MessageWriter> messages) {
    byte[][] parts = new byte[messages.size()][];
    long length = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = messages.get(i).finish(i + 1);
      length += parts[i].length;
    }
    MemorySegment datagram = arena.allocate(length, 8);
    long at = 0;
    for (byte[] part : parts) {
      MemorySegment.copy(part, 0, datagram, JAVA_BYTE, at, part.length);
      at += part.length;
    }
    return datagram;
  }

  /** Waits for the acknowledgement of the last message that asked for one, or for a refusal. */
  private static void await(Arena arena, int fd, int lastSequence) {
    MemorySegment buffer = arena.allocate(RECEIVE_BYTES, 8);
    MemorySegment peer = arena.allocate(SOCKADDR_NL_BYTES, 8);
    MemorySegment peerLength = arena.allocate(JAVA_INT);
    while (true) {
      peerLength.set(JAVA_INT, 0, SOCKADDR_NL_BYTES);
      long length = Sockets.tryRecvfrom(fd, buffer, RECEIVE_BYTES, 0, peer, peerLength);
      if (length == -Errno.EINTR) {
        continue;
      }
      if (length < 0) {
        throw new LibcException("nf_tables does not answer", (int) -length);
      }
      for (long at = 0; at + HEADER_BYTES + Integer.BYTES <= length; ) {
        int size = buffer.get(JAVA_INT, at);
        if (size < HEADER_BYTES) {
          throw new LibcException("nf_tables answers nonsense", Errno.EINVAL);
        }
        if (Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + 4)) == TYPE_ERROR) {
          int error = buffer.get(JAVA_INT, at + HEADER_BYTES);
          if (error != 0) {
            throw new LibcException("nf_tables message " + buffer.get(JAVA_INT, at + 8), -error);
          }
          if (buffer.get(JAVA_INT, at + 8) == lastSequence) {
            return;
          }
        }
        at += size + (-size & 3);
      }
    }
  }
}
