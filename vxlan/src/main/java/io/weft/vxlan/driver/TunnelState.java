package io.weft.vxlan.driver;

/** Whether overlay frames can go to a peer. */
public enum TunnelState {
  /** Keys in both directions. */
  UP,
  /** Keys in one direction or none yet. */
  CONNECTING,
  /** The driver itself has stopped; nothing goes. */
  DOWN;

  /** As in JSON: {@code up}, {@code connecting}, {@code down}. */
  public String label() {
    return switch (this) {
      case UP -> "up";
      case CONNECTING -> "connecting";
      case DOWN -> "down";
    };
  }
}
