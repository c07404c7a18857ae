package io.weft.overlay.config;

import io.weft.overlay.config.ValueType.Read;
import java.util.List;

/** Reading single values. */
final class Scalars {
  private static final int MAX_DIGITS = 18;

  private Scalars() {}

  static String one(List<String> items) {
    return String.join(",", items);
  }

  /** A number with an optional or required unit behind it; gives an Integer. */
  static Read number(String text, String unit, int min, int max, boolean unitRequired) {
    String digits = text;
    if (!unit.isEmpty() && text.endsWith(unit)) {
      digits = text.substring(0, text.length() - unit.length());
    } else if (unitRequired) {
      return new Read.Bad("'" + text + "' has no unit");
    }
    if (!digits.matches("-?[0-9]{1," + MAX_DIGITS + "}")) {
      return new Read.Bad("'" + text + "' is not allowed");
    }
    long value = Long.parseLong(digits);
    return value >= min && value <= max
        ? new Read.Good((int) value)
        : new Read.Bad(text + " is out of range");
  }
}
