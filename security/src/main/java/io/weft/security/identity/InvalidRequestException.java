package io.weft.security.identity;

/** A certificate request that cannot be granted: malformed, or without proof of possession. */
public final class InvalidRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidRequestException(String message) {
    super(message);
  }

  InvalidRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
