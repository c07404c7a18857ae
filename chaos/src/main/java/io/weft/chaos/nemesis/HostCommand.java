package io.weft.chaos.nemesis;

import io.weft.chaos.cluster.ClusterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command on the machine itself. */
final class HostCommand {
  private static final long LIMIT_SECONDS = 20;

  private HostCommand() {}

  /**
   * Runs a command that prints little.
   *
   * @throws ClusterException when it does not end with 0
   */
  static void run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new ClusterException(command + " did not end within " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        String printed =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        throw new ClusterException(
            String.join(" ", command) + " ended with " + process.exitValue() + ": " + printed);
      }
    } catch (IOException e) {
      throw new ClusterException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while running " + command.getFirst(), e);
    }
  }
}
