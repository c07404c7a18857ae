package io.weft.simulator.shrink;

import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.NetworkSpec;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Takes away from a scenario what a violation does not need: faults, then hosts, then duration,
 * then users' work, settings and the network's bad habits; again, as long as that makes it smaller.
 * The seed stays, and since each host and purpose draws from a stream of its own, so does much of
 * what happens.
 */
public final class Shrinker {
  /** More trials are not made, however much time there is. */
  private static final int MAX_RUNS = 5_000;

  private static final long SECOND_MILLIS = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final String invariant;
  private final Trial trial;
  private final BooleanSupplier timeLeft;
  private Scenario best;
  private Violation violation;
  private int runs;

  /** Runs a candidate. */
  @FunctionalInterface
  public interface Trial {
    /** The first violation of its run, if there is one. */
    Optional<Violation> run(Scenario candidate);
  }

  /**
   * What is left.
   *
   * @param violation as the smaller scenario shows it
   * @param runs how many trials it took
   */
  public record Shrunk(Scenario scenario, Violation violation, int runs) {}

  private Shrinker(Scenario scenario, Violation violation, Trial trial, BooleanSupplier timeLeft) {
    this.best = scenario;
    this.violation = violation;
    this.invariant = violation.invariant();
    this.trial = trial;
    this.timeLeft = timeLeft;
  }

  /**
   * Shrinks a scenario whose faults are concrete.
   *
   * @param violation what its run showed first; a smaller one must violate the same invariant
   * @param timeLeft whether to go on; what has been reached by then is the result
   */
  public static Shrunk shrink(
      Scenario scenario, Violation violation, Trial trial, BooleanSupplier timeLeft) {
    Shrinker shrinker = new Shrinker(scenario, violation, trial, timeLeft);
    shrinker.untilNothingHelps();
    return new Shrunk(shrinker.best, shrinker.violation, shrinker.runs);
  }

  private void untilNothingHelps() {
    Scenario before;
    do {
      before = best;
      faults();
      hosts();
      duration();
      workload();
      surroundings();
    } while (!best.equals(before) && goOn());
  }

  private boolean goOn() {
    return runs < MAX_RUNS && timeLeft.getAsBoolean();
  }

  /** Whether a candidate shows the same; if so, it is the best so far. */
  private boolean shows(Scenario candidate) {
    if (candidate.equals(best)) {
      return true;
    }
    if (!goOn()) {
      return false;
    }
    runs++;
    Optional<Violation> seen = trial.run(candidate);
    if (seen.isPresent() && seen.get().invariant().equals(invariant)) {
      best = candidate;
      violation = seen.get();
      return true;
    }
    return false;
  }

  private void faults() {
    // What begins after the violation cannot have led to it; most often that shows at once.
    long at = violation.atNanos() / NANOS_PER_MILLI;
    shows(best.withFaults(best.faults().stream().filter(f -> f.atMillis() <= at).toList()));
    DeltaDebugging.minimal(best.faults(), kept -> shows(best.withFaults(kept)));
    for (FaultSpec fault : best.faults()) {
      for (FaultSpec milder : HostCut.milder(fault)) {
        List<FaultSpec> replaced =
            best.faults().stream().map(f -> f.equals(fault) ? milder : f).toList();
        if (shows(best.withFaults(replaced))) {
          break;
        }
      }
    }
  }

  private void hosts() {
    DeltaDebugging.minimal(best.hosts(), kept -> !kept.isEmpty() && shows(HostCut.to(best, kept)));
  }

  private void duration() {
    long at = violation.atNanos() / NANOS_PER_MILLI;
    long soonest =
        Math.max(
            best.faults().stream().mapToLong(FaultSpec::atMillis).max().orElse(0),
            best.workload().stream().mapToLong(Work::atMillis).max().orElse(0));
    List<Long> candidates = new ArrayList<>();
    for (long wanted : List.of(soonest, best.lastFaultEndMillis(), at, at + SECOND_MILLIS)) {
      // Whole seconds read better.
      candidates.add(
          Math.max(SECOND_MILLIS, (wanted + SECOND_MILLIS - 1) / SECOND_MILLIS * SECOND_MILLIS));
    }
    candidates.sort(null);
    for (long candidate : candidates) {
      if (candidate < best.durationMillis() && shows(shorter(candidate))) {
        return;
      }
    }
  }

  private Scenario shorter(long millis) {
    List<Work> work = new ArrayList<>();
    for (Work each : best.workload()) {
      work.add(
          switch (each) {
            case Work.Churn c when c.untilMillis() > millis ->
                new Work.Churn(
                    c.atMillis(),
                    Math.min(c.everyMillis(), millis),
                    millis,
                    c.network(),
                    c.fraction());
            case Work.Contend c when c.untilMillis() > millis -> c.until(millis);
            default -> each;
          });
    }
    return best.withWorkload(work).lasting(millis);
  }

  private void workload() {
    DeltaDebugging.minimal(best.workload(), kept -> shows(best.withWorkload(consistent(kept))));
  }

  /** Without what concerns networks that nobody creates. */
  private static List<Work> consistent(List<Work> work) {
    List<String> created =
        work.stream()
            .filter(Work.CreateNetwork.class::isInstance)
            .map(w -> ((Work.CreateNetwork) w).name())
            .toList();
    return work.stream()
        .filter(
            each ->
                switch (each) {
                  case Work.CreateNetwork _ -> true;
                  case Work.RotateGossipKey _ -> true;
                  case Work.Contend _ -> true;
                  case Work.Attach w -> created.contains(w.network());
                  case Work.Churn w -> created.contains(w.network());
                  case Work.RemoveNetwork w -> created.contains(w.name());
                })
        .toList();
  }

  private void surroundings() {
    DeltaDebugging.minimal(
        List.copyOf(best.config().entrySet()),
        kept -> {
          SortedMap<String, String> config = new TreeMap<>();
          for (Map.Entry<String, String> entry : kept) {
            config.put(entry.getKey(), entry.getValue());
          }
          return shows(best.configured(config));
        });
    if (!best.links().isEmpty()) {
      shows(best.across(best.network(), List.of()));
    }
    NetworkSpec n = best.network();
    boolean clean =
        shows(
            best.across(
                new NetworkSpec(n.latencyMedianMicros(), n.latencyP99Micros(), 0, 0, 0, 0, n.mtu()),
                best.links()));
    if (clean) {
      shows(best.across(NetworkSpec.site(), best.links()));
    }
    List<ScenarioHost> plain =
        best.hosts().stream()
            .map(h -> new ScenarioHost(h.number(), h.name(), null, new TreeMap<>(), 1))
            .toList();
    if (best.links().isEmpty()) {
      shows(HostCut.to(best, plain));
    }
  }
}
