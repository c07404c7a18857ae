package io.weft.node.lab;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The processes of a lab. Each carries the lab's folder in its environment, so that all of them are
 * found also when the lab's state is lost or was never written.
 */
final class LabProcesses {
  /** Names the folder of the lab that a process belongs to. */
  static final String VARIABLE = "WEFT_LAB";

  private static final int KILL_TIMEOUT_MILLIS = 10_000;
  private static final int REAP_TIMEOUT_MILLIS = 2_000;
  private static final int POLL_MILLIS = 20;

  private LabProcesses() {}

  /** Starts a program in a namespace, in a session of its own, that outlives us. */
  static ProcessRef startDetached(
      LabFolder lab, NetworkNamespace namespace, List<String> command, String socket, Path log)
      throws IOException {
    List<String> whole = new ArrayList<>(List.of("setsid"));
    whole.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(whole);
    builder.environment().put(VARIABLE, lab.path().toString());
    if (!socket.isEmpty()) {
      builder.environment().put("WEFT_SOCKET", socket);
    }
    builder.directory(Path.of("/").toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectErrorStream(true);
    Process process = startIn(namespace, builder);
    return ProcessRef.of(process.pid())
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorKind.REFUSED, "the process " + command.getFirst() + " ended at once"));
  }

  /** Starts a program in a namespace; as its child it inherits the namespace of the thread. */
  static Process startIn(NetworkNamespace namespace, ProcessBuilder builder) throws IOException {
    try {
      return namespace.call(builder::start);
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw e;
    }
  }

  /** Starts a process that does nothing but keep a namespace alive. */
  static ProcessRef startHolder(LabFolder lab, NetworkNamespace namespace) throws IOException {
    return startDetached(lab, namespace, List.of("sleep", "infinity"), "", Path.of("/dev/null"));
  }

  /** Ends every process of the lab but ourselves and those that started us. */
  static int killAll(LabFolder lab) throws IOException {
    Set<Long> spared = new HashSet<>();
    Optional<ProcessHandle> ours = Optional.of(ProcessHandle.current());
    while (ours.isPresent()) {
      spared.add(ours.get().pid());
      ours = ours.get().parent();
    }
    int killed = 0;
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(KILL_TIMEOUT_MILLIS);
    Set<ProcessRef> signalled = new HashSet<>();
    while (true) {
      // Again and again, because a process may have started another before it ended.
      List<ProcessRef> left = find(lab, spared);
      if (left.isEmpty()) {
        awaitReaped(signalled);
        return killed;
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new ApiException(
            ErrorKind.REFUSED, "processes of the lab do not end: " + left + "; try again");
      }
      for (ProcessRef process : left) {
        if (signalled.add(process) && process.signal(ProcessRef.SIGKILL)) {
          killed++;
        }
      }
      pause(POLL_MILLIS);
    }
  }

  /** Ended processes stay in the table until their parent takes note; give it a moment. */
  private static void awaitReaped(Set<ProcessRef> ended) {
    for (int waited = 0; waited < REAP_TIMEOUT_MILLIS; waited += POLL_MILLIS) {
      if (ended.stream()
          .noneMatch(process -> ProcessRef.of(process.pid()).equals(Optional.of(process)))) {
        return;
      }
      pause(POLL_MILLIS);
    }
  }

  private static List<ProcessRef> find(LabFolder lab, Set<Long> spared) throws IOException {
    byte[] wanted = (VARIABLE + "=" + lab.path()).getBytes(StandardCharsets.UTF_8);
    List<ProcessRef> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process : processes.toList()) {
        String number = process.getFileName().toString();
        if (!number.isEmpty()
            && Character.isDigit(number.charAt(0))
            && !spared.contains(Long.parseLong(number))
            && hasVariable(process, wanted)) {
          ProcessRef.of(Long.parseLong(number))
              .filter(ref -> ref.condition() != ProcessRef.Condition.GONE)
              .ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static boolean hasVariable(Path process, byte[] wanted) {
    byte[] environment;
    try {
      environment = Files.readAllBytes(process.resolve("environ"));
    } catch (IOException e) {
      // Gone meanwhile, or another user's: not ours.
      return false;
    }
    int start = 0;
    for (int at = 0; at <= environment.length; at++) {
      if (at == environment.length || environment[at] == 0) {
        if (java.util.Arrays.equals(environment, start, at, wanted, 0, wanted.length)) {
          return true;
        }
        start = at + 1;
      }
    }
    return false;
  }

  static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(ErrorKind.REFUSED, "interrupted", e);
    }
  }
}
