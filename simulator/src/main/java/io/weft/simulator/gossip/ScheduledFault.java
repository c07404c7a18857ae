package io.weft.simulator.gossip;

import io.weft.simulator.history.Fault;

/**
 * A fault and when it happens.
 *
 * @param atNanos virtual nanoseconds since the run began
 * @param fault what happens; hosts are named h1 to hN
 */
public record ScheduledFault(long atNanos, Fault fault) {}
