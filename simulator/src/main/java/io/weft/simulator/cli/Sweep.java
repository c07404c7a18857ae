package io.weft.simulator.cli;

import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Runs many seeds, as many at a time as there are jobs; each run has a thread of its own. */
final class Sweep {
  /** After so many failed seeds a sweep has told enough. */
  static final int MAX_FAILED = 100;

  /** What stands in place of an invariant when a seed took two ways. */
  static final String DIFFERS = "DETERMINISM";

  private final LongFunction<Scenario> scenarios;
  private final SeedRange seeds;
  private final long deadlineNanos;
  private final boolean twice;
  private final Path scratch;
  private final Consumer<RunResult> listener;
  private final long begunNanos = System.nanoTime();
  private final SortedMap<String, Long> sometimes = new TreeMap<>();
  private final List<RunResult> failed = new ArrayList<>();
  private long next;
  private long ran;
  private long events;
  private double virtualSeconds;
  private boolean stopped;
  private volatile @Nullable Throwable broken;

  /**
   * What came of it.
   *
   * @param seeds how many ran
   * @param failed those with a violation, ascending by seed
   * @param sometimes how often each mark was met in all
   */
  record Totals(
      long seeds,
      List<RunResult> failed,
      SortedMap<String, Long> sometimes,
      long events,
      double virtualSeconds,
      double wallSeconds) {}

  /**
   * A sweep to be.
   *
   * @param scenarios the scenario of a seed
   * @param deadlineNanos how long after now no further seed begins; Long.MAX_VALUE for never
   * @param twice whether each seed runs twice and must take the same way
   * @param listener told of each run as it ends, by one thread at a time
   */
  Sweep(
      LongFunction<Scenario> scenarios,
      SeedRange seeds,
      long deadlineNanos,
      boolean twice,
      Path scratch,
      Consumer<RunResult> listener) {
    this.scenarios = scenarios;
    this.seeds = seeds;
    this.deadlineNanos = deadlineNanos;
    this.twice = twice;
    this.scratch = scratch;
    this.listener = listener;
    this.next = seeds.first();
  }

  /** Runs it to its end. */
  Totals run(int jobs) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      threads.add(
          Thread.ofPlatform()
              .name("weft-sim-" + i)
              .daemon()
              .uncaughtExceptionHandler((_, e) -> broke(e))
              .start(this::work));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Throwable cause = broken;
    if (cause != null) {
      throw new IllegalStateException("the sweep broke off: " + cause, cause);
    }
    failed.sort((a, b) -> Long.compare(a.seed(), b.seed()));
    return new Totals(
        ran,
        List.copyOf(failed),
        Collections.unmodifiableSortedMap(new TreeMap<>(sometimes)),
        events,
        virtualSeconds,
        (System.nanoTime() - begunNanos) / 1e9);
  }

  /** What breaks a thread must break the sweep: seeds that did not run have not passed. */
  private synchronized void broke(Throwable cause) {
    broken = cause;
    stopped = true;
  }

  private void work() {
    for (Optional<Long> seed = take(); seed.isPresent(); seed = take()) {
      Scenario scenario = scenarios.apply(seed.get());
      RunResult result = Runs.run(scenario, seed.get(), scratch, RunObserver.NONE);
      if (twice) {
        result = again(scenario, result);
      }
      ended(result);
    }
  }

  private synchronized Optional<Long> take() {
    boolean over = System.nanoTime() - begunNanos > deadlineNanos;
    if (stopped || over || next > seeds.last()) {
      return Optional.empty();
    }
    return Optional.of(next++);
  }

  private RunResult again(Scenario scenario, RunResult first) {
    RunResult second = Runs.run(scenario, first.seed(), scratch, RunObserver.NONE);
    if (first.traceHash().equals(second.traceHash())) {
      return first;
    }
    String detail =
        SelfCheck.difference(scenario, first.seed(), scratch)
            .orElse("two runs had the hashes " + first.traceHash() + " and " + second.traceHash());
    List<Violation> violations = new ArrayList<>(first.violations());
    violations.addFirst(new Violation(DIFFERS, 0, detail));
    return new RunResult(
        first.scenario(),
        first.seed(),
        first.traceHash(),
        first.virtualNanos(),
        first.wallNanos(),
        first.events(),
        violations,
        first.sometimes(),
        first.rates(),
        first.notes(),
        first.history());
  }

  private synchronized void ended(RunResult result) {
    ran++;
    events += result.events();
    virtualSeconds += result.virtualNanos() / 1e9;
    result.sometimes().forEach((mark, count) -> sometimes.merge(mark, count, Long::sum));
    if (!result.holds()) {
      failed.add(result);
      stopped |= failed.size() >= MAX_FAILED;
    }
    listener.accept(result);
  }
}
