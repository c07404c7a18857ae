package io.weft.gossip.signing;

import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Signs what this node writes, and knows by their keys what others wrote. An owner's identity is
 * the hash of its key, so whoever is told the key can check that it is the owner's.
 *
 * <p>The real one is {@link IdentitySigner}; simulations take {@code testing.CheapSigner}.
 */
public interface RecordSigner {
  /** The length of every signature. */
  int SIGNATURE_BYTES = 64;

  /** This node's own key. */
  OwnerKey own();

  /** This node's signature of a statement, {@link #SIGNATURE_BYTES} bytes. */
  byte[] sign(byte[] statement);

  /** An owner's key as somebody tells it; null if it is not that owner's. Never throws. */
  @Nullable OwnerKey key(NodeId owner, byte[] encoded);
}
