package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.coordinate.Coordinate;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What this node keeps of one other member; small, as every node has one for every other: 64 bytes,
 * with no object besides but for one that is not well. So what was measured of the way to it stands
 * here too, and where it says it is as bits: objects of their own would take more, and with each
 * answer to a probe they would be waited for apart.
 */
final class MemberEntry {
  private static final long NEVER = Long.MIN_VALUE;

  /** For a round trip that was not measured. */
  private static final float NONE = -1;

  /** Weight of the newest round trip in the smoothed one. */
  private static final float WEIGHT = 0.2f;

  MemberItem item;

  // Kept by the roster.
  @Nullable Plight plight;
  int place = -1;

  long heardNanos = NEVER;

  // Round trips, in milliseconds: all, and the two before the newest.
  private float smoothedMillis = NONE;
  private float lastMillis = NONE;
  private float secondLastMillis = NONE;

  // Where the member said it is, as Coordinate has it on the wire. The second is 0 while it said
  // nothing that can be.
  private long axesBits;
  private long restBits;

  // Whether its datagrams seem lost, and how many answers in a row say the contrary.
  boolean linkOnly;
  byte contrary;

  /** Whether it has answered to this node's own item, as it is now: it need not be told again. */
  boolean introduced;

  /** Whether it waits for its turn in the prober's round. */
  boolean inRound;

  MemberEntry(MemberItem item) {
    this.item = item;
  }

  NodeId id() {
    return item.id();
  }

  boolean present() {
    return item.state() == MemberState.ALIVE || item.state() == MemberState.SUSPECT;
  }

  /** The suspicion of a member that is suspected. */
  @Nullable Suspicion suspicion() {
    return plight instanceof Suspicion suspicion ? suspicion : null;
  }

  /** What is kept of a member that is not present. */
  Gone gone() {
    if (plight instanceof Gone gone) {
      return gone;
    }
    throw new IllegalStateException(id() + " is not gone but " + item.state());
  }

  /** Smoothed, in milliseconds; -1 while unknown. */
  float rttMillis() {
    return smoothedMillis;
  }

  /**
   * A round trip was measured.
   *
   * @return what of it counts for coordinates: the median of the last three, of two the lesser. One
   *     that was held up somewhere says nothing of the way (Ledlie et al., 2007)
   */
  double measured(double millis) {
    float newest = (float) millis;
    smoothedMillis =
        smoothedMillis < 0 ? newest : smoothedMillis + WEIGHT * (newest - smoothedMillis);
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

  /** The member says where it is. */
  void told(Coordinate coordinate) {
    axesBits = coordinate.axesBits();
    restBits = coordinate.restBits();
  }

  /** Where the member said it is; null while it did not. */
  @Nullable Coordinate coordinate() {
    return restBits == 0 ? null : Coordinate.ofBits(axesBits, restBits);
  }

  /** It is somewhere else now, or was started anew. */
  void forgetWay() {
    smoothedMillis = NONE;
    lastMillis = NONE;
    secondLastMillis = NONE;
    axesBits = 0;
    restBits = 0;
  }

  boolean heardWithin(long nowNanos, long nanos) {
    return heardNanos != NEVER && nowNanos - heardNanos < nanos;
  }
}
