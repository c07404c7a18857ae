package io.weft.simulator.fleet;

import io.weft.simulator.history.Operation;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How a run ended.
 *
 * @param traceHash 32 hex digits over all that happened, the same for the same scenario and seed
 * @param virtualNanos how long the run took in virtual time
 * @param wallNanos how long it took in real time; not part of what is the same each time
 * @param events how many events ran
 * @param violations of invariants; a run ends at the first that is one of safety
 * @param sometimes how often each marked situation was met, by its name
 * @param rates what was measured, by name and unit
 * @param notes faults that were skipped and why, what was drawn; with virtual time
 * @param history what contending users asked and were told, and the faults when they began
 */
public record RunResult(
    String scenario,
    long seed,
    String traceHash,
    long virtualNanos,
    long wallNanos,
    long events,
    List<Violation> violations,
    SortedMap<String, Long> sometimes,
    SortedMap<String, Double> rates,
    List<String> notes,
    List<Operation> history) {
  /** Copies the collections. */
  public RunResult {
    violations = List.copyOf(violations);
    sometimes = Collections.unmodifiableSortedMap(new TreeMap<>(sometimes));
    rates = Collections.unmodifiableSortedMap(new TreeMap<>(rates));
    notes = List.copyOf(notes);
    history = List.copyOf(history);
  }

  /** Whether every invariant held. */
  public boolean holds() {
    return violations.isEmpty();
  }
}
