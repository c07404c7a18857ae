package io.weft.overlay.config;

import io.weft.overlay.config.ValueType.Read;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them. */
public final class Durations {
  private static final Pattern SHAPE = Pattern.compile("([0-9]{1,15})(ms|s|m|h|d)");

  private record Unit(String name, long millis) {}

  /** Largest first. */
  private static final List<Unit> UNITS =
      List.of(
          new Unit("d", 86_400_000),
          new Unit("h", 3_600_000),
          new Unit("m", 60_000),
          new Unit("s", 1_000),
          new Unit("ms", 1));

  private Durations() {}

  static Read read(String text, long minMillis, long maxMillis) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return new Read.Bad(
          text.matches("[0-9]+") ? "'" + text + "' has no unit" : "'" + text + "' is not allowed");
    }
    long factor = 1;
    for (Unit unit : UNITS) {
      if (unit.name().equals(matcher.group(2))) {
        factor = unit.millis();
      }
    }
    long count = Long.parseLong(matcher.group(1));
    // Compared by division, so that no product overflows.
    if (count > maxMillis / factor || count * factor < minMillis) {
      return new Read.Bad(text + " is out of range");
    }
    return new Read.Good(count * factor);
  }

  /** In the largest unit that gives a whole number: 90000 is {@code 90s}. */
  public static String format(long millis) {
    if (millis == 0) {
      return "0s";
    }
    for (Unit unit : UNITS) {
      if (millis % unit.millis() == 0) {
        return millis / unit.millis() + unit.name();
      }
    }
    throw new AssertionError("every number is whole in milliseconds");
  }
}
