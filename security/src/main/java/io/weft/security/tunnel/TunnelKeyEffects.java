package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;

/**
 * What {@link TunnelKeyCore} wants done. Each has to have taken effect before the next is begun:
 * INV-SEC-3 rests on an inbound association being installed before the message that allows the peer
 * to send on it goes out.
 */
public interface TunnelKeyEffects {
  /** Sends a message to the peer's core, by its link. It may be lost. */
  void send(NodeId peer, byte[] payload);

  /**
   * Makes packets of this association from the peer be accepted, beside those that are accepted
   * already.
   */
  void installInbound(NodeId peer, SaKeys keys);

  /**
   * Makes packets to the peer go out under this association from now on, in place of the one
   * before.
   */
  void useOutbound(NodeId peer, SaKeys keys);

  /** Makes packets of this association be dropped from now on. */
  void removeInbound(NodeId peer, int spi);

  /**
   * Forgets an outbound association: one that was replaced, or the last one of a peer that is gone.
   */
  void removeOutbound(NodeId peer, int spi);
}
