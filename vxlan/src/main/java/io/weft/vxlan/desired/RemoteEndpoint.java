package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;

/**
 * An endpoint of another host.
 *
 * @param mac its Ethernet address in the network
 * @param ips its addresses in the network, IPv4 or IPv6
 * @param vtep the underlay address of the host it is on
 */
public record RemoteEndpoint(MacAddress mac, List<InetAddress> ips, InetAddress vtep) {

  /** Copies the list; refuses the zero and group addresses, which are never an endpoint's. */
  public RemoteEndpoint {
    Objects.requireNonNull(vtep);
    ips = List.copyOf(ips);
    if (mac.bits() == 0 || (mac.bits() >>> 40 & 1) != 0) {
      throw new IllegalArgumentException(mac + " is not the address of one station");
    }
  }
}
