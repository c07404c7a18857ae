package io.weft.vxlan.ffi;

import static io.weft.vxlan.ffi.Downcall.broken;
import static io.weft.vxlan.ffi.Downcall.checked;
import static io.weft.vxlan.ffi.Downcall.handle;
import static io.weft.vxlan.ffi.Downcall.outcome;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** The system calls on sockets, and the numbers they take (include/linux/socket.h). */
public final class Sockets {
  private static final MethodHandle SOCKET =
      handle("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      handle("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CONNECT =
      handle("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle GETSOCKNAME =
      handle("getsockname", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SETSOCKOPT =
      handle(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SENDTO =
      handle(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECVFROM =
      handle(
          "recvfrom",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle SENDMSG =
      handle("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECVMMSG =
      handle(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle IF_NAMETOINDEX =
      handle("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));

  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int AF_PACKET = 17;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_TRUNC = 0x20;

  private Sockets() {}

  public static int socket(int domain, int type, int protocol) {
    return checked(
        "socket",
        Downcall.call((state, memory) -> (int) SOCKET.invokeExact(state, domain, type, protocol)));
  }

  /** bind(2): 0 or -errno; the address's length is the segment's. */
  public static int tryBind(int fd, MemorySegment address) {
    int length = (int) address.byteSize();
    return Downcall.call((state, memory) -> (int) BIND.invokeExact(state, fd, address, length));
  }

  public static void bind(int fd, MemorySegment address) {
    int _ = checked("bind", tryBind(fd, address));
  }

  /** connect(2); the address's length is the segment's. */
  public static void connect(int fd, MemorySegment address) {
    int length = (int) address.byteSize();
    int _ =
        checked(
            "connect",
            Downcall.call(
                (state, memory) -> (int) CONNECT.invokeExact(state, fd, address, length)));
  }

  /** getsockname(2): fills the segment, returns the address's length in bytes. */
  public static int getsockname(int fd, MemorySegment address) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
      int _ =
          checked(
              "getsockname",
              Downcall.call(
                  (state, memory) -> (int) GETSOCKNAME.invokeExact(state, fd, address, length)));
      return length.get(JAVA_INT, 0);
    }
  }

  /** setsockopt(2): 0 or -errno. */
  public static int trySetsockopt(int fd, int level, int option, MemorySegment value) {
    int length = (int) value.byteSize();
    return Downcall.call(
        (state, memory) -> (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length));
  }

  public static void setsockopt(int fd, int level, int option, MemorySegment value) {
    int _ = checked("setsockopt", trySetsockopt(fd, level, option, value));
  }

  public static void setsockopt(int fd, int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
    }
  }

  /** sendto(2): bytes sent, or -errno; a null address sends where the socket is connected to. */
  public static long trySendto(
      int fd, MemorySegment data, long length, int flags, @Nullable MemorySegment address) {
    MemorySegment state = Downcall.state();
    MemorySegment to = orNull(address);
    try {
      return outcome(
          state,
          (long) SENDTO.invokeExact(state, fd, data, length, flags, to, (int) to.byteSize()));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long sendto(
      int fd, MemorySegment data, long length, int flags, @Nullable MemorySegment address) {
    return checked("sendto", trySendto(fd, data, length, flags, address));
  }

  /**
   * recvfrom(2): bytes received, or -errno.
   *
   * @param address receives the sender's sockaddr, or null
   * @param addressLength an int: the address segment's size on entry, the length on return; null
   *     with a null address
   */
  public static long tryRecvfrom(
      int fd,
      MemorySegment data,
      long length,
      int flags,
      @Nullable MemorySegment address,
      @Nullable MemorySegment addressLength) {
    MemorySegment state = Downcall.state();
    try {
      return outcome(
          state,
          (long)
              RECVFROM.invokeExact(
                  state, fd, data, length, flags, orNull(address), orNull(addressLength)));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** sendmsg(2) with a {@code struct msghdr}: bytes sent, or -errno. */
  public static long trySendmsg(int fd, MemorySegment header, int flags) {
    MemorySegment state = Downcall.state();
    try {
      return outcome(state, (long) SENDMSG.invokeExact(state, fd, header, flags));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** recvmmsg(2) without a time limit: how many messages were taken, or -errno. */
  public static int tryRecvmmsg(int fd, MemorySegment messages, int count, int flags) {
    MemorySegment state = Downcall.state();
    try {
      return (int)
          outcome(
              state,
              (int) RECVMMSG.invokeExact(state, fd, messages, count, flags, MemorySegment.NULL));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** if_nametoindex(3) in the calling thread's network namespace; 0 when there is no such link. */
  public static int ifNameToIndex(String name) {
    return Downcall.call(
        (state, memory) -> (int) IF_NAMETOINDEX.invokeExact(state, memory.allocateFrom(name)));
  }

  private static MemorySegment orNull(@Nullable MemorySegment segment) {
    return segment == null ? MemorySegment.NULL : segment;
  }
}
