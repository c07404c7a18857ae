package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * One overlay network.
 *
 * @param id the identity that never changes or comes back
 * @param subnet IPv4 CIDR, null when the network has IPv6 only
 * @param subnet6 IPv6 CIDR, null when the network has IPv4 only
 * @param hostBlock prefix length of the address block that each host leases
 */
public record NetworkView(
    String name,
    String id,
    int vni,
    @Nullable String subnet,
    @Nullable String subnet6,
    int mtu,
    int hostBlock) {}
