package io.weft.node.acceptance;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netns.NetworkNamespace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Records every frame of every device of a namespace, coming and going (packet(7)). */
final class WireTap implements AutoCloseable {
  private static final short ETH_P_ALL = 0x0003;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int SO_RCVTIMEO = 20;
  private static final int BUFFER_BYTES = 16 << 20;
  private static final int MAX_FRAME_BYTES = 1 << 17;
  private static final int MAX_FRAMES = 200_000;
  private static final int POLL_MICROS = 100_000;
  private static final int LINK_ADDRESS_BYTES = 20;
  private static final int PACKET_OUTGOING = 4;

  /** One frame with its Ethernet header, on some device. */
  @SuppressWarnings("ArrayRecordComponent") // looked into, never compared
  record Frame(int device, boolean outgoing, byte[] bytes) {
    boolean contains(byte[] run) {
      return indexOf(bytes, run) >= 0;
    }
  }

  private final Arena arena = Arena.ofShared();
  private final int fd;
  private final List<Frame> frames = new ArrayList<>();
  private final Thread thread;
  private volatile boolean closed;

  WireTap(NetworkNamespace namespace) {
    int networkOrder = Short.reverseBytes(ETH_P_ALL) & 0xffff;
    fd =
        namespace.call(
            () ->
                Sockets.socket(
                    Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, networkOrder));
    MemorySegment size = arena.allocate(JAVA_INT);
    size.set(JAVA_INT, 0, BUFFER_BYTES);
    // In a user namespace the kernel's own limit has to do.
    int forced = Sockets.trySetsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, size);
    MemorySegment timeout = arena.allocate(16, 8);
    timeout.set(java.lang.foreign.ValueLayout.JAVA_LONG, 8, POLL_MICROS);
    Sockets.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
    thread =
        Thread.ofPlatform()
            .name("weft-acc-tap" + (forced == 0 ? "" : "-small"))
            .daemon(true)
            .start(this::record);
  }

  private void record() {
    MemorySegment buffer = arena.allocate(MAX_FRAME_BYTES, 8);
    MemorySegment address = arena.allocate(LINK_ADDRESS_BYTES, 8);
    MemorySegment length = arena.allocate(JAVA_INT);
    while (!closed) {
      length.set(JAVA_INT, 0, LINK_ADDRESS_BYTES);
      long read = Sockets.tryRecvfrom(fd, buffer, MAX_FRAME_BYTES, 0, address, length);
      if (read > 0) {
        byte[] bytes = buffer.asSlice(0, read).toArray(JAVA_BYTE);
        boolean outgoing = address.get(JAVA_BYTE, 10) == PACKET_OUTGOING;
        synchronized (frames) {
          if (frames.size() < MAX_FRAMES) {
            frames.add(new Frame(address.get(JAVA_INT, 4), outgoing, bytes));
          }
        }
      }
    }
  }

  /** All frames up to now. */
  List<Frame> frames() {
    synchronized (frames) {
      return List.copyOf(frames);
    }
  }

  /** How many frames there are up to now. */
  int mark() {
    synchronized (frames) {
      return frames.size();
    }
  }

  /** The frames that came in, not those that went out, and hold these bytes. */
  long received(byte[] run) {
    return frames().stream().filter(frame -> !frame.outgoing() && frame.contains(run)).count();
  }

  /** Sends a frame out of a device, as it is. */
  void inject(int device, byte[] frame) {
    try (Arena local = Arena.ofConfined()) {
      MemorySegment address = local.allocate(LINK_ADDRESS_BYTES, 8);
      address.set(JAVA_SHORT, 0, (short) Sockets.AF_PACKET);
      address.set(
          JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN),
          2,
          (short) (((frame[12] & 0xff) << 8) | (frame[13] & 0xff)));
      address.set(JAVA_INT, 4, device);
      address.set(JAVA_BYTE, 11, (byte) 6);
      MemorySegment.copy(frame, 0, address, JAVA_BYTE, 12, 6);
      MemorySegment bytes = local.allocate(frame.length, 8);
      MemorySegment.copy(frame, 0, bytes, JAVA_BYTE, 0, frame.length);
      long unused = Sockets.sendto(fd, bytes, frame.length, 0, address);
      assert unused == frame.length;
    }
  }

  static int indexOf(byte[] all, byte[] run) {
    for (int at = 0; at + run.length <= all.length; at++) {
      int same = 0;
      while (same < run.length && all[at + same] == run[same]) {
        same++;
      }
      if (same == run.length) {
        return at;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Descriptors.close(fd);
    arena.close();
  }
}
