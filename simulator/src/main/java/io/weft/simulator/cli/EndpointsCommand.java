package io.weft.simulator.cli;

import io.weft.gossip.GossipConfig;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.gossip.EndpointPlan;
import io.weft.simulator.gossip.EndpointResult;
import io.weft.simulator.gossip.EndpointRun;
import io.weft.simulator.network.NetworkProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim endpoints}. */
@Command(
    name = "endpoints",
    description = {
      "Measure how long a change of an endpoint's record takes to every host.",
      "Endpoints come and go on all hosts and hosts restart. Times run from the owner's write",
      "until the last host shows it; of a host that is away, or is back for less than 5 s, nothing is asked.",
      "Ends with 1 if a change is missing somewhere a minute after the last."
    },
    footer = {"", "Example:", "  weft sim endpoints --loss 0,5 --seeds 1..10"})
final class EndpointsCommand implements Callable<Integer> {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000_000_000L;
  private static final double HIGH = 0.9;
  private static final double HIGHER = 0.99;
  private static final double PERCENT = 100;
  private static final int MAX_HOSTS = 1_000;

  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final JobsOption jobs = new JobsOption();

  @Option(names = "--hosts", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int hosts = 25;

  @Option(
      names = "--loss",
      split = ",",
      paramLabel = "PERCENT",
      description = "Of datagrams, one run each; links lose nothing. Default: ${DEFAULT-VALUE}.")
  private List<Double> losses = List.of(0.0, 5.0);

  @Option(
      names = "--change",
      paramLabel = "MS",
      description =
          "How often an endpoint of each host comes or goes, on average, in milliseconds. Default:"
              + " ${DEFAULT-VALUE}.")
  private long changeMillis = 1_000;

  @Option(
      names = "--restart",
      paramLabel = "S",
      description = "How often a host restarts; 0 for never. Default: ${DEFAULT-VALUE}.")
  private long restartSeconds = 20;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "For how long, in virtual seconds. Default: ${DEFAULT-VALUE}.")
  private long seconds = 300;

  @Option(
      names = "--seeds",
      paramLabel = "A..B",
      converter = SeedRange.Converter.class,
      description = "Default: 1..10.")
  private SeedRange seeds = new SeedRange(1, 10);

  /** What came of all runs at one loss; times in seconds until the last host had a change. */
  record Row(
      double lossPercent,
      long changes,
      @Nullable Double medianSeconds,
      @Nullable Double p90Seconds,
      @Nullable Double p99Seconds,
      @Nullable Double worstSeconds,
      @Nullable Double oneHostP99Seconds,
      long missing) {}

  /** What it prints. */
  record View(int hosts, long changeMillis, long restartSeconds, String seeds, List<Row> rows) {
    View {
      rows = List.copyOf(rows);
    }
  }

  @Override
  public Integer call() throws InterruptedException {
    if (hosts < 2 || hosts > MAX_HOSTS || changeMillis < 1 || restartSeconds < 0 || seconds < 1) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--hosts must be 2 to "
              + MAX_HOSTS
              + ", --change and --seconds at least 1, --restart at least 0");
    }
    for (double loss : losses) {
      if (!(loss >= 0 && loss < PERCENT)) {
        throw new ApiException(ErrorKind.USAGE, "--loss must be 0 to below 100, not " + loss);
      }
    }
    List<Row> rows = new ArrayList<>();
    try (ExecutorService pool = jobs.pool()) {
      for (double loss : losses) {
        rows.add(
            row(
                loss,
                Experiments.run(
                    pool,
                    LongStream.rangeClosed(seeds.first(), seeds.last())
                        .mapToObj(seed -> (Callable<EndpointResult>) () -> run(seed, loss))
                        .toList())));
      }
    }
    View view =
        new View(hosts, changeMillis, restartSeconds, seeds.first() + ".." + seeds.last(), rows);
    output.print(view, () -> text(view));
    return rows.stream().allMatch(r -> r.missing() == 0) ? Exit.HOLDS : Exit.VIOLATED;
  }

  private EndpointResult run(long seed, double loss) {
    return EndpointRun.of(
        new EndpointPlan(
            seed,
            hosts,
            GossipConfig.defaults(),
            NetworkProfile.site().withLoss(loss / PERCENT),
            changeMillis * MILLI,
            restartSeconds * SECOND,
            seconds * SECOND));
  }

  private static Row row(double loss, List<EndpointResult> results) {
    List<Long> all = new ArrayList<>();
    List<Long> each = new ArrayList<>();
    results.forEach(r -> all.addAll(r.allNanos()));
    results.forEach(r -> each.addAll(r.eachNanos()));
    Collections.sort(all);
    Collections.sort(each);
    return new Row(
        loss,
        all.size(),
        Experiments.quantile(all, 1.0 / 2),
        Experiments.quantile(all, HIGH),
        Experiments.quantile(all, HIGHER),
        Experiments.quantile(all, 1),
        Experiments.quantile(each, HIGHER),
        results.stream().mapToLong(EndpointResult::missing).sum());
  }

  private static String text(View view) {
    Table table =
        new Table("LOSS", "CHANGES", "50 %", "90 %", "99 %", "WORST", "ONE HOST 99 %", "MISSING");
    for (Row r : view.rows()) {
      table.row(
          Experiments.percent(r.lossPercent() / PERCENT, 1),
          r.changes(),
          Experiments.seconds(r.medianSeconds()),
          Experiments.seconds(r.p90Seconds()),
          Experiments.seconds(r.p99Seconds()),
          Experiments.seconds(r.worstSeconds()),
          Experiments.seconds(r.oneHostP99Seconds()),
          r.missing());
    }
    return table.format();
  }
}
