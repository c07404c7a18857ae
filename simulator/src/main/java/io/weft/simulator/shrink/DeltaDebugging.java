package io.weft.simulator.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds a list from which nothing can be left out: Zeller and Hildebrandt's ddmin (Simplifying and
 * Isolating Failure-Inducing Input, 2002).
 */
final class DeltaDebugging {
  private DeltaDebugging() {}

  /**
   * A sublist that still fails, and of which no single item can be left out while it does.
   *
   * @param items a list that fails
   * @param fails asked of sublists in their order; may give up by saying no
   */
  static <T> List<T> minimal(List<T> items, Predicate<List<T>> fails) {
    if (items.isEmpty() || fails.test(List.of())) {
      return List.of();
    }
    List<T> current = List.copyOf(items);
    int parts = 2;
    while (current.size() >= 2) {
      List<T> smaller = reduced(current, parts, fails);
      if (!smaller.isEmpty()) {
        current = smaller;
        parts = Math.max(parts - 1, 2);
      } else if (parts < current.size()) {
        parts = Math.min(current.size(), parts * 2);
      } else {
        break;
      }
    }
    return current;
  }

  /** With one part left out, or empty when all of them are needed. */
  private static <T> List<T> reduced(List<T> items, int parts, Predicate<List<T>> fails) {
    for (int i = 0; i < parts; i++) {
      int from = items.size() * i / parts;
      int to = items.size() * (i + 1) / parts;
      List<T> rest = new ArrayList<>(items.subList(0, from));
      rest.addAll(items.subList(to, items.size()));
      if (!rest.isEmpty() && fails.test(rest)) {
        return List.copyOf(rest);
      }
    }
    return List.of();
  }
}
