package io.weft.simulator.cli;

import io.weft.simulator.fleet.FleetRun;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/** Runs a scenario; a run that breaks off counts as a violation of its own kind. */
final class Runs {
  /** What stands in place of an invariant when the run itself failed. */
  static final String BROKE_OFF = "RUN";

  private Runs() {}

  static RunResult run(Scenario scenario, long seed, Path scratch, RunObserver observer) {
    try {
      return FleetRun.run(scenario, seed, scratch, observer);
    } catch (RuntimeException | AssertionError e) {
      StackTraceElement[] stack = e.getStackTrace();
      String where = stack.length == 0 ? "" : " at " + stack[0];
      return new RunResult(
          scenario.name(),
          seed,
          "",
          0,
          0,
          0,
          List.of(new Violation(BROKE_OFF, 0, "the run broke off: " + e + where)),
          new TreeMap<>(),
          new TreeMap<>(),
          List.of());
    }
  }
}
