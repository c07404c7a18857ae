package io.weft.simulator.detector;

import java.util.List;

/**
 * What came of a run.
 *
 * @param falsePositives how often a member called a healthy one failed
 * @param falsePositivesAtHealthy how often of these that member was healthy itself
 * @param firstNanos for each sick member that was found in its first anomaly: how long that took
 * @param fullNanos for each that all healthy members found in its first anomaly: how long that took
 * @param sick how many sick members there were
 * @param datagrams how many were sent
 * @param datagramBytes how many bytes were in them
 */
public record AnomalyResult(
    long falsePositives,
    long falsePositivesAtHealthy,
    List<Long> firstNanos,
    List<Long> fullNanos,
    long sick,
    long datagrams,
    long datagramBytes) {
  /** Copies. */
  public AnomalyResult {
    firstNanos = List.copyOf(firstNanos);
    fullNanos = List.copyOf(fullNanos);
  }
}
