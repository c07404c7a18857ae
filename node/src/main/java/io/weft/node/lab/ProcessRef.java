package io.weft.node.lab;

import io.weft.vxlan.ffi.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process for good: a number alone may be given to another process later.
 *
 * @param pid its number
 * @param startTicks when it started (field 22 of /proc/PID/stat, proc(5))
 */
public record ProcessRef(int pid, long startTicks) {
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;
  public static final int SIGCONT = 18;
  public static final int SIGSTOP = 19;

  /** How a process is doing. */
  public enum Condition {
    RUNNING,
    STOPPED,
    GONE
  }

  /** The process that has this number now. */
  public static Optional<ProcessRef> of(long pid) {
    return stat(pid).map(fields -> new ProcessRef((int) pid, Long.parseLong(fields[19])));
  }

  /** How it is doing now; a zombie is gone. */
  public Condition condition() {
    Optional<String[]> fields = stat(pid);
    if (fields.isEmpty() || Long.parseLong(fields.get()[19]) != startTicks) {
      return Condition.GONE;
    }
    return switch (fields.get()[0]) {
      case "Z", "X" -> Condition.GONE;
      case "T", "t" -> Condition.STOPPED;
      default -> Condition.RUNNING;
    };
  }

  /** Sends a signal, unless the process is gone; false when it was. */
  public boolean signal(int signal) {
    return condition() != Condition.GONE && Processes.tryKill(pid, signal) == 0;
  }

  /** What follows the name in /proc/PID/stat: state first, field 3. */
  private static Optional<String[]> stat(long pid) {
    try {
      String text = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name is in brackets and may hold anything.
      return Optional.of(text.substring(text.lastIndexOf(')') + 2).split(" ", -1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
