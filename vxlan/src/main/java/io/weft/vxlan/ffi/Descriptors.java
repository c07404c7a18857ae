package io.weft.vxlan.ffi;

import static io.weft.vxlan.ffi.Downcall.broken;
import static io.weft.vxlan.ffi.Downcall.checked;
import static io.weft.vxlan.ffi.Downcall.handle;
import static io.weft.vxlan.ffi.Downcall.outcome;
import static io.weft.vxlan.ffi.Downcall.variadic;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The system calls on file descriptors of any kind. */
public final class Descriptors {
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
  private static final MethodHandle POLL =
      handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle EVENTFD =
      handle("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;
  public static final int POLLIN = 1;
  public static final int EFD_NONBLOCK = 0x800;
  public static final int EFD_CLOEXEC = 0x80000;

  private static final int OWNER_ONLY = 0600;

  private Descriptors() {}

  /** open(2) with mode 0600 for files it creates; a new descriptor, closed on exec if asked. */
  public static int open(String path, int flags) {
    return checked(
        "open " + path,
        Downcall.call(
            (state, memory) ->
                (int) OPEN.invokeExact(state, memory.allocateFrom(path), flags, OWNER_ONLY)));
  }

  /** close(2). An error of it can be answered by nothing, so it is not reported. */
  public static void close(int fd) {
    int _ = Downcall.call((state, memory) -> (int) CLOSE.invokeExact(state, fd));
  }

  /** read(2): bytes read, 0 at the end, or -errno. */
  public static long tryRead(int fd, MemorySegment into, long length) {
    MemorySegment state = Downcall.state();
    try {
      return outcome(state, (long) READ.invokeExact(state, fd, into, length));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** write(2): bytes written, or -errno. */
  public static long tryWrite(int fd, MemorySegment from, long length) {
    MemorySegment state = Downcall.state();
    try {
      return outcome(state, (long) WRITE.invokeExact(state, fd, from, length));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  public static long write(int fd, MemorySegment from, long length) {
    return checked("write", tryWrite(fd, from, length));
  }

  /** ioctl(2) with a pointer (or a number disguised as one, {@link MemorySegment#ofAddress}). */
  public static int tryIoctl(int fd, long request, MemorySegment argument) {
    return Downcall.call((state, memory) -> (int) IOCTL.invokeExact(state, fd, request, argument));
  }

  public static int ioctl(int fd, long request, MemorySegment argument) {
    return checked("ioctl 0x" + Long.toHexString(request), tryIoctl(fd, request, argument));
  }

  /**
   * poll(2) over an array of {@code struct pollfd} (int fd, short events, short revents): how many
   * are ready, 0 at the time limit, or -errno.
   *
   * @param timeoutMillis -1 waits for ever
   */
  public static int tryPoll(MemorySegment pollfds, int count, int timeoutMillis) {
    MemorySegment state = Downcall.state();
    try {
      return (int)
          outcome(state, (int) POLL.invokeExact(state, pollfds, (long) count, timeoutMillis));
    } catch (Throwable t) {
      throw broken(t);
    }
  }

  /** eventfd(2): a new descriptor that counts. */
  public static int eventfd(int initial, int flags) {
    return checked(
        "eventfd",
        Downcall.call((state, memory) -> (int) EVENTFD.invokeExact(state, initial, flags)));
  }
}
