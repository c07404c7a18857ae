package io.weft.vxlan.ffi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The system calls the data plane needs, through {@code java.lang.foreign}.
 *
 * <p>Two forms: the plain one throws {@link LibcException}; the {@code try...} one, for loops in
 * which failure is ordinary, returns the result or the error number negated. Both capture errno in
 * the call itself. Segments must be native. Calls interrupted by a signal are not repeated here:
 * that is the caller's decision ({@link Errno#EINTR}).
 */
@SuppressWarnings("restricted")
public final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_FIELD =
      Linker.Option.captureStateLayout()
          .varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));

  /** Where the call state goes; one a thread, as long-lived as the thread needs it. */
  private static final ThreadLocal<MemorySegment> STATE =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private static final MethodHandle OPEN =
      variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
  private static final MethodHandle CLOSE =
      handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle IOCTL =
      variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
  private static final MethodHandle FCNTL =
      variadic("fcntl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), 2);
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
  private static final MethodHandle GETSOCKOPT =
      handle(
          "getsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
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
  private static final MethodHandle RECVMSG =
      handle("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECVMMSG =
      handle(
          "recvmmsg",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle UNSHARE =
      handle("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SETNS =
      handle("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle MOUNT =
      handle(
          "mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
  private static final MethodHandle UMOUNT2 =
      handle("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle KILL =
      handle("kill", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle GETPID = handle("getpid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETTID = handle("gettid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle GETEUID = handle("geteuid", FunctionDescriptor.of(JAVA_INT));
  private static final MethodHandle IF_NAMETOINDEX =
      handle("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int CLONE_NEWNET = 0x40000000;
  public static final int F_GETFL = 3;
  public static final int F_SETFL = 4;
  public static final int MS_BIND = 4096;
  public static final int MNT_DETACH = 2;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int AF_NETLINK = 16;
  public static final int AF_PACKET = 17;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int SOCK_RAW = 3;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int MSG_DONTWAIT = 0x40;
  public static final int MSG_TRUNC = 0x20;
  public static final int POLLIN = 1;
  public static final int POLLERR = 8;
  public static final int POLLHUP = 16;
  public static final int EFD_NONBLOCK = 0x800;
  public static final int EFD_CLOEXEC = 0x80000;

  private Libc() {}

  private static MethodHandle handle(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, ERRNO);
  }

  private static MethodHandle variadic(String name, FunctionDescriptor shape, int fixed) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        shape,
        ERRNO,
        Linker.Option.firstVariadicArg(fixed));
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO_FIELD.get(state, 0L);
  }

  /** A downcall handle itself throws nothing; only a fault of this class's own can come here. */
  private static AssertionError broken(Throwable cause) {
    return new AssertionError("a downcall failed outside the call", cause);
  }

  private static int checked(String call, int result) {
    if (result < 0) {
      throw new LibcException(call, -result);
    }
    return result;
  }

  private static long checked(String call, long result) {
    if (result < 0) {
      throw new LibcException(call, (int) -result);
    }
    return result;
  }

  private static MemorySegment orNull(@Nullable MemorySegment segment) {
    return segment == null ? MemorySegment.NULL : segment;
  }

  /** The C library's text for an error number. */
  public static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** open(2) with mode 0600 for files it creates; a new descriptor, closed on exec if asked. */
  public static int open(String path, int flags) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      int r = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags, 0600);
      return checked("open " + path, r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** close(2). An error of it can be answered by nothing, so it is not reported. */
  public static void close(int fd) {
    try {
      int _ = (int) CLOSE.invokeExact(STATE.get(), fd);
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** read(2): bytes read, 0 at the end, or -errno. */
  public static long tryRead(int fd, MemorySegment into, long length) {
    MemorySegment state = STATE.get();
    try {
      long r = (long) READ.invokeExact(state, fd, into, length);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long read(int fd, MemorySegment into, long length) {
    return checked("read", tryRead(fd, into, length));
  }

  /** write(2): bytes written, or -errno. */
  public static long tryWrite(int fd, MemorySegment from, long length) {
    MemorySegment state = STATE.get();
    try {
      long r = (long) WRITE.invokeExact(state, fd, from, length);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long write(int fd, MemorySegment from, long length) {
    return checked("write", tryWrite(fd, from, length));
  }

  /** ioctl(2) with a pointer (or a number disguised as one, {@link MemorySegment#ofAddress}). */
  public static int tryIoctl(int fd, long request, MemorySegment argument) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) IOCTL.invokeExact(state, fd, request, argument);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static int ioctl(int fd, long request, MemorySegment argument) {
    return checked("ioctl 0x" + Long.toHexString(request), tryIoctl(fd, request, argument));
  }

  public static int fcntl(int fd, int command, int argument) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) FCNTL.invokeExact(state, fd, command, argument);
      return checked("fcntl", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static int socket(int domain, int type, int protocol) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) SOCKET.invokeExact(state, domain, type, protocol);
      return checked("socket", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** bind(2): 0 or -errno; the address's length is the segment's. */
  public static int tryBind(int fd, MemorySegment address) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) BIND.invokeExact(state, fd, address, (int) address.byteSize());
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static void bind(int fd, MemorySegment address) {
    int _ = checked("bind", tryBind(fd, address));
  }

  public static void connect(int fd, MemorySegment address) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize());
      int _ = checked("connect", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** getsockname(2): fills the segment, returns the address's length in bytes. */
  public static int getsockname(int fd, MemorySegment address) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length = arena.allocateFrom(JAVA_INT, (int) address.byteSize());
      int r = (int) GETSOCKNAME.invokeExact(state, fd, address, length);
      int _ = checked("getsockname", r < 0 ? -errno(state) : r);
      return length.get(JAVA_INT, 0);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** setsockopt(2): 0 or -errno. */
  public static int trySetsockopt(int fd, int level, int option, MemorySegment value) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, (int) value.byteSize());
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static void setsockopt(int fd, int level, int option, MemorySegment value) {
    int _ = checked("setsockopt", trySetsockopt(fd, level, option, value));
  }

  public static void setsockopt(int fd, int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      setsockopt(fd, level, option, arena.allocateFrom(JAVA_INT, value));
    }
  }

  public static int getsockoptInt(int fd, int level, int option) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(JAVA_INT);
      MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
      int r = (int) GETSOCKOPT.invokeExact(state, fd, level, option, value, length);
      int _ = checked("getsockopt", r < 0 ? -errno(state) : r);
      return value.get(JAVA_INT, 0);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** sendto(2): bytes sent, or -errno; a null address sends where the socket is connected to. */
  public static long trySendto(
      int fd, MemorySegment data, long length, int flags, @Nullable MemorySegment address) {
    MemorySegment state = STATE.get();
    MemorySegment to = orNull(address);
    try {
      long r = (long) SENDTO.invokeExact(state, fd, data, length, flags, to, (int) to.byteSize());
      return r < 0 ? -errno(state) : r;
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
    MemorySegment state = STATE.get();
    try {
      long r =
          (long)
              RECVFROM.invokeExact(
                  state, fd, data, length, flags, orNull(address), orNull(addressLength));
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long recvfrom(
      int fd,
      MemorySegment data,
      long length,
      int flags,
      @Nullable MemorySegment address,
      @Nullable MemorySegment addressLength) {
    return checked("recvfrom", tryRecvfrom(fd, data, length, flags, address, addressLength));
  }

  /** sendmsg(2) with a {@code struct msghdr}: bytes sent, or -errno. */
  public static long trySendmsg(int fd, MemorySegment header, int flags) {
    MemorySegment state = STATE.get();
    try {
      long r = (long) SENDMSG.invokeExact(state, fd, header, flags);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long sendmsg(int fd, MemorySegment header, int flags) {
    return checked("sendmsg", trySendmsg(fd, header, flags));
  }

  /** recvmsg(2) with a {@code struct msghdr}: bytes received, or -errno. */
  public static long tryRecvmsg(int fd, MemorySegment header, int flags) {
    MemorySegment state = STATE.get();
    try {
      long r = (long) RECVMSG.invokeExact(state, fd, header, flags);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long recvmsg(int fd, MemorySegment header, int flags) {
    return checked("recvmsg", tryRecvmsg(fd, header, flags));
  }

  /** recvmmsg(2) without a time limit: how many messages were taken. */
  public static int tryRecvmmsg(int fd, MemorySegment messages, int count, int flags) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) RECVMMSG.invokeExact(state, fd, messages, count, flags, MemorySegment.NULL);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /**
   * poll(2) over an array of {@code struct pollfd} (int fd, short events, short revents): how many
   * are ready, 0 at the time limit, or -errno.
   *
   * @param timeoutMillis -1 waits for ever
   */
  public static int tryPoll(MemorySegment pollfds, int count, int timeoutMillis) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) POLL.invokeExact(state, pollfds, (long) count, timeoutMillis);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static int poll(MemorySegment pollfds, int count, int timeoutMillis) {
    return checked("poll", tryPoll(pollfds, count, timeoutMillis));
  }

  public static int eventfd(int initial, int flags) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) EVENTFD.invokeExact(state, initial, flags);
      return checked("eventfd", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** unshare(2) for the calling thread only; CLONE_NEWNET is allowed among many threads. */
  public static void unshare(int flags) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) UNSHARE.invokeExact(state, flags);
      int _ = checked("unshare", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** setns(2) for the calling thread only. */
  public static void setns(int fd, int type) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) SETNS.invokeExact(state, fd, type);
      int _ = checked("setns", r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** mount(2) without data. */
  public static void mount(String source, Path target, String type, long flags) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      int r =
          (int)
              MOUNT.invokeExact(
                  state,
                  arena.allocateFrom(source),
                  arena.allocateFrom(target.toString()),
                  arena.allocateFrom(type),
                  flags,
                  MemorySegment.NULL);
      int _ = checked("mount " + target, r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static void umount2(Path target, int flags) {
    MemorySegment state = STATE.get();
    try (Arena arena = Arena.ofConfined()) {
      int r = (int) UMOUNT2.invokeExact(state, arena.allocateFrom(target.toString()), flags);
      int _ = checked("umount " + target, r < 0 ? -errno(state) : r);
    } catch (LibcException e) {
      throw e;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** kill(2): 0, or -errno ({@link Errno#ESRCH} negated when there is no such process). */
  public static int tryKill(int pid, int signal) {
    MemorySegment state = STATE.get();
    try {
      int r = (int) KILL.invokeExact(state, pid, signal);
      return r < 0 ? -errno(state) : r;
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static void kill(int pid, int signal) {
    int _ = checked("kill " + pid, tryKill(pid, signal));
  }

  public static int getpid() {
    return number(GETPID);
  }

  /** The kernel's id of the calling thread. */
  public static int gettid() {
    return number(GETTID);
  }

  public static int geteuid() {
    return number(GETEUID);
  }

  private static int number(MethodHandle handle) {
    try {
      return (int) handle.invokeExact(STATE.get());
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** if_nametoindex(3) in the calling thread's network namespace; 0 when there is no such link. */
  public static int ifNameToIndex(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) IF_NAMETOINDEX.invokeExact(STATE.get(), arena.allocateFrom(name));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** The layout of the 4-byte integers in C structures, in the host's order. */
  public static ValueLayout.OfInt cInt() {
    return ValueLayout.JAVA_INT_UNALIGNED;
  }
}
