package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.Comparator;

/**
 * A permanent neighbour (ARP or ND) of a device.
 *
 * @param device name of the device
 * @param ip its address
 * @param mac its Ethernet address
 */
public record Neighbour(String device, InetAddress ip, MacAddress mac)
    implements Comparable<Neighbour> {

  private static final Comparator<Neighbour> ORDER =
      Comparator.comparing(Neighbour::device)
          .thenComparing(Neighbour::ip, AddressOrder.BY_OCTETS)
          .thenComparing(Neighbour::mac);

  @Override
  public int compareTo(Neighbour other) {
    return ORDER.compare(this, other);
  }
}
