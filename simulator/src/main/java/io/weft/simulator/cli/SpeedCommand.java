package io.weft.simulator.cli;

import com.sun.management.OperatingSystemMXBean;
import io.weft.gossip.GossipConfig;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputOption;
import io.weft.node.cli.Table;
import io.weft.simulator.gossip.GossipCrowd;
import io.weft.simulator.network.NetworkProfile;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim speed}. */
@Command(
    name = "speed",
    description = {
      "Measure how fast gossip runs among very many simulated hosts, on one core.",
      "Hosts know each other and hold seeds' links at the start, or come to know each other with --join.",
      "Seconds are the process's processor time, with garbage collection, so that a busy machine counts less; 1 %% of datagrams are lost."
    },
    footer = {"", "Example:", "  weft sim speed --hosts 1000 --runs 3"})
final class SpeedCommand implements Callable<Integer> {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final double LOSS = 0.01;
  private static final int MAX_HOSTS = 60_000;

  @Mixin private final OutputOption output = new OutputOption();
  @Mixin private final SeedOption seed = new SeedOption();

  @Option(names = "--hosts", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int hosts = 1_000;

  @Option(
      names = "--known",
      paramLabel = "N",
      description = "How many others each host knows at the start. Default: all.")
  private int known = Integer.MAX_VALUE;

  @Option(names = "--join", description = "Nobody knows anybody but three seeds at the start.")
  private boolean join;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "Virtual seconds that are measured. Default: ${DEFAULT-VALUE}.")
  private int seconds = 60;

  @Option(
      names = "--warm",
      paramLabel = "S",
      description = "Virtual seconds before them. Default: ${DEFAULT-VALUE}.")
  private int warm = 30;

  @Option(names = "--runs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int runs = 1;

  /** One run's figures. */
  record Run(
      long events,
      long datagrams,
      double cpuSeconds,
      double wallSeconds,
      double eventsPerSecond,
      double timesRealTime,
      long heapMegabytes,
      double unknown,
      String traceHash) {}

  /** What it prints. */
  record View(int hosts, int virtualSeconds, List<Run> runs) {
    View {
      runs = List.copyOf(runs);
    }
  }

  @Override
  public Integer call() {
    if (hosts < 1 || hosts > MAX_HOSTS || seconds < 1 || warm < 0 || runs < 1 || known < 0) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--hosts must be 1 to "
              + MAX_HOSTS
              + ", --seconds and --runs at least 1, --warm at least 0");
    }
    List<Run> done = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      done.add(run());
    }
    View view = new View(hosts, seconds, done);
    output.print(view, () -> text(view));
    return Exit.HOLDS;
  }

  private Run run() {
    GossipCrowd crowd =
        new GossipCrowd(
            seed.seed(),
            hosts,
            GossipConfig.defaults(),
            NetworkProfile.site().withLoss(LOSS),
            join ? 0 : known);
    crowd.runUntil(warm * NANOS_PER_SECOND);
    GossipCrowd.Outcome before = crowd.outcome();
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long cpu = system.getProcessCpuTime();
    long wall = System.nanoTime();
    crowd.runUntil((warm + seconds) * NANOS_PER_SECOND);
    double cpuSeconds = (double) (system.getProcessCpuTime() - cpu) / NANOS_PER_SECOND;
    double wallSeconds = (double) (System.nanoTime() - wall) / NANOS_PER_SECOND;
    GossipCrowd.Outcome after = crowd.outcome();
    Runtime memory = Runtime.getRuntime();
    long events = after.events() - before.events();
    return new Run(
        events,
        after.datagrams() - before.datagrams(),
        cpuSeconds,
        wallSeconds,
        events / cpuSeconds,
        seconds / cpuSeconds,
        (memory.totalMemory() - memory.freeMemory()) >> 20,
        after.unknown(),
        after.traceHash());
  }

  private static String text(View view) {
    Table table =
        new Table(
            "HOSTS",
            "VIRTUAL S",
            "EVENTS",
            "CPU S",
            "WALL S",
            "EVENTS/S",
            "X REAL TIME",
            "HEAP MB",
            "UNKNOWN");
    for (Run run : view.runs()) {
      table.row(
          view.hosts(),
          view.virtualSeconds(),
          run.events(),
          String.format(Locale.ROOT, "%.2f", run.cpuSeconds()),
          String.format(Locale.ROOT, "%.2f", run.wallSeconds()),
          String.format(Locale.ROOT, "%.0f", run.eventsPerSecond()),
          String.format(Locale.ROOT, "%.1f", run.timesRealTime()),
          run.heapMegabytes(),
          Experiments.percent(run.unknown(), 2));
    }
    return table.format();
  }
}
