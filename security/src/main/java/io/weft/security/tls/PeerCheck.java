package io.weft.security.tls;

import io.weft.security.identity.NodeId;

/**
 * Whether a node, though its certificate is good, is not to be let in any more. Called on the
 * threads that shake hands.
 */
@FunctionalInterface
public interface PeerCheck {
  /** Refuses nobody. */
  PeerCheck NONE = id -> false;

  /** Whether the node with this id has been revoked. */
  boolean revoked(NodeId id);
}
