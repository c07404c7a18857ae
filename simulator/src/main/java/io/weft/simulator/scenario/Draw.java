package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws from a stream as scenarios need it: round values that read well. */
final class Draw {
  private final RandomGenerator random;

  Draw(RandomGenerator random) {
    this.random = random;
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  /** From least to most, both taken. */
  int whole(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** From least to most in steps, both taken. */
  long stepped(long least, long most, long step) {
    return least + step * random.nextLong((most - least) / step + 1);
  }

  <T> T one(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** In another order. */
  <T> List<T> shuffled(List<T> items) {
    List<T> rest = new ArrayList<>(items);
    List<T> order = new ArrayList<>();
    while (!rest.isEmpty()) {
      order.add(rest.remove(random.nextInt(rest.size())));
    }
    return order;
  }

  /** So many of them, in their order. */
  <T> List<T> some(List<T> items, int count) {
    List<T> chosen = shuffled(items).subList(0, count);
    return items.stream().filter(chosen::contains).toList();
  }
}
