package io.weft.overlay.config;

import java.util.List;
import java.util.Locale;

/**
 * One key of the configuration.
 *
 * @param path as in {@code gossip.probeInterval}
 * @param defaultItems as they would be written in a file; none for an empty list or map
 * @param description one sentence, for the documentation
 */
record ConfigKey(String path, ValueType type, List<String> defaultItems, String description) {
  ConfigKey {
    defaultItems = List.copyOf(defaultItems);
  }

  /** The environment variable that overrides it: {@code WEFT_GOSSIP_PROBE_INTERVAL}. */
  String variable() {
    return "WEFT_"
        + path.replace('.', '_').replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT);
  }

  /** Whether the value is written as a list or a map. */
  boolean plural() {
    return switch (type) {
      case ValueType.Texts t -> true;
      case ValueType.Pairs p -> true;
      case ValueType.Text t -> false;
      case ValueType.Address a -> false;
      case ValueType.Choice c -> false;
      case ValueType.Flag f -> false;
      case ValueType.Whole w -> false;
      case ValueType.Size s -> false;
      case ValueType.Duration d -> false;
    };
  }

  /** The items of a value that is written in one piece, as a variable or a flag is. */
  List<String> itemsOf(String text) {
    if (!plural()) {
      return List.of(text);
    }
    return text.isBlank()
        ? List.of()
        : List.of(text.split(",", -1)).stream().map(String::strip).toList();
  }
}
