package io.weft.overlay.registry;

import io.weft.overlay.ipam.AddressBlock;
import org.jspecify.annotations.Nullable;

/**
 * A network of the cluster.
 *
 * @param name what people call it; unique at any time
 * @param id never used again, also when a network of the same name is made later
 * @param vni VXLAN network identifier, 1 to 16777215
 * @param mtu bytes; hosts use less where their tunnels need it
 * @param hostBlockLength prefix length of one host's IPv4 block
 * @param hostBlockLength6 prefix length of one host's IPv6 block, 0 without IPv6
 */
public record Network(
    String name,
    String id,
    int vni,
    AddressBlock subnet,
    @Nullable AddressBlock subnet6,
    int mtu,
    int hostBlockLength,
    int hostBlockLength6) {}
