package io.weft.gossip.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/** Other orders, on the randomness that the core was given. */
final class Shuffle {
  private Shuffle() {}

  /** Any order (Fisher and Yates). */
  static void shuffle(List<?> list, RandomGenerator random) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, random.nextInt(i + 1));
    }
  }

  /** A copy that begins somewhere else each time: where not all may fit, nothing starves. */
  static <T> List<T> rotated(Collection<T> items, RandomGenerator random) {
    List<T> list = new ArrayList<>(items);
    if (!list.isEmpty()) {
      Collections.rotate(list, random.nextInt(list.size()));
    }
    return list;
  }
}
