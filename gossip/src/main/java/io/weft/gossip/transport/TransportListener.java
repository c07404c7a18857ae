package io.weft.gossip.transport;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;

/**
 * What a {@link Transport} has to say. Called on transport threads: only enqueue. The arrays are
 * given away.
 */
public interface TransportListener {

  /** A datagram came; nothing about its sender is proven. */
  void datagram(PeerAddress from, byte[] payload);

  /** A dial has led to a link whose other end has proven to be this peer. */
  void dialed(long linkId, NodeId peer);

  /** A dial has failed. */
  void dialFailed(long linkId, String cause);

  /** A peer opened a link and has proven its identity. */
  void accepted(long linkId, NodeId peer, PeerAddress from);

  /**
   * Somebody without a certificate opened a link: only {@link Channel#JOIN} is delivered from it.
   */
  void acceptedAnonymous(long linkId, PeerAddress from);

  /** A message on an open link. */
  void message(long linkId, Channel channel, byte[] payload);

  /** An open link is gone (not called for a dial that failed). */
  void closed(long linkId, String cause);
}
