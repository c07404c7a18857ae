package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * A network device as the kernel reports it (RTM_NEWLINK, {@code linux/if_link.h}).
 *
 * @param index the kernel's number for it, unique in its namespace
 * @param name its name
 * @param kind {@code bridge}, {@code vxlan}, {@code veth}, ...; empty for physical devices and the
 *     loopback
 * @param mtu octets
 * @param mac its Ethernet address; null when it has none
 * @param up whether it is administratively up (IFF_UP)
 * @param master name of the bridge it is a port of; null when none
 * @param ipv6Autoconf whether the kernel makes itself IPv6 addresses on it
 * @param alias free text set by its creator (IFLA_IFALIAS); empty when none
 * @param vxlan settings, of a VXLAN device only
 * @param bridge settings, of a bridge only
 * @param port settings as a bridge's port, of a port only
 */
public record LinkState(
    int index,
    String name,
    String kind,
    int mtu,
    @Nullable MacAddress mac,
    boolean up,
    @Nullable String master,
    boolean ipv6Autoconf,
    String alias,
    @Nullable VxlanSettings vxlan,
    @Nullable BridgeSettings bridge,
    @Nullable PortSettings port) {

  /** Kind of a bridge. */
  public static final String BRIDGE = "bridge";

  /** Kind of a VXLAN device. */
  public static final String VXLAN = "vxlan";

  /** Kind of a veth device. */
  public static final String VETH = "veth";
}
