package io.weft.simulator.history;

/** A history file that does not keep to the format; the message names the line and the mend. */
public final class MalformedHistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedHistoryException(String message) {
    super(message);
  }
}
