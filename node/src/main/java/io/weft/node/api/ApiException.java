package io.weft.node.api;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Something the user asked for did not come about; the message is one line for the user. */
public final class ApiException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final ErrorKind kind;

  /**
   * Makes one.
   *
   * @param message one line that says what is wrong and what to do
   */
  public ApiException(ErrorKind kind, String message) {
    this(kind, message, null);
  }

  /**
   * Makes one with a cause, which is shown only when debugging.
   *
   * @param message one line that says what is wrong and what to do
   */
  public ApiException(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Which exit code and HTTP status it leads to. */
  public ErrorKind kind() {
    return kind;
  }

  /** The line for the user. */
  public String line() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
