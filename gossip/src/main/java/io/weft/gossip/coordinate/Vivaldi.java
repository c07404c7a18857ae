package io.weft.gossip.coordinate;

import com.google.protobuf.ByteString;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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
  private Coordinate own = Coordinate.start();
  private @Nullable ByteString bytes;
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
    return own;
  }

  /** That, as it goes on the wire. */
  public ByteString bytes() {
    ByteString known = bytes;
    if (known == null) {
      known = own.bytes();
      bytes = known;
    }
    return known;
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
    double off = rtt - own.rawMillis(peer);
    double weight = own.error() / (own.error() + peer.error());
    double share = ERROR_SHARE * weight;
    double error =
        Math.clamp(
            share * Math.min(Math.abs(off) / rtt, Coordinate.MAX_ERROR) + (1 - share) * own.error(),
            Coordinate.MIN_ERROR,
            Coordinate.MAX_ERROR);
    Coordinate moved = moved(peer, Math.clamp(MEND_SHARE * weight * off, -reach, reach), error);
    double adjustment = adjust(Math.clamp(rtt - moved.rawMillis(peer), -reach, reach));
    own = moved.adjusted(adjustment);
    bytes = null;
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

  /** This place after a step away from the peer's, or towards it when it is below 0. */
  private Coordinate moved(Coordinate peer, double step, double error) {
    double[] axes = own.axes();
    double height = own.heightMillis();
    double between = own.axesMillis(peer);
    if (between < ONE_PLACE_MILLIS) {
      double[] anywhere = direction();
      for (int i = 0; i < axes.length; i++) {
        axes[i] += step * anywhere[i];
      }
    } else {
      double scale = step / own.rawMillis(peer);
      for (int i = 0; i < axes.length; i++) {
        axes[i] += scale * (own.axis(i) - peer.axis(i));
      }
      height += scale * (own.heightMillis() + peer.heightMillis());
    }
    double length = length(axes);
    double pull = length / (GRAVITY_MILLIS * GRAVITY_MILLIS); // its square, by the length
    for (int i = 0; i < axes.length; i++) {
      axes[i] = Math.clamp(axes[i] - pull * axes[i], -Coordinate.MAX_MILLIS, Coordinate.MAX_MILLIS);
    }
    height = Math.clamp(height, Coordinate.MIN_HEIGHT_MILLIS, Coordinate.MAX_MILLIS);
    return new Coordinate(axes, height, 0, error);
  }

  private double[] direction() {
    double[] axes = new double[Coordinate.AXES];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = random.nextDouble() - 0.5;
    }
    double length = length(axes);
    if (length == 0) {
      axes[0] = 1;
      return axes;
    }
    for (int i = 0; i < axes.length; i++) {
      axes[i] /= length;
    }
    return axes;
  }

  private static double length(double[] axes) {
    double sum = 0;
    for (double axis : axes) {
      sum += axis * axis;
    }
    return Math.sqrt(sum);
  }

  /** Half of what the last round trips were amiss on average: the other half is the peers'. */
  private double adjust(double amissMillis) {
    amissSum += (float) amissMillis - amiss[next];
    amiss[next] = (float) amissMillis;
    next = (next + 1) % WINDOW;
    return amissSum / (2 * WINDOW);
  }
}
