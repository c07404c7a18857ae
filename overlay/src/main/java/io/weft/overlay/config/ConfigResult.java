package io.weft.overlay.config;

import java.util.List;

/** What came of reading the configuration. */
public sealed interface ConfigResult {

  /** All of it is well. */
  record Valid(EffectiveConfig config) implements ConfigResult {}

  /** All that is wrong with it, in the order of the sources and lines; at least one. */
  record Invalid(List<ConfigError> errors) implements ConfigResult {
    /** Copies the list. */
    public Invalid {
      errors = List.copyOf(errors);
    }
  }
}
