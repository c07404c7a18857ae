package io.weft.simulator.cli;

import io.weft.simulator.scenario.Scenarios;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim show}. */
@Command(
    name = "show",
    description = {
      "Print a scenario as a file, with all that it leaves to chance drawn from the seed.",
      "To look at, or to begin one's own from."
    },
    footer = {"", "Example:", "  weft sim show random --seed 7 > mine.yaml"})
final class ShowCommand implements Callable<Integer> {
  @Mixin private final ScenarioOption scenario = new ScenarioOption();

  @Option(names = "--seed", paramLabel = "N", description = "Default: the scenario's own.")
  private @Nullable Long seed;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Optional<ScenarioOption.Source> source = scenario.read();
    if (source.isEmpty()) {
      return Exit.USAGE;
    }
    if (spec == null) {
      throw new IllegalStateException("used outside a command line");
    }
    long chosen = seed == null ? source.get().defaultSeed() : seed;
    spec.commandLine().getOut().print(Scenarios.write(source.get().at(chosen)));
    return Exit.HOLDS;
  }
}
