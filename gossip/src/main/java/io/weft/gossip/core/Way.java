package io.weft.gossip.core;

import io.weft.gossip.coordinate.Coordinate;
import org.jspecify.annotations.Nullable;

/** What this node has measured of the way to a member, and where that says it is. */
final class Way {
  /** Weight of the newest round trip in the smoothed one. */
  private static final float WEIGHT = 0.2f;

  /** The round trip, in milliseconds. */
  float smoothedMillis;

  // The two before the newest; -1 for none.
  private float lastMillis = -1;
  private float secondLastMillis = -1;

  // Where the member said it is, as bits: each node keeps this for each other, and an object for it
  // would take three times the room. The second is 0 while it said nothing that can be.
  private long axesBits;
  private long restBits;

  /** With the first round trip. */
  Way(double millis) {
    smoothedMillis = (float) millis;
  }

  /** A further one. */
  void measured(double millis) {
    smoothedMillis += WEIGHT * ((float) millis - smoothedMillis);
  }

  /** The member says where it is. */
  void told(Coordinate coordinate) {
    axesBits = coordinate.axesBits();
    restBits = coordinate.restBits();
  }

  /** Where the member said it is; null while it did not. */
  @Nullable Coordinate coordinate() {
    return restBits == 0 ? null : Coordinate.ofBits(axesBits, restBits);
  }

  /**
   * What of a further one counts for coordinates: the median of the last three, of two the lesser.
   * One that was held up somewhere says nothing of the way (Ledlie et al., 2007).
   */
  double filtered(double millis) {
    float newest = (float) millis;
    float a = lastMillis;
    float b = secondLastMillis;
    secondLastMillis = a;
    lastMillis = newest;
    if (a < 0) {
      return newest;
    }
    return b < 0
        ? Math.min(newest, a)
        : Math.max(Math.min(newest, a), Math.min(Math.max(newest, a), b));
  }
}
