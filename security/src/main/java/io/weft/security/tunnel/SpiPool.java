package io.weft.security.tunnel;

import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** The numbers of this host's inbound associations: random, from 256 on, no two alike at a time. */
final class SpiPool {
  private final RandomGenerator random;
  private final TreeSet<Integer> taken = new TreeSet<>();

  SpiPool(RandomGenerator random) {
    this.random = random;
  }

  int take() {
    // Two thousand million numbers for a few thousand associations: the first draw is nearly always
    // free.
    int spi;
    do {
      spi = random.nextInt(SaKeys.MIN_SPI, Integer.MAX_VALUE);
    } while (!taken.add(spi));
    return spi;
  }

  void giveBack(int spi) {
    taken.remove(spi);
  }
}
