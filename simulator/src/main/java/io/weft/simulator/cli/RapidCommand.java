package io.weft.simulator.cli;

import static java.util.Objects.requireNonNull;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.detector.CutPlan;
import io.weft.simulator.detector.CutResult;
import io.weft.simulator.detector.CutRun;
import io.weft.simulator.detector.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim rapid}. */
@Command(
    name = "rapid",
    description = {
      "See how still the view of healthy members stays, by Rapid's experiments.",
      "Of 1,000 members 10 crash, or hear nothing for 20 s, all for 20 s, and so on, or 1 %% lose 80 %%",
      "of what is sent to them. Members know each other from the start and have datagrams only, no links."
    },
    footer = {"", "Example:", "  weft sim rapid --faults flip-flop --presets swim,weft"})
final class RapidCommand implements Callable<Integer> {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final double HIGH = 0.99;

  /** What a run takes of a member's table for each other one, so that runs fit the memory. */
  private static final int MAX_MEMBERS = 5_000;

  /** Bytes are counted for each member and second. */
  private static final int MAX_SECONDS = 3_600;

  @Mixin private final OutputOption output = new OutputOption();

  @Mixin
  private final PresetsOption presets =
      new PresetsOption(Preset.SWIM, Preset.LIFEGUARD, Preset.WEFT);

  @Mixin private final SeedOption seed = new SeedOption();
  @Mixin private final JobsOption jobs = new JobsOption();

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "FAULT",
      description = "What is wrong; default: all (${DEFAULT-VALUE}).")
  private List<String> faults = Experiments.titles(CutPlan.Fault.values());

  @Option(names = "--members", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int members = 1_000;

  @Option(
      names = "--sick",
      paramLabel = "N",
      description = "How many have the fault. Default: ${DEFAULT-VALUE}.")
  private int sick = 10;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long the fault lasts, in virtual seconds. Default: ${DEFAULT-VALUE}.")
  private int seconds = 300;

  @Spec private @Nullable CommandSpec spec;

  /** What came of one run; bytes a member and second. */
  record Row(
      String fault,
      String preset,
      long suspectedHealthy,
      long falsePositives,
      long falsePositivesAtHealthy,
      int viewSizes,
      double viewChanges,
      @Nullable Double outSeconds,
      double sickInView,
      double sentMean,
      int sent99,
      int sentMost,
      double receivedMean,
      int received99,
      int receivedMost) {}

  /** What it prints. */
  record View(int members, int sick, int seconds, long seed, List<Row> rows) {
    View {
      rows = List.copyOf(rows);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    if (members > MAX_MEMBERS
        || sick < 1
        || sick >= members
        || seconds < 1
        || seconds > MAX_SECONDS) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--members must be 2 to "
              + MAX_MEMBERS
              + ", --sick at least 1 and below that, --seconds 1 to "
              + MAX_SECONDS);
    }
    List<CutPlan.Fault> what = Experiments.several("--faults", faults, CutPlan.Fault.values());
    List<Preset> chosen = presets.chosen();
    Progress progress = new Progress(requireNonNull(spec).commandLine().getErr(), "runs");
    int all = what.size() * chosen.size();
    AtomicInteger done = new AtomicInteger();
    List<Callable<Row>> runs = new ArrayList<>();
    for (CutPlan.Fault fault : what) {
      for (Preset preset : chosen) {
        runs.add(
            () -> {
              Row row = row(fault, preset);
              progress.at(done.incrementAndGet(), all, Long.MAX_VALUE, "");
              return row;
            });
      }
    }
    progress.at(0, all, Long.MAX_VALUE, "");
    List<Row> rows;
    try (ExecutorService pool = jobs.pool()) {
      rows = Experiments.run(pool, runs);
    }
    progress.clear();
    View view = new View(members, sick, seconds, seed.seed(), rows);
    output.print(view, () -> text(view));
    return Exit.HOLDS;
  }

  private Row row(CutPlan.Fault fault, Preset preset) {
    CutResult r =
        CutRun.of(
            new CutPlan(
                seed.seed(), members, preset.config(), sick, fault, seconds * NANOS_PER_SECOND));
    return new Row(
        Experiments.title(fault),
        Experiments.title(preset),
        r.suspected(),
        r.falsePositives(),
        r.falsePositivesAtHealthy(),
        r.viewSizes(),
        r.viewChanges(),
        r.outSeconds() < 0 ? null : r.outSeconds(),
        r.sickInView(),
        CutResult.mean(r.sentBytes()),
        CutResult.quantile(r.sentBytes(), HIGH),
        CutResult.quantile(r.sentBytes(), 1),
        CutResult.mean(r.receivedBytes()),
        CutResult.quantile(r.receivedBytes(), HIGH),
        CutResult.quantile(r.receivedBytes(), 1));
  }

  private static String text(View view) {
    Table table =
        new Table(
            "FAULT",
            "DETECTOR",
            "SUSPECTED-",
            "FP",
            "FP-",
            "SIZES",
            "CHANGES",
            "ALL OUT",
            "SICK IN VIEW",
            "SENT B/S",
            "99 %",
            "MOST",
            "RECEIVED B/S",
            "99 %",
            "MOST");
    for (Row r : view.rows()) {
      table.row(
          r.fault(),
          r.preset(),
          r.suspectedHealthy(),
          r.falsePositives(),
          r.falsePositivesAtHealthy(),
          r.viewSizes(),
          String.format(Locale.ROOT, "%.1f", r.viewChanges()),
          Experiments.seconds(r.outSeconds()),
          Experiments.percent(r.sickInView(), 1),
          Math.round(r.sentMean()),
          r.sent99(),
          r.sentMost(),
          Math.round(r.receivedMean()),
          r.received99(),
          r.receivedMost());
    }
    return table.format();
  }
}
