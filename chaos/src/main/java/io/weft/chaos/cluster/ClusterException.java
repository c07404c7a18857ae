package io.weft.chaos.cluster;

/** The cluster could not be brought into the state that was asked for. */
public final class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that says what failed. */
  public ClusterException(String message) {
    super(message);
  }

  /** With a message that says what failed, and why. */
  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
