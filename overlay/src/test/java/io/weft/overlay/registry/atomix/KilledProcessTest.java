package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process acknowledged is there after kill -9. */
class KilledProcessTest {
  private static final int ENOUGH = 150;

  @TempDir Path directory = Path.of("set by JUnit");

  @Test
  void everyAcknowledgedCommandSurvivesKillNine() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LoneVoter.class.getName(),
                directory.toString())
            .redirectError(directory.resolve("stderr").toFile())
            .start();
    List<String> acknowledged = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = lines.readLine()) != null && acknowledged.size() < ENOUGH) {
        if (line.startsWith("acknowledged ")) {
          acknowledged.add(line.substring("acknowledged ".length()));
        }
      }
    } finally {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(acknowledged).hasSize(ENOUGH);

    Node node = new Node(Node.config(directory, 1), null, (to, message) -> {});
    try {
      var _ = node.engine.restart().get(30, TimeUnit.SECONDS);
      var _ =
          node.engine.submit("after".getBytes(StandardCharsets.UTF_8)).get(30, TimeUnit.SECONDS);
      assertThat(node.machine.commands()).containsAll(acknowledged).endsWith("after");
    } finally {
      node.engine.close();
    }
  }
}
