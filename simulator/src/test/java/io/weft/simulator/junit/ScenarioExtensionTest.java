package io.weft.simulator.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.fleet.RunResult;

class ScenarioExtensionTest {
  @Scenario("small.yaml")
  @Seeds(2)
  void every_seed_of_a_scenario_file_is_a_test_of_its_own(RunResult result) {
    assertThat(result.holds()).isTrue();
    assertThat(result.seed()).isBetween(1L, 2L);
    assertThat(result.sometimes()).containsKey("endpoint-attached");
  }
}
