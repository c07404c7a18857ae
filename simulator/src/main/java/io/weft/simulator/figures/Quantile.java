package io.weft.simulator.figures;

/** Which of some sorted values a quantile is, by the nearest rank: always one that was measured. */
public final class Quantile {
  private Quantile() {}

  /**
   * The index of the smallest value that this share of them does not exceed.
   *
   * @param share above 0 and up to 1; 0.5 is the median
   * @throws IllegalArgumentException when there are no values, or no such share
   */
  public static int index(int values, double share) {
    if (values < 1 || !(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("quantile " + share + " of " + values + " values");
    }
    return (int) Math.ceil(share * values) - 1;
  }
}
