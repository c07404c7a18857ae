package io.weft.gossip.link;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;

/** All that can happen to a {@link LinkCore}. */
public sealed interface LinkInput {

  /** Keep a link to this peer, reached at this address (again with another address: it moved). */
  record Want(NodeId peer, PeerAddress address) implements LinkInput {}

  /** No link to this peer any more. */
  record Unwant(NodeId peer) implements LinkInput {}

  /** Open a link to whoever is here; tried until some peer answers there. */
  record Seed(PeerAddress address) implements LinkInput {}

  /** The transport's answer to a dial. */
  record Dialed(long linkId, NodeId peer) implements LinkInput {}

  /** The transport's other answer to a dial. */
  record DialFailed(long linkId, String cause) implements LinkInput {}

  /** A peer opened a link to us. */
  record Accepted(long linkId, NodeId peer, PeerAddress from) implements LinkInput {}

  /** An open link is gone. */
  record Closed(long linkId, String cause) implements LinkInput {}

  /** Something was heard from this peer by another way: do not wait out a long backoff. */
  record Evidence(NodeId peer) implements LinkInput {}

  /** The deadline that the core named has come. */
  record Timer() implements LinkInput {}
}
