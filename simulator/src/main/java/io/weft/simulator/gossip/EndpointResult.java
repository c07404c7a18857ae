package io.weft.simulator.gossip;

import java.util.List;

/**
 * What came of a run.
 *
 * @param allNanos for each change, how long it took until the last host had it; ascending
 * @param eachNanos the same for each host by itself; ascending
 * @param missing how many changes some host had not got a minute after the last one
 * @param datagramBytes how many bytes were sent by datagram
 */
public record EndpointResult(
    List<Long> allNanos, List<Long> eachNanos, long missing, long datagramBytes) {
  /** Copies. */
  public EndpointResult {
    allNanos = List.copyOf(allNanos);
    eachNanos = List.copyOf(eachNanos);
  }
}
