package io.weft.simulator.fleet;

import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Scenarios;
import java.nio.file.Path;
import java.util.function.LongFunction;

/** One seed of a scenario of the library, or of the random one; {@link MutantLoader} loads it. */
final class MutantTrial implements LongFunction<String> {
  static final String RANDOM = "random";

  private final Path scratch;
  private final String scenario;

  MutantTrial(Path scratch, String scenario) {
    this.scratch = scratch;
    this.scenario = scenario;
  }

  @Override
  public String apply(long seed) {
    Scenario source =
        scenario.equals(RANDOM) ? Scenarios.random(seed) : Scenarios.named(scenario).orElseThrow();
    RunResult result =
        FleetRun.run(Scenarios.concrete(source, seed), seed, scratch, RunObserver.NONE);
    if (result.holds()) {
      return "";
    }
    Violation first = result.violations().getFirst();
    return first.invariant() + ": " + first.detail();
  }
}
