package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.scenario.Expect;
import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.NetworkSpec;
import io.weft.simulator.scenario.Protocol;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.scenario.Scenarios;
import io.weft.simulator.scenario.Work;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole control plane in virtual time. */
class FleetRunTest {
  @TempDir Path scratch = Path.of("set by JUnit");

  static Scenario scenario(int hosts, List<FaultSpec> faults) {
    return scenario(
        hosts,
        100_000,
        List.of(
            new Work.CreateNetwork(5_000, "blue", "10.32.0.0/16"),
            new Work.Attach(6_000, "blue", 3, List.of()),
            new Work.Churn(8_000, 2_000, 60_000, "blue", 0.05)),
        faults);
  }

  private static Scenario scenario(
      int hosts, long durationMillis, List<Work> workload, List<FaultSpec> faults) {
    List<ScenarioHost> all = new ArrayList<>();
    for (int i = 1; i <= hosts; i++) {
      all.add(ScenarioHost.plain(i));
    }
    return new Scenario(
        "test",
        1,
        durationMillis,
        all,
        new NetworkSpec(1_000, 20_000, 0.01, 0.001, 0.01, 1_000_000_000, 1_500),
        List.of(),
        new TreeMap<>(),
        workload,
        faults,
        new Expect(30_000, new TreeSet<>(), List.of()));
  }

  private RunResult run(Scenario scenario, long seed) {
    return FleetRun.run(scenario, seed, scratch, RunObserver.NONE);
  }

  private static final List<FaultSpec> FAULTS =
      List.of(
          new FaultSpec.Partition(20_000, 30_000, List.of(List.of(1, 2), List.of(3, 4, 5)), false),
          new FaultSpec.Crash(30_000, 10_000, List.of(3), true, false),
          new FaultSpec.Pause(55_000, 8_000, List.of(4)));

  @Test
  void aClusterThroughPartitionCrashAndPauseKeepsEveryInvariant() {
    RunResult result = run(scenario(5, FAULTS), 7);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes())
        .containsKeys("block-leased", "host-failed", "host-rejoined", "leader-changed");
    assertThat(result.rates()).containsKeys("convergence-seconds");
  }

  @Test
  void theSameSeedTakesTheSameWayAndAnotherSeedAnother() {
    RunResult first = run(scenario(5, FAULTS), 11);
    RunResult again = run(scenario(5, FAULTS), 11);
    RunResult other = run(scenario(5, FAULTS), 12);
    assertThat(again.traceHash()).isEqualTo(first.traceHash());
    assertThat(again.events()).isEqualTo(first.events());
    assertThat(other.traceHash()).isNotEqualTo(first.traceHash());
  }

  @Test
  void aRotationOfTheGossipKeyIsNoticedByNobodyWhoIsThere() { // INV-SEC-3
    RunResult result = run(Scenarios.named("gossip-key-rotation").orElseThrow(), 3);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes().get("gossip-key-rotated")).isPositive();
    assertThat(result.rates())
        .as("held failed over a path that works")
        .doesNotContainKey("false-positives");
  }

  @Test
  void deltasThatWereCutShortAreCountedInEveryLifeOfAHost() {
    List<Work> manyRecords =
        List.of(
            new Work.CreateNetwork(5_000, "blue", "10.32.0.0/16"),
            new Work.Attach(6_000, "blue", 40, List.of(1)));
    RunResult result =
        run(
            scenario(
                3,
                40_000,
                manyRecords,
                List.of( // host 3 hears of them by datagrams alone, and anew in each life
                    new FaultSpec.Block(
                        5_000, 32_000, List.of(List.of(1, 2), List.of(3)), Protocol.TCP),
                    new FaultSpec.Crash(18_000, 2_000, List.of(3), false, false),
                    new FaultSpec.Crash(24_000, 2_000, List.of(3), false, false),
                    new FaultSpec.Crash(30_000, 2_000, List.of(3), false, false))),
            1);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes().get("delta-truncated"))
        .as("host 3 begins anew three times, and then hears of all in three pieces or more")
        .isGreaterThanOrEqualTo(9);
  }

  @Test
  void usersWhoGoOnWritingToTheRegistryAreNoReasonForWhichHostsDisagree() {
    List<Work> writers = List.of(new Work.Contend(5_000, 100, 70_000, 2, 6));
    List<FaultSpec> early = List.of(new FaultSpec.Isolate(10_000, 4_000, List.of(2)));
    RunResult result = run(scenario(5, 80_000, writers, early), 1);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes()).containsKey("answers-in-order");
    assertThat(result.rates().get("convergence-seconds")).isLessThan(20);
  }

  @Test
  void aRunLeavesNothingBehind() {
    run(scenario(3, List.of()), 1);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void howFastAFailureIsNoticedAndToldAroundIsMeasured() {
    List<FaultSpec> crash = List.of(new FaultSpec.Crash(20_000, 20_000, List.of(5), false, false));
    RunResult result = run(scenario(5, crash), 1);
    assertThat(result.violations()).isEmpty();
    assertThat(result.rates().get("detection-seconds-mean")).isBetween(1.0, 15.0);
    assertThat(result.rates().get("dissemination-seconds-worst")).isBetween(0.0, 5.0);
    assertThat(result.rates()).doesNotContainKey("false-positives");
  }
}
