package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * A veth pair to create.
 *
 * @param name the near end, in this namespace
 * @param alias free text kept with the near end
 * @param mtu octets, both ends
 * @param peerName the far end
 * @param peerMac its Ethernet address; null for a random one
 * @param peerNamespaceFd open file descriptor of the far end's namespace; -1 for this one
 */
public record VethSpec(
    String name,
    String alias,
    int mtu,
    String peerName,
    @Nullable MacAddress peerMac,
    int peerNamespaceFd) {

  /** The far end stays in this namespace. */
  public static final int SAME_NAMESPACE = -1;
}
