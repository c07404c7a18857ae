package io.weft.overlay.registry;

/** Bytes that are no command, result or snapshot of this format; the message says why. */
public final class MalformedRegistryException extends Exception {
  private static final long serialVersionUID = 1L;

  /** With the cause in one line. */
  public MalformedRegistryException(String message) {
    super(message);
  }
}
