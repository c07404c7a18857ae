package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.Comparator;

/**
 * An entry of a VXLAN device's own forwarding database: frames to {@code mac} go to {@code vtep}.
 * The zero MAC may have several, and each gets a copy of what has no entry of its own.
 *
 * @param device name of the VXLAN device
 * @param mac inner destination
 * @param vtep outer destination
 */
public record FdbEntry(String device, MacAddress mac, InetAddress vtep)
    implements Comparable<FdbEntry> {

  private static final Comparator<FdbEntry> ORDER =
      Comparator.comparing(FdbEntry::device)
          .thenComparing(FdbEntry::mac)
          .thenComparing(FdbEntry::vtep, AddressOrder.BY_OCTETS);

  @Override
  public int compareTo(FdbEntry other) {
    return ORDER.compare(this, other);
  }
}
