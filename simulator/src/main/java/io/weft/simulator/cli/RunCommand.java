package io.weft.simulator.cli;

import io.weft.node.cli.OutputFormat;
import io.weft.node.cli.OutputOption;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.history.HistoryCodec;
import io.weft.simulator.report.HtmlReport;
import io.weft.simulator.report.Recording;
import io.weft.simulator.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim run}. */
@Command(
    name = "run",
    description = {
      "Run one scenario with one seed.",
      "Exit code 0: every invariant held; 1: one did not, and the command that replays it is printed."
    },
    footer = {
      "",
      "Examples:",
      "  weft sim run minority-keeps-working --seed 7",
      "  weft sim run random --seed 4711 --report run.html"
    })
final class RunCommand implements Callable<Integer> {
  @Mixin private final ScenarioOption scenario = new ScenarioOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(names = "--seed", paramLabel = "N", description = "Default: the scenario's own.")
  private @Nullable Long seed;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write a picture of the run as one HTML file.")
  private @Nullable Path report;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description = "Write all that happened as JSON, one object a line.")
  private @Nullable Path trace;

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Write what contending users asked and were told, and the faults, as JSON lines.")
  private @Nullable Path history;

  @Option(
      names = "--twice",
      description = "Run it twice and say the first event that differs, if any does.")
  private boolean twice;

  @Override
  public Integer call() throws IOException {
    Optional<ScenarioOption.Source> source = scenario.read();
    if (source.isEmpty()) {
      return Exit.USAGE;
    }
    Stream.of(report, trace, history).filter(Objects::nonNull).forEach(OutFile::check);
    long chosen = seed == null ? source.get().defaultSeed() : seed;
    Scenario concrete = source.get().at(chosen);
    boolean text = output.format() == OutputFormat.table;
    if (text && source.get().drawn()) {
      output.out().print(RunText.drawn(concrete));
      output.out().flush();
    }
    try (Scratch scratch = new Scratch()) {
      if (twice) {
        Optional<String> difference = SelfCheck.difference(concrete, chosen, scratch.directory());
        if (difference.isPresent()) {
          output.out().println("DIFFERS    " + difference.get());
          output.out().flush();
          return Exit.VIOLATED;
        }
        if (text) {
          output.out().println("twice      both runs took the same way");
        }
      }
      return run(concrete, chosen, source.get(), scratch.directory());
    }
  }

  private int run(Scenario concrete, long chosen, ScenarioOption.Source source, Path scratch)
      throws IOException {
    List<RunObserver> observers = new ArrayList<>();
    Recording recording = null;
    if (report != null) {
      recording = new Recording(concrete);
      observers.add(recording);
    }
    RunResult result;
    if (trace == null) {
      result = Runs.run(concrete, chosen, scratch, Observers.all(observers));
    } else {
      try (TraceFile file = new TraceFile(trace)) {
        observers.add(file);
        result = Runs.run(concrete, chosen, scratch, Observers.all(observers));
      }
    }
    if (report != null && recording != null) {
      Files.writeString(report, HtmlReport.of(concrete, result, recording, source.replay(chosen)));
    }
    if (history != null) {
      HistoryCodec.write(history, result.history());
    }
    RunView view =
        RunView.of(result, report == null ? null : report.toString(), source.replay(chosen));
    output.print(view, () -> RunText.of(view, concrete));
    return result.holds() ? Exit.HOLDS : Exit.VIOLATED;
  }
}
