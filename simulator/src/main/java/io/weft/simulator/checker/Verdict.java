package io.weft.simulator.checker;

import java.util.List;

/**
 * What a checker found.
 *
 * @param checker the checker's name
 * @param outcome whether the history holds
 * @param violations what broke an invariant, in order of time; empty unless {@link Outcome#INVALID}
 * @param gaps what could not be judged for want of an observation; empty when {@link Outcome#VALID}
 * @param judged how many single beliefs were judged, so that a verdict of nothing shows itself
 */
public record Verdict(
    String checker, Outcome outcome, List<Violation> violations, List<String> gaps, long judged) {

  /** The three answers. */
  public enum Outcome {
    /** Everything was judged, and holds. */
    VALID,
    /** At least one invariant is broken. */
    INVALID,
    /** Nothing is broken, but something was never observed. */
    UNKNOWN
  }

  /**
   * One broken invariant.
   *
   * @param invariant its number in ARCHITECTURE.md, such as INV-MEM-2
   * @param timeNanos when, on the history's clock
   * @param detail who believed what of whom
   */
  public record Violation(String invariant, long timeNanos, String detail) {}

  /** A verdict: invalid if anything is broken, valid if all was judged, else unknown. */
  public static Verdict of(
      String checker, List<Violation> violations, List<String> gaps, long judged) {
    Outcome outcome =
        !violations.isEmpty()
            ? Outcome.INVALID
            : gaps.isEmpty() && judged > 0 ? Outcome.VALID : Outcome.UNKNOWN;
    return new Verdict(checker, outcome, List.copyOf(violations), List.copyOf(gaps), judged);
  }
}
