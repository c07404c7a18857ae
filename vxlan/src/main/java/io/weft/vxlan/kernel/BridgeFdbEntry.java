package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.MacAddress;
import java.util.Comparator;

/**
 * An entry of a bridge's forwarding database: {@code mac} is behind {@code port}. Those that Weft
 * writes are static and sticky, so that no frame with a forged source can move them.
 *
 * @param port name of the bridge's port
 * @param mac the station
 * @param fixed static and sticky; false for one that was learnt or that moves
 */
public record BridgeFdbEntry(String port, MacAddress mac, boolean fixed)
    implements Comparable<BridgeFdbEntry> {

  private static final Comparator<BridgeFdbEntry> ORDER =
      Comparator.comparing(BridgeFdbEntry::port)
          .thenComparing(BridgeFdbEntry::mac)
          .thenComparing(BridgeFdbEntry::fixed);

  @Override
  public int compareTo(BridgeFdbEntry other) {
    return ORDER.compare(this, other);
  }
}
