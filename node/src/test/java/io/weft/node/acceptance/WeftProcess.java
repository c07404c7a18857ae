package io.weft.node.acceptance;

import io.weft.node.cli.WeftMain;
import io.weft.node.lab.AgentProgram;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs {@code weft} as a process of its own, as a user's shell would. */
final class WeftProcess {
  /** The program of this very class path. */
  static final AgentProgram PROGRAM = AgentProgram.ofThisProcess(WeftMain.class.getName());

  private static final int TIMEOUT_SECONDS = 60;
  private static final int STILL_RUNNING = -1;

  /**
   * How a command ended.
   *
   * @param code its exit code, -1 when it had to be killed because it went on
   */
  record Outcome(int code, String out, String err) {
    /** The lines on standard error that are for the user. */
    List<String> errorLines() {
      return err.lines().filter(line -> line.startsWith("weft: ")).toList();
    }
  }

  private WeftProcess() {}

  /** Runs a command to its end in a namespace; a folder of a lab's makes it that lab's to kill. */
  static Outcome run(@Nullable NetworkNamespace namespace, Path labFolder, List<String> args)
      throws IOException, InterruptedException {
    return run(namespace, labFolder, List.of(), args);
  }

  /** As above, with a program in front of it, such as one that takes privileges away. */
  static Outcome run(
      @Nullable NetworkNamespace namespace, Path labFolder, List<String> wrapper, List<String> args)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("weft-acc", ".out");
    Path err = Files.createTempFile("weft-acc", ".err");
    try {
      Process process = start(namespace, labFolder, wrapper, args, out, err);
      boolean ended = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      return new Outcome(
          ended ? process.exitValue() : STILL_RUNNING,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Starts a command and does not wait. */
  static Process start(
      @Nullable NetworkNamespace namespace,
      Path labFolder,
      List<String> wrapper,
      List<String> args,
      Path out,
      Path err)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(PROGRAM.shortPrefix());
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("WEFT_LAB", labFolder.toString());
    builder.directory(Path.of("/").toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return namespace == null ? builder.start() : namespace.call(builder::start);
  }
}
