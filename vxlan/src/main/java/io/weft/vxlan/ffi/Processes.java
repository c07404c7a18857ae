package io.weft.vxlan.ffi;

import static io.weft.vxlan.ffi.Downcall.checked;
import static io.weft.vxlan.ffi.Downcall.handle;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** The system calls on processes, their namespaces and their mounts. */
public final class Processes {
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
  private static final MethodHandle UMASK =
      handle("umask", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  public static final int CLONE_NEWNET = 0x40000000;
  public static final int MS_BIND = 4096;
  public static final int MNT_DETACH = 2;

  private Processes() {}

  /** unshare(2) for the calling thread only; CLONE_NEWNET is allowed among many threads. */
  public static void unshare(int flags) {
    int _ =
        checked(
            "unshare", Downcall.call((state, memory) -> (int) UNSHARE.invokeExact(state, flags)));
  }

  /** setns(2) for the calling thread only. */
  public static void setns(int fd, int type) {
    int _ =
        checked(
            "setns", Downcall.call((state, memory) -> (int) SETNS.invokeExact(state, fd, type)));
  }

  /** mount(2) without data. */
  public static void mount(String source, Path target, String type, long flags) {
    int _ =
        checked(
            "mount " + target,
            Downcall.call(
                (state, memory) ->
                    (int)
                        MOUNT.invokeExact(
                            state,
                            memory.allocateFrom(source),
                            memory.allocateFrom(target.toString()),
                            memory.allocateFrom(type),
                            flags,
                            MemorySegment.NULL)));
  }

  public static void umount2(Path target, int flags) {
    int _ =
        checked(
            "umount " + target,
            Downcall.call(
                (state, memory) ->
                    (int)
                        UMOUNT2.invokeExact(state, memory.allocateFrom(target.toString()), flags)));
  }

  /** umask(2), of the whole process: what the files that it makes lack; answers the former one. */
  public static int umask(int mask) {
    return Downcall.call((state, memory) -> (int) UMASK.invokeExact(state, mask));
  }

  /** kill(2): 0, or -errno ({@link Errno#ESRCH} negated when there is no such process). */
  public static int tryKill(int pid, int signal) {
    return Downcall.call((state, memory) -> (int) KILL.invokeExact(state, pid, signal));
  }
}
