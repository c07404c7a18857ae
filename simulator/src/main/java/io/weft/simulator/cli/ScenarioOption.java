package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioResult;
import io.weft.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The scenario that a command is about. */
final class ScenarioOption {
  @Parameters(
      paramLabel = "SCENARIO",
      description = "A scenario file, or the name of a scenario that 'weft sim list' knows.")
  private String what = "";

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  /**
   * A scenario before a seed is chosen.
   *
   * @param shown how to name it on a command line
   * @param fixed null for the one that draws everything
   */
  record Source(String shown, @Nullable Scenario fixed) {
    /** The seed when nobody gives one. */
    long defaultSeed() {
      return fixed == null ? 1 : fixed.seed();
    }

    /** The scenario with all that it leaves to chance drawn from the seed. */
    Scenario at(long seed) {
      return fixed == null ? Scenarios.random(seed) : Scenarios.concrete(fixed, seed);
    }

    /** Whether the seed decides about the scenario itself too. */
    boolean drawn() {
      return fixed == null || !Scenarios.concrete(fixed, 0).faults().equals(fixed.faults());
    }

    /** The command that runs it again. */
    String replay(long seed) {
      return "weft sim run " + shown + " --seed " + seed;
    }
  }

  /**
   * Reads it.
   *
   * @return empty when it is malformed; all that is wrong with it has been told then
   * @throws ApiException when there is none
   */
  Optional<Source> read() throws IOException {
    if (what.equals(Scenarios.RANDOM)) {
      return Optional.of(new Source(what, null));
    }
    Optional<Scenario> named = Scenarios.named(what);
    if (named.isPresent()) {
      return Optional.of(new Source(what, named.get()));
    }
    Path file = Path.of(what);
    if (!Files.exists(file)) {
      throw new ApiException(
          ErrorKind.USAGE,
          "'"
              + what
              + "' is neither a file nor a scenario's name; 'weft sim list' shows the names");
    }
    if (!Files.isRegularFile(file)) {
      throw new ApiException(
          ErrorKind.USAGE,
          what + (Files.isDirectory(file) ? " is a directory, no file" : " is no file"));
    }
    return switch (Scenarios.parse(file)) {
      case ScenarioResult.Valid valid -> Optional.of(new Source(quoted(what), valid.scenario()));
      case ScenarioResult.Invalid invalid -> {
        String lines =
            invalid.errors().stream().map(e -> "weft: " + e).collect(Collectors.joining("\n"));
        spec().commandLine().getErr().println(lines);
        yield Optional.empty();
      }
    };
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command");
    }
    return spec;
  }

  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9_./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
  }
}
