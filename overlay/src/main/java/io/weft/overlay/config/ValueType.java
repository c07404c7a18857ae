package io.weft.overlay.config;

import io.weft.overlay.ipam.InvalidAddressException;
import io.weft.overlay.ipam.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a key's value may be. Each type reads text, and says in words what it takes. */
sealed interface ValueType {

  /** What came of reading a value. */
  sealed interface Read {
    /** The value: a String, Boolean, Integer, Long, List or SortedMap, as the type says. */
    record Good(Object value) implements Read {}

    /** It is none; the key's range is told beside it. */
    record Bad(String why) implements Read {}
  }

  /** Reads the items of a value: one for all but lists and maps. */
  Read read(List<String> items);

  /** What is taken, in words: after "must be". */
  String allowed();

  /** The unit, for the documentation; empty when there is none. */
  default String unit() {
    return "";
  }

  /** Text of a given shape; gives a String. */
  record Text(Pattern pattern, String allowed) implements ValueType {
    @Override
    public Read read(List<String> items) {
      String text = Scalars.one(items);
      return pattern.matcher(text).matches()
          ? new Read.Good(text)
          : new Read.Bad("'" + text + "' is not allowed");
    }
  }

  /** One of some words; gives the word as a String. */
  record Choice(List<String> words) implements ValueType {
    public Choice {
      words = List.copyOf(words);
    }

    @Override
    public Read read(List<String> items) {
      String text = Scalars.one(items);
      return words.contains(text)
          ? new Read.Good(text)
          : new Read.Bad("'" + text + "' is not allowed" + Nearest.hint(text, words));
    }

    @Override
    public String allowed() {
      return "one of " + String.join(", ", words);
    }
  }

  /** true or false; gives a Boolean. */
  record Flag() implements ValueType {
    @Override
    public Read read(List<String> items) {
      return switch (Scalars.one(items)) {
        case "true" -> new Read.Good(true);
        case "false" -> new Read.Good(false);
        case String other -> new Read.Bad("'" + other + "' is not allowed");
      };
    }

    @Override
    public String allowed() {
      return "true or false";
    }
  }

  /** A whole number; gives an Integer. */
  record Whole(int min, int max) implements ValueType {
    @Override
    public Read read(List<String> items) {
      return Scalars.number(Scalars.one(items), "", min, max, false);
    }

    @Override
    public String allowed() {
      return "a whole number from %d to %d".formatted(min, max);
    }
  }

  /**
   * A number of bytes, such as {@code 1200B}; gives an Integer.
   *
   * @param zeroMeans what 0 stands for, or empty when 0 is not taken below {@code min}
   */
  record Size(int min, int max, String zeroMeans) implements ValueType {
    @Override
    public Read read(List<String> items) {
      String text = Scalars.one(items);
      boolean zero = !zeroMeans.isEmpty() && (text.equals("0") || text.equals("0B"));
      return zero ? new Read.Good(0) : Scalars.number(text, "B", min, max, true);
    }

    @Override
    public String allowed() {
      return "a size from %dB to %dB, written as %dB%s"
          .formatted(min, max, min, zeroMeans.isEmpty() ? "" : ", or 0B: " + zeroMeans);
    }

    @Override
    public String unit() {
      return "bytes";
    }
  }

  /** A length of time, such as {@code 500ms}; gives a Long, in milliseconds. */
  record Duration(long minMillis, long maxMillis) implements ValueType {
    @Override
    public Read read(List<String> items) {
      return Durations.read(Scalars.one(items), minMillis, maxMillis);
    }

    @Override
    public String allowed() {
      return "a duration from %s to %s, such as 500ms, 10s, 5m, 2h or 1d"
          .formatted(Durations.format(minMillis), Durations.format(maxMillis));
    }

    @Override
    public String unit() {
      return "time";
    }
  }

  /**
   * The literal of one host's IP address; gives a String.
   *
   * @param whenEmpty what an empty value stands for
   */
  record Address(String whenEmpty) implements ValueType {
    @Override
    public Read read(List<String> items) {
      String text = Scalars.one(items);
      if (text.isEmpty()) {
        return new Read.Good(text);
      }
      InetAddress address;
      try {
        address = IpAddress.parse(text).toInetAddress();
      } catch (InvalidAddressException e) {
        return new Read.Bad("'" + text + "' is not allowed");
      }
      return address.isAnyLocalAddress() || address.isMulticastAddress()
          ? new Read.Bad(text + " is no single host's")
          : new Read.Good(text);
    }

    @Override
    public String allowed() {
      return "an IP address, such as 10.0.0.1 or fd00::1, or empty: " + whenEmpty;
    }
  }

  /** Several texts of one shape; gives a List of String. */
  record Texts(Text element, int most) implements ValueType {
    @Override
    public Read read(List<String> items) {
      if (items.size() > most) {
        return new Read.Bad("%d are too many".formatted(items.size()));
      }
      List<String> values = new ArrayList<>();
      for (String item : items) {
        switch (element.read(List.of(item))) {
          case Read.Good(Object value) -> values.add((String) value);
          case Read.Bad bad -> {
            return bad;
          }
        }
      }
      return new Read.Good(List.copyOf(values));
    }

    @Override
    public String allowed() {
      return "a list of at most %d, each %s".formatted(most, element.allowed());
    }
  }

  /** Keys with values; gives a SortedMap of String to String. */
  record Pairs(int most, int mostCharacters) implements ValueType {
    @Override
    public Read read(List<String> items) {
      if (items.size() > most) {
        return new Read.Bad("%d are too many".formatted(items.size()));
      }
      SortedMap<String, String> pairs = new TreeMap<>();
      for (String item : items) {
        int equals = item.indexOf('=');
        if (equals < 1 || item.length() > mostCharacters) {
          return new Read.Bad("'" + item + "' is not allowed");
        }
        pairs.put(item.substring(0, equals), item.substring(equals + 1));
      }
      return new Read.Good(pairs);
    }

    @Override
    public String allowed() {
      return "at most %d pairs of a key and a value, of at most %d characters"
          .formatted(most, mostCharacters);
    }
  }
}
