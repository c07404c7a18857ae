package io.weft.simulator.cli;

import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.fleet.Violation;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code weft sim run -o json} prints.
 *
 * @param virtualSeconds how long it took in virtual time
 * @param report where the report was written, or null
 * @param replay the command that runs it again
 */
record RunView(
    String scenario,
    long seed,
    String traceHash,
    double virtualSeconds,
    double wallSeconds,
    long events,
    List<ViolationView> violations,
    SortedMap<String, Long> sometimes,
    SortedMap<String, Double> rates,
    List<String> notes,
    @Nullable String report,
    String replay) {
  private static final double NANOS_PER_SECOND = 1e9;

  /**
   * One violation.
   *
   * @param at virtual seconds since the run began
   */
  record ViolationView(String invariant, double at, String detail) {
    static ViolationView of(Violation violation) {
      return new ViolationView(
          violation.invariant(), violation.atNanos() / NANOS_PER_SECOND, violation.detail());
    }
  }

  static RunView of(RunResult result, @Nullable String report, String replay) {
    return new RunView(
        result.scenario(),
        result.seed(),
        result.traceHash(),
        result.virtualNanos() / NANOS_PER_SECOND,
        result.wallNanos() / NANOS_PER_SECOND,
        result.events(),
        result.violations().stream().map(ViolationView::of).toList(),
        result.sometimes(),
        result.rates(),
        result.notes(),
        report,
        replay);
  }
}
