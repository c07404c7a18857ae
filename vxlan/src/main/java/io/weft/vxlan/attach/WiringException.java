package io.weft.vxlan.attach;

/** An endpoint could not be attached or detached; the message is one line for people. */
public final class WiringException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  public enum Kind {
    /** The path is no network namespace. */
    NO_SUCH_NAMESPACE,
    /** The namespace has a device of that name already. */
    NAME_TAKEN,
    /** The endpoint is attached already. */
    ALREADY_ATTACHED,
    /** CAP_NET_ADMIN or CAP_SYS_ADMIN is missing. */
    NOT_PERMITTED,
    /** The interface name, an address or the MTU is not acceptable. */
    INVALID,
    /** Anything else. */
    FAILED
  }

  private final Kind kind;

  /** Makes one. */
  public WiringException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Makes one with its cause. */
  public WiringException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }
}
