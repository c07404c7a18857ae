package io.weft.gossip.core;

/**
 * Which of one owner's events and queries have come: the highest number, and a bit for each of the
 * {@link #WIDTH} up to it. Lower ones count as having come.
 */
final class FiredBy {
  /** More than are kept of one owner, so that what is still told is told apart. */
  static final int WIDTH = 256;

  private final long[] seen = new long[WIDTH / Long.SIZE];
  private long generation = -1;
  private long highest;

  /** Whether this one has not come yet, as far as one can tell. */
  boolean lacks(long itsGeneration, long number) {
    if (itsGeneration != generation) {
      return itsGeneration > generation;
    }
    return number > highest || (number > highest - WIDTH && (word(number) & bit(number)) == 0);
  }

  /** It has come. */
  void add(long itsGeneration, long number) {
    if (itsGeneration > generation) {
      generation = itsGeneration;
      highest = number;
      java.util.Arrays.fill(seen, 0);
    }
    for (long passed = Math.max(highest + 1, number - WIDTH + 1); passed <= number; passed++) {
      seen[index(passed)] &= ~bit(passed);
    }
    highest = Math.max(highest, number);
    seen[index(number)] |= bit(number);
  }

  private long word(long number) {
    return seen[index(number)];
  }

  private static int index(long number) {
    return (int) (number / Long.SIZE % (WIDTH / Long.SIZE));
  }

  private static long bit(long number) {
    return 1L << (number % Long.SIZE);
  }
}
