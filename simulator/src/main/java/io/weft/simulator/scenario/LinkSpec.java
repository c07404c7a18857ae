package io.weft.simulator.scenario;

/**
 * How the paths between two places differ from the rest of the network, both ways.
 *
 * @param a a region, or a host's name; the same as {@code b} for the paths inside a region
 * @param network the whole of it, not only what differs
 */
public record LinkSpec(String a, String b, NetworkSpec network) {}
