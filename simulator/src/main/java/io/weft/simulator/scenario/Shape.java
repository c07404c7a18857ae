package io.weft.simulator.scenario;

import io.weft.overlay.config.Durations;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.InvalidAddressException;
import io.weft.overlay.ipam.IpAddress;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a single value is written.
 *
 * @param allowed what is taken, in words: after "must be"
 * @param read empty when the text is none
 */
record Shape<T>(String allowed, Function<String, Optional<T>> read) {
  private static final Pattern DURATION = Pattern.compile("(-?)([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern MICROS = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(us|ms|s)");
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,60})?");
  private static final Pattern BANDWIDTH = Pattern.compile("([0-9]{1,12})(bit|kbit|Mbit|Gbit)");
  private static final int MAX_DIGITS = 9;
  private static final long MICROS_PER_MILLI = 1_000;
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** What people and files call things by. */
  static final Shape<String> NAME =
      text(
          "[A-Za-z][A-Za-z0-9._-]{0,62}",
          "1 to 63 letters, digits, '.', '_' or '-', beginning with a letter");

  /** true or false. */
  static final Shape<Boolean> FLAG =
      new Shape<>(
          "true or false",
          t ->
              switch (t) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
              });

  /** Any text of reasonable length in one line. */
  static final Shape<String> LINE =
      text("[^\\x00-\\x1f]{0,1000}", "at most 1000 characters in one line");

  /** An IPv4 address. */
  static final Shape<String> ADDRESS =
      new Shape<>(
          "an IPv4 address, such as 10.0.0.44",
          t -> t.contains(":") || !isAddress(t) ? Optional.empty() : Optional.of(t));

  /** An IPv4 subnet. */
  static final Shape<String> SUBNET =
      new Shape<>(
          "an IPv4 subnet without host bits, such as 10.32.0.0/16",
          t -> t.contains(":") || !isBlock(t) ? Optional.empty() : Optional.of(t));

  /** Bits per second; 0 is no limit. */
  static final Shape<Long> BITS =
      new Shape<>(
          "a bandwidth such as 10Mbit, 1Gbit or 512kbit, at least 1kbit, or unlimited",
          Shape::bits);

  /** A whole number of any size. */
  static final Shape<Long> SEED =
      new Shape<>(
          "a whole number from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE,
          t -> {
            try {
              return Optional.of(Long.parseLong(t));
            } catch (NumberFormatException _) {
              return Optional.empty();
            }
          });

  static Shape<String> text(String pattern, String allowed) {
    Pattern compiled = Pattern.compile(pattern);
    return new Shape<>(
        allowed, t -> compiled.matcher(t).matches() ? Optional.of(t) : Optional.empty());
  }

  static Shape<String> choice(List<String> words) {
    return new Shape<>(
        "one of " + String.join(", ", words),
        t -> words.contains(t) ? Optional.of(t) : Optional.empty());
  }

  static Shape<Integer> whole(int min, int max) {
    return new Shape<>(
        "a whole number from %d to %d".formatted(min, max),
        t ->
            t.matches("[0-9]{1," + MAX_DIGITS + "}")
                ? Optional.of(Integer.parseInt(t)).filter(n -> n >= min && n <= max)
                : Optional.empty());
  }

  /** A number with a point or without one. */
  static Shape<Double> decimal(double min, double max) {
    return new Shape<>(
        "a number from %s to %s".formatted(plain(min), plain(max)),
        t ->
            DECIMAL.matcher(t).matches()
                ? Optional.of(Double.parseDouble(t)).filter(d -> d >= min && d <= max)
                : Optional.empty());
  }

  /**
   * A share, as per cent or as a part of 1.
   *
   * @param most the largest; it is taken itself only when {@code reached}
   */
  static Shape<Double> share(double most, boolean reached) {
    return new Shape<>(
        "a share from 0%% to %s%s, such as 5%% or 0.05"
            .formatted(reached ? "" : "below ", percent(most)),
        t -> {
          boolean percent = t.endsWith("%");
          String digits = percent ? t.substring(0, t.length() - 1) : t;
          if (!DECIMAL.matcher(digits).matches()) {
            return Optional.empty();
          }
          BigDecimal number = new BigDecimal(digits).movePointLeft(percent ? 2 : 0);
          return Optional.of(number.doubleValue())
              .filter(d -> d >= 0 && (reached ? d <= most : d < most));
        });
  }

  /** A length of time in milliseconds; a negative one when the least is. */
  static Shape<Long> duration(long min, long max) {
    return new Shape<>(
        "a duration from %s to %s, such as 500ms, 10s, 5m or 2h"
            .formatted(millis(min), millis(max)),
        t -> {
          Matcher matcher = DURATION.matcher(t);
          if (!matcher.matches()) {
            return Optional.empty();
          }
          long factor =
              switch (matcher.group(3)) {
                case "ms" -> 1;
                case "s" -> 1_000;
                case "m" -> 60_000;
                case "h" -> 3_600_000;
                default -> 86_400_000;
              };
          long count = Long.parseLong(matcher.group(2));
          // Compared by division, so that no product overflows.
          if (count > Long.MAX_VALUE / factor) {
            return Optional.empty();
          }
          long value = matcher.group(1).isEmpty() ? count * factor : -count * factor;
          return Optional.of(value).filter(v -> v >= min && v <= max);
        });
  }

  /** A length of time in microseconds. */
  static Shape<Long> micros(long min, long max) {
    return new Shape<>(
        "a duration from %s to %s, such as 200us, 0.5ms or 80ms"
            .formatted(formatMicros(min), formatMicros(max)),
        t -> {
          Matcher matcher = MICROS.matcher(t);
          if (!matcher.matches()) {
            return Optional.empty();
          }
          int places =
              switch (matcher.group(2)) {
                case "us" -> 0;
                case "ms" -> 3;
                default -> 6;
              };
          BigDecimal value = new BigDecimal(matcher.group(1)).movePointRight(places);
          if (value.stripTrailingZeros().scale() > 0) {
            return Optional.empty();
          }
          return Optional.of(value.longValue()).filter(v -> v >= min && v <= max);
        });
  }

  private static boolean isAddress(String text) {
    try {
      IpAddress.parse(text);
      return true;
    } catch (InvalidAddressException _) {
      return false;
    }
  }

  private static boolean isBlock(String text) {
    try {
      AddressBlock.parse(text);
      return true;
    } catch (InvalidAddressException _) {
      return false;
    }
  }

  private static Optional<Long> bits(String text) {
    if (text.equals("unlimited")) {
      return Optional.of(0L);
    }
    Matcher matcher = BANDWIDTH.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long factor =
        switch (matcher.group(2)) {
          case "bit" -> 1;
          case "kbit" -> 1_000;
          case "Mbit" -> 1_000_000;
          default -> 1_000_000_000;
        };
    long count = Long.parseLong(matcher.group(1));
    return Optional.of(count)
        .filter(c -> c <= Long.MAX_VALUE / factor && c * factor >= 1_000)
        .map(c -> c * factor);
  }

  // --- back to text ---

  /** Milliseconds as they are written. */
  static String millis(long millis) {
    return millis < 0 ? "-" + Durations.format(-millis) : Durations.format(millis);
  }

  /** Microseconds as they are written. */
  static String formatMicros(long micros) {
    if (micros > 0 && micros % MICROS_PER_SECOND == 0) {
      return micros / MICROS_PER_SECOND + "s";
    }
    return micros > 0 && micros % MICROS_PER_MILLI == 0
        ? micros / MICROS_PER_MILLI + "ms"
        : micros + "us";
  }

  /** Bits per second as they are written. */
  static String formatBits(long bits) {
    if (bits == 0) {
      return "unlimited";
    }
    if (bits % 1_000_000_000 == 0) {
      return bits / 1_000_000_000 + "Gbit";
    }
    if (bits % 1_000_000 == 0) {
      return bits / 1_000_000 + "Mbit";
    }
    return bits % 1_000 == 0 ? bits / 1_000 + "kbit" : bits + "bit";
  }

  /** A share as per cent, exactly. */
  static String percent(double share) {
    BigDecimal hundred = new BigDecimal(Double.toString(share)).movePointRight(2);
    return hundred.signum() == 0 ? "0%" : hundred.stripTrailingZeros().toPlainString() + "%";
  }

  /** A number without an exponent, exactly. */
  static String plain(double number) {
    BigDecimal exact = new BigDecimal(Double.toString(number));
    return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
  }

  /** The key that scenario files use for a protocol. */
  static String key(Protocol protocol) {
    return protocol.name().toLowerCase(Locale.ROOT);
  }
}
