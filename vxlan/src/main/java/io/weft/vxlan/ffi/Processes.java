package io.weft.vxlan.ffi;

import static io.weft.vxlan.ffi.Downcall.checked;
import static io.weft.vxlan.ffi.Downcall.handle;
import static io.weft.vxlan.ffi.Downcall.variadic;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
  private static final MethodHandle EXECVPE =
      handle("execvpe", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
  private static final MethodHandle CLOSE_RANGE =
      variadic(
          "syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT), 1);
  private static final MethodHandle PTHREAD_SIGMASK =
      handle("pthread_sigmask", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
  private static final MethodHandle UMASK =
      handle("umask", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  public static final int CLONE_NEWNET = 0x40000000;
  public static final int MS_BIND = 4096;
  public static final int MS_REC = 16384;
  public static final int MS_SHARED = 1 << 20;
  public static final int MNT_DETACH = 2;

  /** The same number on every architecture that Linux has it on (since 5.9). */
  private static final long SYS_CLOSE_RANGE = 436;

  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int FIRST_OF_OURS = 3;
  private static final int SIG_SETMASK = 2;

  /** sizeof(sigset_t) of glibc; the kernel's own is shorter. */
  private static final long SIGSET_BYTES = 128;

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

  /**
   * execvpe(3): this process becomes another program, looked for on the PATH, in the calling
   * thread's namespaces. It keeps the standard streams and nothing else that is open, and no signal
   * is blocked.
   *
   * @throws LibcException when there is no such program, or it cannot be run; else never returns
   */
  public static void exec(List<String> command, Map<String, String> environment) {
    int _ =
        checked(
            "exec " + command.getFirst(),
            Downcall.call(
                (state, memory) -> {
                  long _ =
                      (long)
                          CLOSE_RANGE.invokeExact(
                              state, SYS_CLOSE_RANGE, FIRST_OF_OURS, -1, CLOSE_RANGE_CLOEXEC);
                  // A JVM's threads block SIGQUIT, and what is blocked stays so.
                  MemorySegment none = memory.allocate(SIGSET_BYTES);
                  int _ =
                      (int)
                          PTHREAD_SIGMASK.invokeExact(state, SIG_SETMASK, none, MemorySegment.NULL);
                  List<String> variables =
                      environment.entrySet().stream()
                          .map(variable -> variable.getKey() + "=" + variable.getValue())
                          .toList();
                  return (int)
                      EXECVPE.invokeExact(
                          state,
                          memory.allocateFrom(command.getFirst()),
                          strings(memory, command),
                          strings(memory, variables));
                }));
  }

  /** A list of strings as C has it: pointers, and a null behind them. */
  private static MemorySegment strings(Arena memory, List<String> list) {
    MemorySegment pointers = memory.allocate(ADDRESS, list.size() + 1L);
    for (int i = 0; i < list.size(); i++) {
      pointers.setAtIndex(ADDRESS, i, memory.allocateFrom(list.get(i)));
    }
    return pointers;
  }

  /** kill(2): 0, or -errno ({@link Errno#ESRCH} negated when there is no such process). */
  public static int tryKill(int pid, int signal) {
    return Downcall.call((state, memory) -> (int) KILL.invokeExact(state, pid, signal));
  }
}
