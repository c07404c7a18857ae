package io.weft.overlay.records;

import java.util.Optional;

/** Which data plane a host runs. */
public enum DriverKind {
  /** ESP in the kernel. */
  KERNEL("kernel"),
  /** ESP in the agent. */
  USER("user"),
  /** No encryption. */
  CLEAR("clear");

  private final String text;

  DriverKind(String text) {
    this.text = text;
  }

  /** As people and the wire write it. */
  public String text() {
    return text;
  }

  /** The driver of this name. */
  public static Optional<DriverKind> of(String text) {
    for (DriverKind kind : values()) {
      if (kind.text.equals(text)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }
}
