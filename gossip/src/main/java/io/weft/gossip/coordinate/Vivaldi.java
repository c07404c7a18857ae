package io.weft.gossip.coordinate;

import com.google.protobuf.ByteString;
import java.util.random.RandomGenerator;

/**
 * Finds a node its place: each measured round trip is a spring between two places, and moves this
 * end of it a little towards rest (Dabek et al., figure 3, and section 5.4 for heights). With
 * gravity, so that all places together do not drift away (Ledlie et al., 2007), and an adjustment,
 * which is what the last round trips were longer or shorter than the places say (Lee, Zhang, Sahu
 * and Saha: On Suitability of Euclidean Embedding for Host-Based Network Coordinate Systems,
 * IEEE/ACM Transactions on Networking 18(1), 2010). Its constants are those of Vivaldi, and what
 * serf ships for window, errors and height.
 *
 * <p>A peer may lie about its place and delay its answers. So no one round trip moves the place by
 * more than a quarter of a typical one of this node, which two of three are not longer than: a peer
 * that lies counts as one of all. No clock and no randomness of its own.
 */
public final class Vivaldi {
  /** How much one round trip may change the error. */
  private static final double ERROR_SHARE = 0.25;

  /** How much of what is amiss one round trip may mend. */
  private static final double MEND_SHARE = 0.25;

  /** The adjustment is taken from so many round trips. */
  private static final int WINDOW = 20;

  /** What is pulled back in a step is the square of the distance from the middle by this. */
  private static final double GRAVITY_MILLIS = 500;

  /** A shorter round trip is not told from this one. */
  private static final double MIN_ROUND_TRIP_MILLIS = 0.01;

  /** However short round trips are, a step may be so long. */
  private static final double MIN_REACH_MILLIS = 0.1;

  // By so much the typical round trip is raised by each that is longer, and lowered by each that is
  // not: it comes to rest where two of three are not longer.
  private static final double TYPICAL_UP = 1.5625;
  private static final double TYPICAL_DOWN = 1.25;

  /** Two places that are nearer than this are one: any direction leads apart. */
  private static final double ONE_PLACE_MILLIS = 1e-6;

  private final RandomGenerator random;

  // This node's place, as a Coordinate has it. Here, and changed in place, as it moves with each
  // answer to a probe: one that is new each time would be two objects more to make and to wait for.
  private final double[] axes = new double[Coordinate.AXES];
  private double heightMillis = Coordinate.MIN_HEIGHT_MILLIS;
  private double adjustmentMillis;
  private double error = Coordinate.MAX_ERROR;

  private final float[] amiss = new float[WINDOW];
  private double amissSum;
  private int next;
  private double typicalMillis;

  /**
   * A node that has measured nothing.
   *
   * @param random for the way apart of two that are at one place
   */
  public Vivaldi(RandomGenerator random) {
    this.random = random;
  }

  /** Where this node is. */
  public Coordinate own() {
    return new Coordinate(axes.clone(), heightMillis, adjustmentMillis, error);
  }

  /** That, as it goes on the wire. */
  public ByteString bytes() {
    return own().bytes();
  }

  /**
   * Moves, for a round trip to a peer at this place.
   *
   * @param roundTripMillis not a number, and what is longer than any place is far, change nothing
   */
  public void measured(double roundTripMillis, Coordinate peer) {
    if (!(roundTripMillis <= Coordinate.MAX_MILLIS)) {
      return;
    }
    double rtt = Math.max(MIN_ROUND_TRIP_MILLIS, roundTripMillis);
    double reach = reach(rtt);
    double between = axesMillis(peer);
    double raw = rawMillis(between, peer);
    double off = rtt - raw;
    double weight = error / (error + peer.error());
    double share = ERROR_SHARE * weight;
    error =
        Math.clamp(
            share * Math.min(Math.abs(off) / rtt, Coordinate.MAX_ERROR) + (1 - share) * error,
            Coordinate.MIN_ERROR,
            Coordinate.MAX_ERROR);
    move(peer, between, raw, Math.clamp(MEND_SHARE * weight * off, -reach, reach));
    double left = rtt - rawMillis(axesMillis(peer), peer);
    adjustmentMillis = adjustment(Math.clamp(left, -reach, reach));
  }

  /** As {@link Coordinate#axesMillis}, from here. */
  private double axesMillis(Coordinate peer) {
    double sum = 0;
    for (int i = 0; i < axes.length; i++) {
      double d = axes[i] - peer.axis(i);
      sum += d * d;
    }
    return Math.sqrt(sum);
  }

  /** As {@link Coordinate#rawMillis}, from here. */
  private double rawMillis(double between, Coordinate peer) {
    return between + heightMillis + peer.heightMillis();
  }

  /** How far a step may go, after this round trip. */
  private double reach(double rtt) {
    double typical =
        typicalMillis == 0
            ? rtt
            : rtt > typicalMillis ? typicalMillis * TYPICAL_UP : typicalMillis / TYPICAL_DOWN;
    typicalMillis = Math.clamp(typical, MIN_ROUND_TRIP_MILLIS, Coordinate.MAX_MILLIS);
    return Math.max(MIN_REACH_MILLIS, MEND_SHARE * typicalMillis);
  }

  /**
   * A step away from the peer's place, or towards it when it is below 0.
   *
   * @param between how far the places are apart along the axes
   * @param raw and with both heights
   */
  private void move(Coordinate peer, double between, double raw, double step) {
    double height = heightMillis;
    if (between < ONE_PLACE_MILLIS) {
      double[] anywhere = direction();
      for (int i = 0; i < axes.length; i++) {
        axes[i] += step * anywhere[i];
      }
    } else {
      double scale = step / raw;
      for (int i = 0; i < axes.length; i++) {
        axes[i] += scale * (axes[i] - peer.axis(i));
      }
      height += scale * (height + peer.heightMillis());
    }
    double length = length(axes);
    double pull = length / (GRAVITY_MILLIS * GRAVITY_MILLIS); // its square, by the length
    for (int i = 0; i < axes.length; i++) {
      axes[i] = Math.clamp(axes[i] - pull * axes[i], -Coordinate.MAX_MILLIS, Coordinate.MAX_MILLIS);
    }
    heightMillis = Math.clamp(height, Coordinate.MIN_HEIGHT_MILLIS, Coordinate.MAX_MILLIS);
  }

  private double[] direction() {
    double[] anywhere = new double[Coordinate.AXES];
    for (int i = 0; i < anywhere.length; i++) {
      anywhere[i] = random.nextDouble() - 0.5;
    }
    double length = length(anywhere);
    if (length == 0) {
      anywhere[0] = 1;
      return anywhere;
    }
    for (int i = 0; i < anywhere.length; i++) {
      anywhere[i] /= length;
    }
    return anywhere;
  }

  private static double length(double[] vector) {
    double sum = 0;
    for (double axis : vector) {
      sum += axis * axis;
    }
    return Math.sqrt(sum);
  }

  /** Half of what the last round trips were amiss on average: the other half is the peers'. */
  private double adjustment(double amissMillis) {
    amissSum += (float) amissMillis - amiss[next];
    amiss[next] = (float) amissMillis;
    next = (next + 1) % WINDOW;
    return amissSum / (2 * WINDOW);
  }
}
