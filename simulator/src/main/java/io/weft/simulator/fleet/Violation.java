package io.weft.simulator.fleet;

/**
 * An invariant that did not hold.
 *
 * @param invariant its number, such as {@code INV-IPAM-1}
 * @param atNanos virtual nanoseconds since the run began
 * @param detail what was seen, for people
 */
public record Violation(String invariant, long atNanos, String detail) {}
