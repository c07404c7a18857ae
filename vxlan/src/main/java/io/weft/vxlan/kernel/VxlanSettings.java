package io.weft.vxlan.kernel;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What can be read back of a VXLAN device (IFLA_VXLAN_*, {@code linux/if_link.h}).
 *
 * @param vni VXLAN network identifier
 * @param local source address on the underlay; null when unset
 * @param port UDP port
 * @param learning whether it learns addresses from frames
 * @param proxy whether it answers ARP and neighbour solicitations from its neighbour table
 * @param dontFragment whether outer IPv4 headers have DF set
 */
public record VxlanSettings(
    int vni,
    @Nullable InetAddress local,
    int port,
    boolean learning,
    boolean proxy,
    boolean dontFragment) {}
