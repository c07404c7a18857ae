package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.scenario.Scenarios;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A seed takes the same way whatever else differs between two JVMs. */
class SecondJvmTest {
  private static final List<Long> SEEDS = List.of(7L, 8L, 9L);

  @TempDir Path scratch = Path.of("set by JUnit");

  /** What the other JVM runs: prints the trace hash of each seed. */
  static final class Hashes {
    private Hashes() {}

    public static void main(String[] args) {
      for (String seed : List.of(args).subList(1, args.length)) {
        System.out.println("hash " + hash(Long.parseLong(seed), Path.of(args[0])));
      }
    }
  }

  private static String hash(long seed, Path scratch) {
    return FleetRun.run(Scenarios.random(seed), seed, scratch, RunObserver.NONE).traceHash();
  }

  @Test
  void aSeedTakesTheSameWayWithAnotherCollectorAndOtherIdentityHashes()
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The salt of the JDK's immutable collections differs in each JVM by itself.
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:hashCode=3",
            "-Xmx1g",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Hashes.class.getName(),
            scratch.toString()));
    SEEDS.forEach(seed -> command.add(seed.toString()));
    File errors = scratch.resolve("errors").toFile();
    Process other = new ProcessBuilder(command).redirectError(errors).start();
    try {
      List<String> here = SEEDS.stream().map(seed -> "hash " + hash(seed, scratch)).toList();
      String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(other.waitFor()).as("the other JVM's end; what it said: %s", errors).isZero();
      assertThat(printed.lines().filter(line -> line.startsWith("hash ")).toList()).isEqualTo(here);
    } finally {
      other.destroyForcibly();
    }
  }
}
