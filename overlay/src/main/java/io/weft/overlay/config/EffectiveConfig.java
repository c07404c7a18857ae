package io.weft.overlay.config;

import java.util.List;

/**
 * The configuration that counts, and where each value of it came from.
 *
 * @param entries every key, in the documentation's order
 */
public record EffectiveConfig(WeftConfig config, List<Entry> entries) {

  /** Copies the list. */
  public EffectiveConfig {
    entries = List.copyOf(entries);
  }

  /**
   * One key's value.
   *
   * @param value as it would be written in a file; items of lists and pairs joined by commas
   */
  public record Entry(String key, String value, Origin origin) {}
}
