package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What this node keeps of one other member; small, as every node has one for every other. */
final class MemberEntry {
  private static final long NEVER = Long.MIN_VALUE;

  MemberItem item;

  // Kept by the roster.
  @Nullable Plight plight;
  int place = -1;

  /** Null while no round trip to it was measured. */
  @Nullable Way way;

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

  /** Smoothed, in milliseconds; -1 while unknown. */
  float rttMillis() {
    Way measured = way;
    return measured == null ? -1 : measured.smoothedMillis;
  }

  boolean heardWithin(long nowNanos, long nanos) {
    return heardNanos != NEVER && nowNanos - heardNanos < nanos;
  }
}
