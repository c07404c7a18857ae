package io.weft.node.api.view;

import org.jspecify.annotations.Nullable;

/**
 * A network to create; what is null is chosen by the registry.
 *
 * @param subnet IPv4 CIDR
 * @param subnet6 IPv6 CIDR
 * @param vni 1..16777215
 * @param mtu bytes
 * @param hostBlock prefix length of the address block that each host leases
 */
public record CreateNetworkRequest(
    String name,
    @Nullable String subnet,
    @Nullable String subnet6,
    @Nullable Integer vni,
    @Nullable Integer mtu,
    @Nullable Integer hostBlock) {}
