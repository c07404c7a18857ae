package io.weft.vxlan.netlink;

/** What came from a netlink socket is not a netlink message. */
public final class MalformedMessageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes one with a line that says what does not fit. */
  public MalformedMessageException(String message) {
    super(message);
  }
}
