package io.weft.simulator.fleet;

import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Scenarios;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** One seed of the random scenario; loaded by {@link MutantLoader}. */
final class MutantTrial implements LongFunction<String> {
  private final Path scratch;

  MutantTrial(Path scratch) {
    this.scratch = scratch;
  }

  @Override
  public String apply(long seed) {
    Scenario scenario = Scenarios.concrete(Scenarios.random(seed), seed);
    RunResult result = FleetRun.run(scenario, seed, scratch, RunObserver.NONE);
    return result.holds() ? "" : result.violations().getFirst().invariant();
  }
}
