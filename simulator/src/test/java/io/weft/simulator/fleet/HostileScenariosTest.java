package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Scenarios;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scenarios that the table of hostile situations in docs/simulator.md names. */
class HostileScenariosTest {
  @TempDir Path scratch = Path.of("set by JUnit");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "away-longer-than-tombstones",
        "clocks-rolled-back",
        "comes-and-goes",
        "long-partition-heals",
        "owner-flaps",
        "owner-restarts",
        "records-in-pieces"
      })
  void everyInvariantHoldsAndWhatItIsAboutHappens(String name) {
    Scenario scenario = Scenarios.named(name).orElseThrow();
    RunResult result = FleetRun.run(scenario, scenario.seed(), scratch, RunObserver.NONE);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes().keySet()).containsAll(scenario.expect().sometimes());
  }
}
