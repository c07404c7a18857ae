package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.AddressOrder;
import java.net.InetAddress;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A security association of Weft's as the kernel reports it.
 *
 * @param source the sender's underlay address
 * @param destination the receiver's underlay address
 * @param spi as on the wire
 * @param encapsulation ports of ESP in UDP; null for IP protocol 50
 * @param packets carried so far
 * @param bytes carried so far
 * @param replayDrops packets dropped as replayed or too old
 * @param authDrops packets dropped because their ICV did not fit
 */
public record SaState(
    InetAddress source,
    InetAddress destination,
    int spi,
    @Nullable UdpEncapsulation encapsulation,
    long packets,
    long bytes,
    long replayDrops,
    long authDrops) {

  /** By addresses, then SPI. */
  public static final Comparator<SaState> ORDER =
      Comparator.comparing(SaState::source, AddressOrder.BY_OCTETS)
          .thenComparing(SaState::destination, AddressOrder.BY_OCTETS)
          .thenComparingInt(SaState::spi);
}
