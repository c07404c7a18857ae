package io.weft.overlay.config;

/**
 * Something wrong in the configuration.
 *
 * @param key as it was written
 * @param message what is wrong, what is allowed, and what was probably meant; one line
 */
public record ConfigError(Origin origin, String key, String message) {
  /** As one line: {@code weft.yaml:3: gossip.prot: ...}. */
  @Override
  public String toString() {
    return key.isEmpty() ? origin + ": " + message : origin + ": " + key + ": " + message;
  }
}
