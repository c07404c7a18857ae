package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.gossip.CoordinatesRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim coordinates}. */
@Command(
    name = "coordinates",
    description = {
      "Measure how near network coordinates come to the truth.",
      "Hosts stand on a square whose side is a round trip of --side, behind accesses of up to a tenth",
      "of it; each datagram takes 0.2 to 2 ms more by chance, and 1 %% are lost. At the end ten hosts are",
      "asked for the round trips between all others."
    },
    footer = {"", "Example:", "  weft sim coordinates --hosts 50 --side 80 --seconds 300"})
final class CoordinatesCommand implements Callable<Integer> {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int MAX_HOSTS = 1_000;
  private static final double MAX_SIDE_MILLIS = 1_000;

  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final SeedOption seed = new SeedOption();

  @Option(names = "--hosts", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int hosts = 50;

  @Option(names = "--side", paramLabel = "MS", description = "Default: ${DEFAULT-VALUE}.")
  private double side = 80;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Virtual seconds until they are asked. Default: ${DEFAULT-VALUE}.")
  private int seconds = 300;

  @Option(names = "--runs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  /** One run's figures; errors are null where nothing was known. */
  record Run(long seed, double known, @Nullable Double medianError, @Nullable Double p90Error) {}

  /** What it prints. */
  record View(int hosts, double sideMillis, int virtualSeconds, List<Run> runs) {
    View {
      runs = List.copyOf(runs);
    }
  }

  @Override
  public Integer call() {
    if (hosts < 3
        || hosts > MAX_HOSTS
        || !(side > 0 && side <= MAX_SIDE_MILLIS)
        || seconds < 1
        || runs < 1) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--hosts must be 3 to %d, --side above 0 and at most %.0f, --seconds and --runs at least 1"
              .formatted(MAX_HOSTS, MAX_SIDE_MILLIS));
    }
    List<Run> done = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      done.add(run(seed.seed() + i));
    }
    View view = new View(hosts, side, seconds, done);
    output.print(view, () -> text(view));
    return Exit.HOLDS;
  }

  private Run run(long ofSeed) {
    CoordinatesRun.Outcome outcome =
        CoordinatesRun.run(ofSeed, hosts, side, seconds * NANOS_PER_SECOND);
    return new Run(
        ofSeed, outcome.known(), ifAny(outcome.medianError()), ifAny(outcome.p90Error()));
  }

  private static @Nullable Double ifAny(double error) {
    return error < 0 ? null : error;
  }

  private static String text(View view) {
    Table table = new Table("HOSTS", "VIRTUAL S", "SEED", "KNOWN", "MEDIAN ERROR", "90 %");
    for (Run run : view.runs()) {
      table.row(
          view.hosts(),
          view.virtualSeconds(),
          run.seed(),
          Experiments.percent(run.known(), 1),
          Experiments.percent(run.medianError(), 1),
          Experiments.percent(run.p90Error(), 1));
    }
    return table.format();
  }
}
