package io.weft.vxlan.kernel;

/** The kernel refused something; the message is one line for people. */
public final class KernelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, as far as callers act on it. */
  public enum Kind {
    /** No such device or object. */
    NOT_FOUND,
    /** It is there already. */
    EXISTS,
    /** CAP_NET_ADMIN is missing. */
    NOT_PERMITTED,
    /** In use, or the port is taken. */
    BUSY,
    /** This kernel cannot do it. */
    UNSUPPORTED,
    /** The kernel says the request makes no sense. */
    INVALID,
    /** Anything else. */
    OTHER
  }

  private final Kind kind;

  /** Makes one with a message that says what was tried and why it failed. */
  public KernelException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Makes one with its cause. */
  public KernelException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Why. */
  public Kind kind() {
    return kind;
  }
}
