package io.weft.security.token;

/**
 * A text that is no join token. The message is one line that says what is wrong and what to do; it
 * never repeats the secret.
 */
public final class InvalidTokenException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidTokenException(String message) {
    super(message);
  }
}
