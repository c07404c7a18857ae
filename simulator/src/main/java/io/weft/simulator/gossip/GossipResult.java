package io.weft.simulator.gossip;

import io.weft.simulator.checker.Verdict;
import io.weft.simulator.history.Operation;
import java.util.List;

/**
 * What came of a run.
 *
 * @param traceHash 32 hex digits; the same plan gives the same
 * @param events how many events ran
 * @param verdict of the membership checker over all that the observer saw
 * @param violations of invariants that a history does not show, found by the observer
 * @param history what the observer saw, and what the nemesis did
 * @param datagrams how many datagrams were sent
 * @param datagramBytes how many bytes were in them
 */
public record GossipResult(
    String traceHash,
    long events,
    Verdict verdict,
    List<Verdict.Violation> violations,
    List<Operation> history,
    long datagrams,
    long datagramBytes) {
  /** Whether every invariant held and was observed. */
  public boolean holds() {
    return verdict.outcome() == Verdict.Outcome.VALID && violations.isEmpty();
  }
}
