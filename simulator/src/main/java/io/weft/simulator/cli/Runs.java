package io.weft.simulator.cli;

import ch.qos.logback.classic.Level;
import io.weft.simulator.fleet.FleetRun;
import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a scenario; a run that breaks off counts as a violation of its own kind. */
final class Runs {
  /** What stands in place of an invariant when the run itself failed. */
  static final String BROKE_OFF = "RUN";

  /**
   * What the cores log as they log it on a real host; kept here, because a logger that nobody holds
   * forgets its level.
   */
  private static final Logger LOGGER = LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  private Runs() {}

  /** Lets nobody log: partitions make warnings by the thousand, and here they are wanted. */
  static void quietly() {
    if (LOGGER instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.OFF);
    }
  }

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
          List.of(),
          List.of());
    }
  }
}
