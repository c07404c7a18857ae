package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputFormat;
import io.weft.node.cli.OutputOption;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim sweep}. */
@Command(
    name = "sweep",
    description = {
      "Run one scenario with many seeds, on all cores.",
      "Exit code 0: every invariant held in every seed, and every mark that the scenario expects was",
      "met in some; 1: not so."
    },
    footer = {
      "",
      "Examples:",
      "  weft sim sweep random --seeds 1..10000",
      "  weft sim sweep random --fresh 200 --minutes 5"
    })
final class SweepCommand implements Callable<Integer> {
  private static final long NANOS_PER_MINUTE = 60_000_000_000L;
  private static final SeedRange DEFAULT_SEEDS = new SeedRange(1, 100);

  /** Fresh seeds stay below this, so that they are short to type. */
  private static final long FRESH_BOUND = 1_000_000_000_000L;

  @Mixin private final ScenarioOption scenario = new ScenarioOption();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final JobsOption jobs = new JobsOption();

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      converter = SeedRange.Converter.class,
      description = "Which seeds, both ends taken (default: 1..100; with --minutes: from 1 on).")
  private @Nullable SeedRange seeds;

  @Option(
      names = "--fresh",
      paramLabel = "N",
      description = "So many seeds that nobody has seen before; the first is printed.")
  private @Nullable Long fresh;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "Begin no further seed after this time.")
  private @Nullable Double minutes;

  @Option(names = "--twice", description = "Run each seed twice; both runs must take the same way.")
  private boolean twice;

  @Spec private @Nullable CommandSpec spec;

  /** A seed that failed. */
  record FailedView(long seed, String invariant, double at, String detail, String replay) {}

  /** What {@code -o json} prints. */
  record SweepView(
      String scenario,
      long seeds,
      long firstSeed,
      long passed,
      List<FailedView> failed,
      double eventsPerSecond,
      double virtualSecondsPerSecond,
      double wallSeconds,
      SortedMap<String, Long> sometimes,
      List<String> neverMet) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<ScenarioOption.Source> found = scenario.read();
    if (found.isEmpty()) {
      return Exit.USAGE;
    }
    ScenarioOption.Source source = found.get();
    int threads = jobs.threads();
    if (minutes != null && !(minutes > 0)) {
      throw new ApiException(ErrorKind.USAGE, "--minutes must be above 0");
    }
    SeedRange range = range();
    boolean text = output.format() == OutputFormat.table;
    if (text) {
      output.out().println("sweeping " + source.shown() + " from seed " + range.first());
      output.out().flush();
    }
    long deadline = minutes == null ? Long.MAX_VALUE : (long) (minutes * NANOS_PER_MINUTE);
    long[] done = {0, 0};
    Progress progress = new Progress(err(), "seeds");
    Sweep.Totals totals;
    try (Scratch scratch = new Scratch()) {
      totals =
          new Sweep(
                  source::at,
                  range,
                  deadline,
                  twice,
                  scratch.directory(),
                  result -> {
                    done[0]++;
                    if (!result.holds()) {
                      done[1]++;
                      progress.clear();
                      if (text) {
                        tell(output.out(), failed(result, source));
                      }
                    }
                    long of = range.last() == Long.MAX_VALUE ? 0 : range.count();
                    progress.at(done[0], of, deadline, done[1] > 0 ? done[1] + " failed" : "");
                  })
              .run(threads);
    }
    progress.clear();
    SweepView view = view(source, range, totals);
    output.print(view, () -> text(view));
    boolean holds = view.seeds() > 0 && view.failed().isEmpty() && view.neverMet().isEmpty();
    return holds ? Exit.HOLDS : Exit.VIOLATED;
  }

  private SeedRange range() {
    if (fresh != null) {
      if (seeds != null || fresh < 1) {
        throw new ApiException(
            ErrorKind.USAGE, "--fresh takes a number from 1 on, and no --seeds beside it");
      }
      long first =
          Math.floorMod(System.nanoTime() ^ (System.currentTimeMillis() << 20), FRESH_BOUND);
      return new SeedRange(first, first + fresh - 1);
    }
    if (seeds != null) {
      return seeds;
    }
    return minutes == null ? DEFAULT_SEEDS : new SeedRange(1, Long.MAX_VALUE);
  }

  private PrintWriter err() {
    if (spec == null) {
      throw new IllegalStateException("used outside a command line");
    }
    return spec.commandLine().getErr();
  }

  private static FailedView failed(RunResult result, ScenarioOption.Source source) {
    Violation first = result.violations().getFirst();
    return new FailedView(
        result.seed(),
        first.invariant(),
        first.atNanos() / 1e9,
        first.detail(),
        source.replay(result.seed()));
  }

  private static void tell(PrintWriter out, FailedView failed) {
    out.printf(
        Locale.ROOT,
        "seed %d: VIOLATED %s at %.3f s: %s%n  replay: %s%n",
        failed.seed(),
        failed.invariant(),
        failed.at(),
        failed.detail(),
        failed.replay());
    out.flush();
  }

  private static SweepView view(
      ScenarioOption.Source source, SeedRange range, Sweep.Totals totals) {
    Scenario any = source.at(range.first());
    List<String> never =
        any.expect().sometimes().stream()
            .filter(m -> totals.sometimes().getOrDefault(m, 0L) == 0)
            .toList();
    double wall = Math.max(1e-9, totals.wallSeconds());
    return new SweepView(
        any.name(),
        totals.seeds(),
        range.first(),
        totals.seeds() - totals.failed().size(),
        totals.failed().stream().map(r -> failed(r, source)).toList(),
        totals.events() / wall,
        totals.virtualSeconds() / wall,
        totals.wallSeconds(),
        totals.sometimes(),
        never);
  }

  private static String text(SweepView view) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d seeds in %.1f s: %d passed, %d failed; %.0f events and %.0f virtual seconds a"
                + " second%n",
            view.seeds(),
            view.wallSeconds(),
            view.passed(),
            view.failed().size(),
            view.eventsPerSecond(),
            view.virtualSecondsPerSecond()));
    view.sometimes()
        .forEach(
            (mark, count) ->
                text.append("  met ").append(mark).append(": ").append(count).append('\n'));
    if (!view.neverMet().isEmpty()) {
      text.append("NEVER MET: ").append(String.join(", ", view.neverMet())).append('\n');
    }
    if (view.failed().size() >= Sweep.MAX_FAILED) {
      text.append("stopped after " + Sweep.MAX_FAILED + " failed seeds\n");
    }
    return text.toString();
  }
}
