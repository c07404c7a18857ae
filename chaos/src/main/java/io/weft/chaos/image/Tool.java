package io.weft.chaos.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of this machine to its end. */
final class Tool {
  private static final long LIMIT_SECONDS = 180;

  private Tool() {}

  /**
   * Runs a command and gives back what it printed.
   *
   * @throws ImageException when it cannot be started, takes too long, or ends with another code
   *     than 0; the message carries what it printed
   */
  static String run(List<String> command) {
    try {
      Path output = Files.createTempFile("weft-tool", ".out");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new ImageException(command + " did not end within " + LIMIT_SECONDS + " s");
        }
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          throw new ImageException(
              command + " ended with " + process.exitValue() + ": " + printed.strip());
        }
        return printed;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new ImageException("cannot run " + command.getFirst() + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ImageException("interrupted while running " + command.getFirst(), e);
    }
  }
}
