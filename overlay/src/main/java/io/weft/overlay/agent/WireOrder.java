package io.weft.overlay.agent;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import java.util.List;

/**
 * Make an endpoint's pair of interfaces.
 *
 * @param mtu bytes of the largest IP packet
 */
public record WireOrder(
    String endpointId,
    String netns,
    String ifName,
    MacAddress mac,
    List<IpPrefix> addresses,
    int mtu,
    int vni) {
  /** Copies the list. */
  public WireOrder {
    addresses = List.copyOf(addresses);
  }
}
