package io.weft.simulator.fleet;

import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.Work;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Runs a scenario from its beginning to its end: hosts join, users work, faults strike and end, and
 * then all must be well within the scenario's bound.
 */
public final class FleetRun {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** The judge looks this often. */
  private static final long LOOK_NANOS = 250_000_000L;

  /** Hosts begin within this time of each other. */
  private static final long START_SPREAD_NANOS = 500_000_000L;

  /** Once all is well, it must stay so for this long. */
  private static final long STAY_NANOS = 1_000_000_000L;

  private final Scenario scenario;
  private final long seed;
  private final Fleet fleet;
  private final Rivals rivals;
  private final Workload workload;
  private final Nemesis nemesis;

  private FleetRun(Scenario scenario, long seed, Path scratch, RunObserver observer) {
    this.scenario = scenario;
    this.seed = seed;
    this.fleet = new Fleet(scenario, seed, scratch, observer);
    this.rivals = new Rivals(fleet);
    this.workload = new Workload(fleet, rivals);
    this.nemesis = new Nemesis(fleet);
  }

  /**
   * Runs it; stops at the first violation.
   *
   * @param seed decides all that is left to chance
   * @param scratchDirectory for the consensus engine's files; what the run puts there it removes
   * @throws IllegalArgumentException when the scenario's configuration is wrong
   */
  public static RunResult run(
      Scenario scenario, long seed, Path scratchDirectory, RunObserver observer) {
    Path scratch;
    try {
      Files.createDirectories(scratchDirectory);
      scratch = Files.createTempDirectory(scratchDirectory, "run-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + scratchDirectory, e);
    }
    try {
      Stopwatch stopwatch = new Stopwatch();
      FleetRun run = new FleetRun(scenario, seed, scratch, observer);
      run.run();
      return run.result(stopwatch.nanos());
    } finally {
      remove(scratch);
    }
  }

  private static void remove(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }

  private void run() {
    begin();
    scenario.workload().forEach(workload::schedule);
    scenario.faults().forEach(nemesis::schedule);
    long end = scenario.durationMillis() * NANOS_PER_MILLI;
    // What still lasts when the time is up is lifted then.
    long healed = Math.min(end, scenario.lastFaultEndMillis() * NANOS_PER_MILLI);
    long worked = Math.min(end, workEnd());
    looking(Math.max(healed, 1));
    nemesis.end();
    fleet.note("the faults are over");
    if (worked > healed) {
      converge(Convergence.Extent.AGREEMENT, true);
      looking(worked);
      workload.end();
      converge(Convergence.Extent.ALL, false);
    } else {
      workload.end();
      converge(Convergence.Extent.ALL, true);
    }
    looking(end);
    if (!fleet.world().halted()) {
      rivals.judge();
    }
    fleet.hosts().forEach(host -> host.crash(false));
  }

  private long workEnd() {
    long last = 0;
    for (Work work : scenario.workload()) {
      long until =
          switch (work) {
            case Work.Churn churn -> churn.untilMillis();
            case Work.Contend contend -> contend.untilMillis();
            default -> work.atMillis();
          };
      last = Math.max(last, until * NANOS_PER_MILLI);
    }
    return last;
  }

  private long bound() {
    return scenario.expect().convergedWithinMillis() * NANOS_PER_MILLI;
  }

  private void begin() {
    RandomGenerator starts = fleet.world().random().stream("start", 0);
    boolean founded = false;
    for (FleetHost host : fleet.hosts()) {
      if (scenario.latecomers().contains(host.number)) {
        continue;
      }
      if (!founded) {
        founded = true;
        fleet.world().at(0, host::found);
      } else {
        fleet.world().at(starts.nextLong(START_SPREAD_NANOS), host::join);
      }
    }
  }

  private void looking(long untilNanos) {
    while (!fleet.world().halted() && fleet.world().nowNanos() < untilNanos) {
      fleet.world().runUntil(Math.min(untilNanos, fleet.world().nowNanos() + LOOK_NANOS));
      fleet.judge().look();
    }
  }

  private void converge(Convergence.Extent extent, boolean measured) {
    Convergence convergence = new Convergence(fleet, nemesis.gone());
    long begun = fleet.world().nowNanos();
    long wellSince = -1;
    List<Violation> missing = List.of();
    while (!fleet.world().halted() && fleet.world().nowNanos() <= begun + bound() + STAY_NANOS) {
      looking(fleet.world().nowNanos() + LOOK_NANOS);
      missing = convergence.missing(extent);
      long now = fleet.world().nowNanos();
      if (!missing.isEmpty()) {
        wellSince = -1;
      } else if (wellSince < 0) {
        wellSince = now;
      } else if (now - wellSince >= STAY_NANOS) {
        if (measured) {
          fleet.judge().measures().converged((wellSince - begun) / 1e9);
        }
        return;
      }
      if (wellSince < 0 && now > begun + bound()) {
        break;
      }
    }
    if (!fleet.world().halted()) {
      missing.forEach(v -> fleet.judge().violated(v.invariant(), null, v.detail()));
    }
  }

  private RunResult result(long wallNanos) {
    return new RunResult(
        scenario.name(),
        seed,
        fleet.world().trace().hex(),
        fleet.world().nowNanos(),
        wallNanos,
        fleet.world().events(),
        fleet.judge().violations(),
        fleet.judge().marks(),
        fleet.judge().measures().rates(),
        fleet.notes(),
        fleet.history().history());
  }
}
