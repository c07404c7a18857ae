package io.weft.simulator.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Seeds, both ends taken.
 *
 * @param first at most {@code last}
 */
record SeedRange(long first, long last) {
  /** How many. */
  long count() {
    return last - first + 1;
  }

  /** Reads {@code A..B}, or a single seed. */
  static final class Converter implements ITypeConverter<SeedRange> {
    private static final Pattern SHAPE =
        Pattern.compile("(-?[0-9]{1,18})(?:\\.\\.(-?[0-9]{1,18}))?");

    @Override
    public SeedRange convert(String text) {
      Matcher matcher = SHAPE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is not a range of seeds: write for example 1..200");
      }
      long first = Long.parseLong(matcher.group(1));
      long last = matcher.group(2) == null ? first : Long.parseLong(matcher.group(2));
      if (last < first) {
        throw new TypeConversionException("'" + text + "' is empty: the first seed comes first");
      }
      return new SeedRange(first, last);
    }
  }
}
