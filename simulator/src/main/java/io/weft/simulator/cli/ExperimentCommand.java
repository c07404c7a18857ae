package io.weft.simulator.cli;

import static java.util.Objects.requireNonNull;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.overlay.config.ConfigLoader;
import io.weft.overlay.config.ConfigResult;
import io.weft.simulator.figures.Quantile;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.scenario.Scenario;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weft sim experiment}. */
@Command(
    name = "experiment",
    description = {
      "Run one scenario under several settings with the same seeds, and compare.",
      "Compared are false positives, times of detection and convergence, and traffic."
    },
    footer = {
      "",
      "Example:",
      "  weft sim experiment deaf-host --vary gossip.suspicionMultiplier=3,4,5 --seeds 1..20"
    })
final class ExperimentCommand implements Callable<Integer> {
  private static final int MAX_VARIANTS = 64;
  private static final SeedRange DEFAULT_SEEDS = new SeedRange(1, 10);
  private static final double HIGH_QUANTILE = 0.95;

  @Mixin private final ScenarioOption scenario = new ScenarioOption();
  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final JobsOption jobs = new JobsOption();

  @Option(
      names = "--vary",
      paramLabel = "KEY=V1,V2,...",
      required = true,
      description = "An agent's setting and the values to compare; again for further settings.")
  private List<String> vary = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      converter = SeedRange.Converter.class,
      description = "Which seeds, for each variant the same (default: 1..10).")
  private SeedRange seeds = DEFAULT_SEEDS;

  @Spec private @Nullable CommandSpec spec;

  /** A rate over all runs of a variant. */
  record Spread(double mean, double p95, double worst, long runs) {}

  /** One choice of settings. */
  record VariantView(
      SortedMap<String, String> config, long violations, SortedMap<String, Spread> rates) {}

  /** What {@code -o json} prints. */
  record ExperimentView(String scenario, long seeds, List<VariantView> variants) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    Optional<ScenarioOption.Source> source = scenario.read();
    if (source.isEmpty()) {
      return Exit.USAGE;
    }
    List<SortedMap<String, String>> variants = variants();
    int threads = jobs.threads();
    Progress progress = new Progress(requireNonNull(spec).commandLine().getErr(), "runs");
    long all = seeds.count() * variants.size();
    long[] done = {0};
    List<VariantView> views = new ArrayList<>();
    try (Scratch scratch = new Scratch()) {
      for (SortedMap<String, String> settings : variants) {
        List<RunResult> results = new ArrayList<>();
        new Sweep(
                seed -> with(source.get().at(seed), settings),
                seeds,
                Long.MAX_VALUE,
                false,
                scratch.directory(),
                result -> {
                  results.add(result);
                  progress.at(++done[0], all, Long.MAX_VALUE, "");
                })
            .run(threads);
        views.add(view(settings, results));
      }
    }
    progress.clear();
    ExperimentView view =
        new ExperimentView(source.get().at(seeds.first()).name(), seeds.count(), views);
    output.print(view, () -> text(view));
    return views.stream().allMatch(v -> v.violations() == 0) ? Exit.HOLDS : Exit.VIOLATED;
  }

  private List<SortedMap<String, String>> variants() {
    List<SortedMap<String, String>> variants = new ArrayList<>();
    variants.add(new TreeMap<>());
    for (String option : vary) {
      int equals = option.indexOf('=');
      if (equals < 1 || equals == option.length() - 1) {
        throw new ApiException(
            ErrorKind.USAGE,
            "'"
                + option
                + "' is no key with values: write for example --vary gossip.probeInterval=1s,2s");
      }
      String key = option.substring(0, equals);
      List<SortedMap<String, String>> more = new ArrayList<>();
      for (SortedMap<String, String> before : variants) {
        for (String value : option.substring(equals + 1).split(",", -1)) {
          SortedMap<String, String> with = new TreeMap<>(before);
          with.put(key, value.strip());
          more.add(with);
        }
      }
      variants = more;
    }
    if (variants.size() > MAX_VARIANTS) {
      throw new ApiException(
          ErrorKind.USAGE, variants.size() + " variants are too many; at most " + MAX_VARIANTS);
    }
    variants.forEach(ExperimentCommand::check);
    return variants;
  }

  private static void check(SortedMap<String, String> settings) {
    if (ConfigLoader.load("", null, Map.of(), settings) instanceof ConfigResult.Invalid invalid) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--vary: "
              + invalid.errors().stream()
                  .map(e -> e.key() + ": " + e.message())
                  .collect(Collectors.joining("; ")));
    }
  }

  private static Scenario with(Scenario scenario, SortedMap<String, String> settings) {
    SortedMap<String, String> config = new TreeMap<>(scenario.config());
    config.putAll(settings);
    return scenario.configured(config);
  }

  private static VariantView view(SortedMap<String, String> settings, List<RunResult> results) {
    SortedMap<String, List<Double>> values = new TreeMap<>();
    for (RunResult result : results) {
      result
          .rates()
          .forEach(
              (name, value) -> values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
    }
    SortedMap<String, Spread> rates = new TreeMap<>();
    values.forEach((name, all) -> rates.put(name, spread(all)));
    return new VariantView(settings, results.stream().filter(r -> !r.holds()).count(), rates);
  }

  private static Spread spread(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return new Spread(
        sorted.stream().mapToDouble(d -> d).average().orElse(0),
        sorted.get(Quantile.index(sorted.size(), HIGH_QUANTILE)),
        sorted.getLast(),
        sorted.size());
  }

  private static String text(ExperimentView view) {
    Table table = new Table("SETTINGS", "MEASURED", "MEAN", "P95", "WORST", "IN RUNS");
    for (VariantView variant : view.variants()) {
      String settings =
          variant.config().entrySet().stream()
              .map(Object::toString)
              .collect(Collectors.joining(" "));
      table.row(settings, "violations", variant.violations(), null, null, view.seeds());
      variant
          .rates()
          .forEach(
              (name, spread) ->
                  table.row(
                      settings,
                      name,
                      RunText.number(spread.mean()),
                      RunText.number(spread.p95()),
                      RunText.number(spread.worst()),
                      spread.runs()));
    }
    return table.format();
  }
}
