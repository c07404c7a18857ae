package io.weft.overlay.config;

import java.util.Collection;

/** Finds what was probably meant by a word that is not known. */
final class Nearest {
  /** A word is proposed when no more than one in so many of its letters differ. */
  private static final int LETTERS_PER_SLIP = 3;

  private static final int MAX_LENGTH = 100;

  private Nearest() {}

  /** {@code "; did you mean 'x'?"}, or empty. */
  static String hint(String word, Collection<String> known) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : known) {
      // A key under a wrong section, or none, is compared by its last part as well.
      int distance = Math.min(distance(word, candidate), 1 + distance(last(word), last(candidate)));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    boolean near = bestDistance <= Math.max(1, last(word).length() / LETTERS_PER_SLIP);
    return near ? "; did you mean '" + best + "'?" : "";
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** How many letters must be put in, taken out or changed (Levenshtein), without case. */
  private static int distance(String a, String b) {
    if (a.length() > MAX_LENGTH || b.length() > MAX_LENGTH) {
      return Integer.MAX_VALUE / 2;
    }
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same =
            Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
        current[j] =
            Math.min(previous[j - 1] + (same ? 0 : 1), 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
