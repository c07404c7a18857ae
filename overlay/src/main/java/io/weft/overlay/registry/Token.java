package io.weft.overlay.registry;

import io.weft.security.identity.NodeId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A join token as the registry knows it: never the secret.
 *
 * @param secretHash SHA-256 of the secret
 * @param expiresAtMillis wall-clock time
 * @param usedBy the hosts that joined with it
 */
public record Token(
    String id,
    Blob secretHash,
    long expiresAtMillis,
    int usesAllowed,
    SortedSet<NodeId> usedBy,
    boolean revoked) {
  /** Copies the set. */
  public Token {
    usedBy = Collections.unmodifiableSortedSet(new TreeSet<>(usedBy));
  }

  /** How many joins are left. */
  public int usesLeft() {
    return Math.max(0, usesAllowed - usedBy.size());
  }
}
