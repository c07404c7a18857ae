package io.weft.overlay.ipam;

/** An address or prefix that was typed wrongly; the message is one line and says how to mend it. */
public final class InvalidAddressException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** With the one line that a user sees. */
  public InvalidAddressException(String message) {
    super(message);
  }
}
