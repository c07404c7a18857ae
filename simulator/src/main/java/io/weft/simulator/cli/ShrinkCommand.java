package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Scenarios;
import io.weft.simulator.shrink.Shrinker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim shrink}. */
@Command(
    name = "shrink",
    description = {
      "Take away all that a violation does not need, and write a scenario file that replays it.",
      "Taken away are faults, then hosts, then duration, workload and settings.",
      "Exit code 0: written; 1: the seed violates nothing."
    },
    footer = {"", "Example:", "  weft sim shrink random --seed 4711 --out shrunk.yaml"})
final class ShrinkCommand implements Callable<Integer> {
  private static final long NANOS_PER_MINUTE = 60_000_000_000L;

  @Mixin private final ScenarioOption scenario = new ScenarioOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(names = "--seed", paramLabel = "N", description = "Default: the scenario's own.")
  private @Nullable Long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Where the smaller scenario is written.")
  private Path out = Path.of("");

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Be content after this time (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private double minutes;

  @Spec private @Nullable CommandSpec spec;

  /** What {@code -o json} prints; before and after. */
  record ShrinkView(
      String scenario,
      long seed,
      String invariant,
      String detail,
      String out,
      int faultsBefore,
      int faults,
      int hostsBefore,
      int hosts,
      double secondsBefore,
      double seconds,
      int runs,
      String replay) {}

  @Override
  public Integer call() throws IOException {
    Optional<ScenarioOption.Source> source = scenario.read();
    if (source.isEmpty()) {
      return Exit.USAGE;
    }
    if (spec == null || !(minutes > 0)) {
      throw new ApiException(ErrorKind.USAGE, "--minutes must be above 0");
    }
    OutFile.check(out);
    long chosen = seed == null ? source.get().defaultSeed() : seed;
    Scenario before = source.get().at(chosen);
    Progress progress = new Progress(spec.commandLine().getErr(), "runs");
    try (Scratch scratch = new Scratch()) {
      RunResult first = Runs.run(before, chosen, scratch.directory(), RunObserver.NONE);
      if (first.holds()) {
        output.out().println("nothing to shrink: seed " + chosen + " violates no invariant");
        output.out().flush();
        return Exit.VIOLATED;
      }
      Violation violation = first.violations().getFirst();
      long deadline = System.nanoTime() + (long) (minutes * NANOS_PER_MINUTE);
      long[] runs = {0};
      Shrinker.Shrunk shrunk =
          Shrinker.shrink(
              before,
              violation,
              candidate -> {
                progress.at(++runs[0], 0, Long.MAX_VALUE, size(candidate));
                return Runs.run(candidate, chosen, scratch.directory(), RunObserver.NONE)
                    .violations()
                    .stream()
                    .findFirst();
              },
              () -> System.nanoTime() < deadline);
      progress.clear();
      write(shrunk);
      ShrinkView view = view(before, shrunk, chosen);
      output.print(view, () -> text(view));
      return Exit.HOLDS;
    }
  }

  private void write(Shrinker.Shrunk shrunk) throws IOException {
    Violation violation = shrunk.violation();
    String why =
        violation.invariant()
            + " at "
            + violation.atNanos() / 1_000_000
            + " ms: "
            + violation.detail().lines().findFirst().orElse("");
    Files.writeString(
        out,
        Scenarios.write(
            shrunk.scenario(),
            why.replaceAll("\\p{Cntrl}", " ").substring(0, Math.min(900, why.length()))));
  }

  private static String size(Scenario scenario) {
    return scenario.faults().size()
        + " faults, "
        + scenario.hosts().size()
        + " hosts, "
        + scenario.durationMillis() / 1000
        + " s";
  }

  private ShrinkView view(Scenario before, Shrinker.Shrunk shrunk, long chosen) {
    Scenario after = shrunk.scenario();
    return new ShrinkView(
        before.name(),
        chosen,
        shrunk.violation().invariant(),
        shrunk.violation().detail(),
        out.toString(),
        before.faults().size(),
        after.faults().size(),
        before.hosts().size(),
        after.hosts().size(),
        before.durationMillis() / 1e3,
        after.durationMillis() / 1e3,
        shrunk.runs(),
        "weft sim replay " + out);
  }

  private static String text(ShrinkView v) {
    return "shrunk to %d of %d faults, %d of %d hosts, %s of %s seconds in %d runs%n"
            .formatted(
                v.faults(),
                v.faultsBefore(),
                v.hosts(),
                v.hostsBefore(),
                RunText.number(v.seconds()),
                RunText.number(v.secondsBefore()),
                v.runs())
        + "still violates %s: %s%nreplay: %s%n".formatted(v.invariant(), v.detail(), v.replay());
  }
}
