package io.weft.gossip.core;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;

/**
 * What a step of {@link GossipCore} wants done. The arrays are given away: the core does not touch
 * them again.
 */
public interface GossipEffects {

  /** Send a datagram of at most the configured budget; it may be lost. */
  void sendDatagram(PeerAddress to, byte[] payload);

  /** Send over the peer's link, if there is one now; else drop it, the core will come again. */
  void sendLink(NodeId to, byte[] payload);

  /** Tell the host. Events come in order, inside the step that caused them. */
  void emit(GossipEvent event);
}
