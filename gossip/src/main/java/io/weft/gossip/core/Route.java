package io.weft.gossip.core;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;

/** The way that a message came, and its answer goes. */
sealed interface Route {

  /**
   * By datagram, from this address (as the network shows it, which may not be the one the member
   * names).
   */
  record Datagram(PeerAddress from) implements Route {}

  /** Over the link with this peer. */
  record Link(NodeId peer) implements Route {}
}
