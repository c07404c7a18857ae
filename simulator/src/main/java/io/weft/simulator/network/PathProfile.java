package io.weft.simulator.network;

/**
 * How one directed path behaves when no fault is in the way.
 *
 * @param medianMicros half of the packets take no longer
 * @param p99Micros 99 of 100 packets take no longer
 * @param loss the share of datagrams lost; a link's message that is lost comes later instead
 * @param duplicate the share of datagrams that come twice
 * @param reorder the share of datagrams that are held back
 * @param bitsPerSecond 0: no limit
 * @param mtu the largest IP packet
 */
public record PathProfile(
    long medianMicros,
    long p99Micros,
    double loss,
    double duplicate,
    double reorder,
    long bitsPerSecond,
    int mtu) {}
