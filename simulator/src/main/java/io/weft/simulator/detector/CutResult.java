package io.weft.simulator.detector;

import io.weft.simulator.figures.Quantile;
import java.util.Arrays;

/**
 * What came of a run. Bytes are those of IP packets: payload, seal, UDP's and IPv4's headers.
 *
 * @param suspected how often a healthy member suspected a healthy one
 * @param falsePositives how often a member called a healthy one failed
 * @param falsePositivesAtHealthy how often of these that member was healthy itself
 * @param viewSizes how many different sizes of the view healthy members had, looking each second
 * @param viewChanges how often a member left a healthy one's view or came back, on average
 * @param outSeconds until the last of the sick had been left out of each healthy member's view at
 *     least once; -1 if one never was
 * @param sickInView of the last half of the time, for how much a sick member was in a healthy one's
 *     view, from 0 to 1
 * @param sentBytes for each member and second, what it sent; ascending
 * @param receivedBytes for each member and second, what reached it; ascending
 */
@SuppressWarnings("ArrayRecordComponent") // millions of numbers; never compared
public record CutResult(
    long suspected,
    long falsePositives,
    long falsePositivesAtHealthy,
    int viewSizes,
    double viewChanges,
    double outSeconds,
    double sickInView,
    int[] sentBytes,
    int[] receivedBytes) {
  /** The mean of these. */
  public static double mean(int[] bytes) {
    return Arrays.stream(bytes).average().orElse(0);
  }

  /** The smallest number that this share of these does not exceed. */
  public static int quantile(int[] ascending, double share) {
    return ascending[Quantile.index(ascending.length, share)];
  }
}
