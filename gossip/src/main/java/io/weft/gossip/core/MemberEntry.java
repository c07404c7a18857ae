package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What this node keeps of one other member; small, as every node has one for every other. */
final class MemberEntry {
  /** Weight of the newest round trip in the smoothed one. */
  private static final float RTT_WEIGHT = 0.2f;

  private static final long NEVER = Long.MIN_VALUE;

  MemberItem item;

  // Kept by the roster.
  @Nullable Plight plight;
  int place = -1;

  float rttMillis = -1;
  long heardNanos = NEVER;

  // Whether its datagrams seem lost, and how many answers in a row say the contrary.
  boolean linkOnly;
  byte contrary;

  /** Whether it has answered to this node's own item, as it is now: it need not be told again. */
  boolean introduced;

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

  void measured(double millis) {
    float newest = (float) millis;
    rttMillis = rttMillis < 0 ? newest : rttMillis + RTT_WEIGHT * (newest - rttMillis);
  }

  boolean heardWithin(long nowNanos, long nanos) {
    return heardNanos != NEVER && nowNanos - heardNanos < nanos;
  }
}
