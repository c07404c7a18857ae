package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioResult;
import io.weft.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scenario in docs/simulator.md is read and run as it stands there. */
class SimulatorPageTest {
  private static final Path PAGE = Path.of("..", "docs", "simulator.md");
  private static final String INDENT = "    ";

  @TempDir Path scratch = Path.of("set by JUnit");

  private static String example() throws IOException {
    return Files.readAllLines(PAGE).stream()
        .dropWhile(line -> !line.equals("## Scenario files"))
        .dropWhile(line -> !line.startsWith(INDENT))
        .takeWhile(line -> line.startsWith(INDENT))
        .map(line -> line.substring(INDENT.length()) + "\n")
        .collect(Collectors.joining());
  }

  @Test
  void theScenarioOnThePageHoldsAndMeetsItsMarks() throws IOException {
    ScenarioResult read = Scenarios.parse("simulator.md", example());
    assertThat(read).isInstanceOf(ScenarioResult.Valid.class);
    Scenario scenario = ((ScenarioResult.Valid) read).scenario();
    assertThat(scenario.workload()).hasSize(6);
    RunResult result = FleetRun.run(scenario, scenario.seed(), scratch, RunObserver.NONE);
    assertThat(result.violations()).isEmpty();
    assertThat(result.sometimes().keySet()).isNotEmpty().containsAll(scenario.expect().sometimes());
  }
}
