package io.weft.node.api;

import java.io.Serial;

/** The path is there, and what was to be done with it is not. */
final class WrongMethodException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String allowed;

  WrongMethodException(String method, String path, String allowed) {
    super("no %s on %s, only %s: see /v1/openapi.json".formatted(method, path, allowed));
    this.allowed = allowed;
  }

  /** The methods that the path knows, by comma: the header {@code Allow}. */
  String allowed() {
    return allowed;
  }
}
