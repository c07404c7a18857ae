package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Total order of IP addresses: IPv4 before IPv6, then by octets, so that plans are reproducible.
 */
public final class AddressOrder {

  /** The order. */
  public static final Comparator<InetAddress> BY_OCTETS =
      Comparator.<InetAddress>comparingInt(address -> address.getAddress().length)
          .thenComparing(InetAddress::getAddress, Arrays::compareUnsigned);

  private AddressOrder() {}
}
