package io.weft.overlay.consensus;

import io.weft.security.identity.NodeId;
import java.util.List;

/**
 * A command could not be committed within its bounded time. It may still take effect later: this is
 * why each carries an idempotency key.
 */
public final class NoQuorumException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<NodeId> unreachable;

  /**
   * Says what failed and who was missing.
   *
   * @param reason one clause, without a full stop; who shows it adds the names of those missing
   * @param unreachable the voters that gave no answer, in the order of their ids; may be empty
   */
  public NoQuorumException(String reason, List<NodeId> unreachable) {
    super(reason);
    this.unreachable = List.copyOf(unreachable);
  }

  /** The voters that gave no answer, in the order of their ids. */
  public List<NodeId> unreachable() {
    return unreachable;
  }
}
