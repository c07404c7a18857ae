package io.weft.node.api;

/** Why something did not come about; each kind has its exit code and its HTTP status. */
public enum ErrorKind {
  /** The thing asked about does not exist or does not hold. */
  NOT_FOUND_OR_FALSE(1, 404),
  /** The caller asked in a wrong way. */
  USAGE(2, 400),
  /** The agent could not be reached. */
  UNREACHABLE(3, 503),
  /** A privilege is missing; the message names it. */
  NOT_PERMITTED(4, 403),
  /** Refused or failed: port taken, no quorum, exhausted, bad token... */
  REFUSED(5, 409);

  private final int exitCode;
  private final int httpStatus;

  ErrorKind(int exitCode, int httpStatus) {
    this.exitCode = exitCode;
    this.httpStatus = httpStatus;
  }

  /** The exit code of a command that ends this way. */
  public int exitCode() {
    return exitCode;
  }

  /** The status of an HTTP answer of this kind. */
  public int httpStatus() {
    return httpStatus;
  }

  /** The kind of that name; a name from a newer version counts as {@link #REFUSED}. */
  public static ErrorKind named(String name) {
    for (ErrorKind kind : values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    return REFUSED;
  }
}
