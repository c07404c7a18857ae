package io.weft.overlay.planner;

import io.weft.vxlan.desired.SecurityAssociation;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The security associations with one peer.
 *
 * <p>An association whose tunnel was taken away must never come back: the kernel would count its
 * packets from one again, which uses a nonce twice and forgets the replay window (INV-SEC-2). So a
 * tunnel stays desired for as long as there are associations, failed peer or not, and associations
 * are left out as soon as the peer's tunnel address is not the one that they were made for.
 *
 * @param madeFor the peer's tunnel address at the time of the exchange; null when there are none
 */
public record PeerKeys(
    @Nullable InetAddress madeFor,
    List<SecurityAssociation> inbound,
    @Nullable SecurityAssociation outbound) {

  /** No association yet. */
  public static final PeerKeys NONE = new PeerKeys(null, List.of(), null);

  /** Copies the list. */
  public PeerKeys {
    inbound = List.copyOf(inbound);
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return inbound.isEmpty() && outbound == null;
  }
}
