package io.weft.vxlan.esp;

/**
 * Which of the last sequence numbers have been seen (RFC 4303, section 3.4.3 and appendix A2; the
 * ring of words is RFC 6479's). Numbers are 64 bits, of which the wire carries the lower 32.
 *
 * <p>The order of use is: {@link #infer} the whole number, {@link #fresh} to drop cheaply what has
 * been seen, authenticate, and only then {@link #accept}.
 */
public final class ReplayWindow {
  private static final int WORDS = 64;
  private static final int WORD_BITS = 64;

  /** How far behind the highest a number may be and still be told apart: 4,032. */
  public static final int SIZE = (WORDS - 1) * WORD_BITS;

  /** No sequence number: outside of what the window can take. */
  public static final long NONE = -1;

  private final long[] seen = new long[WORDS];
  private long highest;

  /** The highest number accepted; 0 before the first. */
  public long highest() {
    return highest;
  }

  /**
   * The whole number that its lower half stands for, given what has been accepted so far (RFC 4303,
   * appendix A2.2): the one that lies in the window or ahead of it by less than 2^32.
   *
   * @return {@link #NONE} when it would lie before the very first
   */
  public long infer(int low) {
    long lower = Integer.toUnsignedLong(low);
    long topLow = highest & 0xffff_ffffL;
    long topHigh = highest >>> 32;
    long bottom = topLow - SIZE + 1;
    if (bottom >= 0) {
      return (lower >= bottom ? topHigh : topHigh + 1) << 32 | lower;
    }
    // The window reaches back into the former 2^32 numbers.
    if (lower >= (bottom & 0xffff_ffffL)) {
      return topHigh == 0 ? NONE : (topHigh - 1) << 32 | lower;
    }
    return topHigh << 32 | lower;
  }

  /** Whether the number has not been accepted yet and is not too old to know. */
  public boolean fresh(long sequence) {
    if (sequence <= 0) {
      return false;
    }
    if (sequence > highest) {
      return true;
    }
    return highest - sequence < SIZE && (seen[word(sequence)] & 1L << (sequence % WORD_BITS)) == 0;
  }

  /**
   * Takes note of an authenticated number.
   *
   * @return whether it was fresh
   */
  public boolean accept(long sequence) {
    if (!fresh(sequence)) {
      return false;
    }
    if (sequence > highest) {
      long fromWord = highest / WORD_BITS;
      long toWord = sequence / WORD_BITS;
      long clear = Math.min(toWord - fromWord, WORDS);
      for (long i = 1; i <= clear; i++) {
        seen[(int) ((fromWord + i) % WORDS)] = 0;
      }
      highest = sequence;
    }
    seen[word(sequence)] |= 1L << (sequence % WORD_BITS);
    return true;
  }

  private static int word(long sequence) {
    return (int) (sequence / WORD_BITS % WORDS);
  }
}
