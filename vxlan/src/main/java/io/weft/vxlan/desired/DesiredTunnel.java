package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The encrypted path to one peer host.
 *
 * @param peer its underlay address
 * @param udpPort the peer's port for ESP in UDP, 1..65535
 * @param encapsulation how ESP travels
 * @param inbound what we accept from the peer: the newest and those that are draining
 * @param outbound what we send with; null until keys are agreed, and then nothing is sent
 */
public record DesiredTunnel(
    InetAddress peer,
    int udpPort,
    Encapsulation encapsulation,
    List<SecurityAssociation> inbound,
    @Nullable SecurityAssociation outbound) {

  /** Checks the port, copies the list. */
  public DesiredTunnel {
    Objects.requireNonNull(peer);
    Objects.requireNonNull(encapsulation);
    inbound = List.copyOf(inbound);
    if (udpPort < 1 || udpPort > 0xffff) {
      throw new IllegalArgumentException("UDP port " + udpPort + " is not in 1..65535");
    }
  }
}
