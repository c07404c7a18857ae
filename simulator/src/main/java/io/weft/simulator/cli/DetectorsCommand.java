package io.weft.simulator.cli;

import static java.util.Objects.requireNonNull;

import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.detector.AnomalyPlan;
import io.weft.simulator.detector.AnomalyResult;
import io.weft.simulator.detector.AnomalyRun;
import io.weft.simulator.detector.Grid;
import io.weft.simulator.detector.Preset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim detectors}. */
@Command(
    name = "detectors",
    description = {
      "Compare failure detectors by Lifeguard's experiments.",
      "There are 128 members, of which some do not process messages for a while, again and",
      "again. False positives are healthy members called failed. Times are those of",
      "members that fall silent for good, at healthy ones."
    },
    footer = {"", "Example:", "  weft sim detectors --presets swim,weft"})
final class DetectorsCommand implements Callable<Integer> {
  private static final double HIGH = 0.99;

  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final PresetsOption presets = new PresetsOption(Preset.values());
  @Mixin private final SeedOption seed = new SeedOption();
  @Mixin private final JobsOption jobs = new JobsOption();

  @Option(names = "--full", description = "The paper's whole grid, which takes hours.")
  private boolean full;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description =
          "What an anomaly is: blocked (messages wait while timers go on) or frozen (the whole"
              + " process stands still). Default: blocked.")
  private String kind = "blocked";

  @Spec private @Nullable CommandSpec spec;

  /** What came of all runs with one detector; times in seconds, null where nobody was found. */
  record Total(
      String preset,
      long runs,
      long falsePositives,
      long falsePositivesAtHealthy,
      @Nullable Double firstMedianSeconds,
      @Nullable Double first99Seconds,
      @Nullable Double fullMedianSeconds,
      @Nullable Double full99Seconds,
      long gone,
      long foundByAll,
      long datagrams,
      long megabytes) {}

  /** What it prints. */
  record View(String kind, boolean full, long seed, List<Total> totals) {}

  @Override
  public Integer call() throws InterruptedException {
    AnomalyPlan.Kind what = Experiments.one("--kind", kind, AnomalyPlan.Kind.values());
    List<Preset> chosen = presets.chosen();
    Grid grid = full ? Grid.full() : Grid.thinned();
    Progress progress = new Progress(requireNonNull(spec).commandLine().getErr(), "detectors");
    List<Total> totals = new ArrayList<>();
    try (ExecutorService pool = jobs.pool()) {
      for (Preset preset : chosen) {
        progress.at(totals.size(), chosen.size(), Long.MAX_VALUE, Experiments.title(preset));
        totals.add(
            total(
                preset,
                run(pool, grid.anomalies(seed.seed(), preset.config(), what)),
                run(pool, grid.gone(seed.seed(), preset.config(), what))));
      }
    }
    progress.clear();
    View view = new View(kind, full, seed.seed(), totals);
    output.print(view, () -> text(view));
    return Exit.HOLDS;
  }

  private static List<AnomalyResult> run(ExecutorService pool, List<AnomalyPlan> plans)
      throws InterruptedException {
    return Experiments.run(
        pool, plans.stream().map(p -> (Callable<AnomalyResult>) () -> AnomalyRun.of(p)).toList());
  }

  private static Total total(
      Preset preset, List<AnomalyResult> anomalies, List<AnomalyResult> gone) {
    List<Long> first = new ArrayList<>();
    List<Long> full = new ArrayList<>();
    gone.forEach(r -> first.addAll(r.firstNanos()));
    gone.forEach(r -> full.addAll(r.fullNanos()));
    Collections.sort(first);
    Collections.sort(full);
    return new Total(
        Experiments.title(preset),
        anomalies.size() + gone.size(),
        anomalies.stream().mapToLong(AnomalyResult::falsePositives).sum(),
        anomalies.stream().mapToLong(AnomalyResult::falsePositivesAtHealthy).sum(),
        Experiments.quantile(first, 1.0 / 2),
        Experiments.quantile(first, HIGH),
        Experiments.quantile(full, 1.0 / 2),
        Experiments.quantile(full, HIGH),
        gone.stream().mapToLong(AnomalyResult::sick).sum(),
        full.size(),
        anomalies.stream().mapToLong(AnomalyResult::datagrams).sum(),
        anomalies.stream().mapToLong(AnomalyResult::datagramBytes).sum() >> 20);
  }

  private static String text(View view) {
    Table table =
        new Table(
            "DETECTOR",
            "FP",
            "OF SWIM'S",
            "FP-",
            "FIRST MEDIAN",
            "99 %",
            "ALL MEDIAN",
            "99 %",
            "FOUND",
            "DATAGRAMS",
            "MIB");
    double swim =
        view.totals().stream()
            .filter(t -> t.preset().equals(Experiments.title(Preset.SWIM)))
            .mapToLong(Total::falsePositives)
            .sum();
    for (Total t : view.totals()) {
      table.row(
          t.preset(),
          t.falsePositives(),
          swim > 0 ? Experiments.percent(t.falsePositives() / swim, 2) : null,
          t.falsePositivesAtHealthy(),
          Experiments.seconds(t.firstMedianSeconds()),
          Experiments.seconds(t.first99Seconds()),
          Experiments.seconds(t.fullMedianSeconds()),
          Experiments.seconds(t.full99Seconds()),
          t.foundByAll() + "/" + t.gone(),
          t.datagrams(),
          t.megabytes());
    }
    return table.format();
  }
}
