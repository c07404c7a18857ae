package io.weft.raft;

/** The mean of the last values; stands in Atomix's code for a whole statistics library. */
public final class MeanWindow {
  private final double[] values;
  private int count;
  private int next;

  /** A window over so many values. */
  public MeanWindow(int size) {
    values = new double[size];
  }

  /** Adds a value, which pushes the oldest out when the window is full. */
  public void addValue(double value) {
    values[next] = value;
    next = (next + 1) % values.length;
    count = Math.min(count + 1, values.length);
  }

  /** The mean of the values in the window, NaN when it is empty. */
  public double getMean() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return count == 0 ? Double.NaN : sum / count;
  }

  /** Empties the window. */
  public void clear() {
    count = 0;
    next = 0;
  }
}
