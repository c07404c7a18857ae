package io.weft.simulator.cli;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.cli.OutputFormat;
import io.weft.node.cli.OutputOption;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft sim replay}. */
@Command(
    name = "replay",
    description = {
      "Run a scenario and tell step by step what happens in it, up to the violation.",
      "Exit codes as of 'run'."
    },
    footer = {"", "Example:", "  weft sim replay shrunk.yaml --host 3 --from 40"})
final class ReplayCommand implements Callable<Integer> {
  @Mixin private final ScenarioOption scenario = new ScenarioOption();
  @Mixin private final OutputOption output = new OutputOption();

  @Option(names = "--seed", paramLabel = "N", description = "Default: the scenario's own.")
  private @Nullable Long seed;

  @Option(names = "--host", paramLabel = "H", description = "Only what concerns this host.")
  private @Nullable Integer host;

  @Option(
      names = "--from",
      paramLabel = "SECONDS",
      description = "Only what happens from this virtual time on.")
  private double fromSeconds;

  @Option(
      names = "--to",
      paramLabel = "SECONDS",
      description = "Only what happens up to this virtual time.")
  private double toSeconds = Double.MAX_VALUE;

  @Option(names = "--views", description = "Also what hosts believe of each other.")
  private boolean views;

  @Option(names = "--messages", description = "Also datagrams and messages.")
  private boolean messages;

  @Override
  public Integer call() throws IOException {
    Optional<ScenarioOption.Source> source = scenario.read();
    if (source.isEmpty()) {
      return Exit.USAGE;
    }
    long chosen = seed == null ? source.get().defaultSeed() : seed;
    Scenario concrete = source.get().at(chosen);
    checkHost(concrete.hosts().size());
    boolean text = output.format() == OutputFormat.table;
    try (Scratch scratch = new Scratch()) {
      RunObserver observer = text ? new Teller() : RunObserver.NONE;
      RunResult result = Runs.run(concrete, chosen, scratch.directory(), observer);
      RunView view = RunView.of(result, null, source.get().replay(chosen));
      output.print(view, () -> RunText.of(view, concrete));
      return result.holds() ? Exit.HOLDS : Exit.VIOLATED;
    }
  }

  private void checkHost(int hosts) {
    Integer asked = host;
    if (asked != null && (asked < 1 || asked > hosts)) {
      throw new ApiException(
          ErrorKind.USAGE,
          "--host '%d' is none; the scenario has hosts 1..%d".formatted(asked, hosts));
    }
  }

  /** Tells as it happens. */
  private final class Teller implements RunObserver {
    private final PrintWriter out = output.out();

    private void tell(long atNanos, String who, String what) {
      double seconds = atNanos / 1e9;
      if (seconds >= fromSeconds && seconds <= toSeconds) {
        out.printf(Locale.ROOT, "%11.6f  %-7s  %s%n", seconds, who, what);
      }
    }

    private boolean concerns(int number) {
      return host == null || number == host;
    }

    @Override
    public void event(long atNanos, String kind, int number, String detail) {
      if (concerns(number)) {
        tell(atNanos, number == 0 ? "-" : "host " + number, kind + "  " + detail);
      }
    }

    @Override
    public void fault(long atNanos, long untilNanos, String kind, String detail) {
      String until =
          untilNanos == 0 ? "" : String.format(Locale.ROOT, " until %.3f", untilNanos / 1e9);
      tell(atNanos, "FAULT", kind + until + "  " + detail);
    }

    @Override
    public void view(long atNanos, int number, Map<Integer, String> statesOfOthers) {
      if (views && concerns(number)) {
        tell(atNanos, "host " + number, "believes  " + new TreeMap<>(statesOfOthers));
      }
    }

    @Override
    public void message(long atNanos, int from, int to, String channel, int bytes) {
      if (messages && (concerns(from) || concerns(to))) {
        tell(atNanos, from + ">" + to, channel + "  " + bytes + " bytes");
      }
    }
  }
}
