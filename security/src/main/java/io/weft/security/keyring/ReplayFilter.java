package io.weft.security.keyring;

/**
 * A sliding window over a sender's counters (the scheme of RFC 6479): says whether one was seen
 * before.
 */
final class ReplayFilter {
  /** How far behind the newest counter a datagram may arrive. */
  static final int WINDOW = 512;

  private final long[] seen = new long[WINDOW / Long.SIZE];
  private long newest = -1;

  /** Whether the counter is new; if so it is not new the next time. Counters are not negative. */
  boolean accept(long counter) {
    if (counter <= newest - WINDOW) {
      return false;
    }
    if (counter > newest) {
      forget(counter);
      newest = counter;
    }
    int word = (int) (counter % WINDOW) / Long.SIZE;
    long bit = 1L << (counter % Long.SIZE);
    if ((seen[word] & bit) != 0) {
      return false;
    }
    seen[word] |= bit;
    return true;
  }

  /**
   * Clears the places that the counters between the newest one and this one take over from older
   * ones.
   */
  private void forget(long counter) {
    long from = Math.max(newest + 1, counter - WINDOW + 1);
    // Counted by distance: the counter may be the last there is, and one more than it negative.
    for (long left = counter - from; left >= 0; left--) {
      long passed = counter - left;
      seen[(int) (passed % WINDOW) / Long.SIZE] &= ~(1L << (passed % Long.SIZE));
    }
  }
}
