package io.weft.simulator.scenario;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What must hold.
 *
 * @param convergedWithinMillis how long after the last fault's end all must be well
 * @param invariants those judged, such as {@code INV-IPAM-1}; none: all of them
 * @param sometimes marks that a sweep must reach at least once
 */
public record Expect(
    long convergedWithinMillis, SortedSet<String> invariants, List<String> sometimes) {

  /** Copies the collections. */
  public Expect {
    invariants = Collections.unmodifiableSortedSet(new TreeSet<>(invariants));
    sometimes = List.copyOf(sometimes);
  }

  /** Whether an invariant is judged. */
  public boolean judges(String invariant) {
    return invariants.isEmpty() || invariants.contains(invariant);
  }
}
