package io.weft.vxlan.kernel;

/**
 * What Weft sets on a port of its bridges (IFLA_BRPORT_*, {@code linux/if_link.h}).
 *
 * @param learning whether the bridge learns addresses behind this port from frames
 */
public record PortSettings(boolean learning) {}
