package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What this node keeps of one other member. */
final class MemberEntry {
  /** Weight of the newest round trip in the smoothed one. */
  private static final double RTT_WEIGHT = 0.2;

  MemberItem item;

  // Kept by the roster.
  @Nullable Suspicion suspicion;
  long suspicionNanos;
  int place = -1;
  long summed;

  double rttMillis = -1;
  boolean heard;
  long heardNanos;
  boolean linkOnly;
  int deadProbes;
  long nextDeadProbeNanos;
  long goneNanos;

  MemberEntry(MemberItem item) {
    this.item = item;
  }

  NodeId id() {
    return item.id();
  }

  boolean present() {
    return item.state() == MemberState.ALIVE || item.state() == MemberState.SUSPECT;
  }

  void measured(double millis) {
    rttMillis = rttMillis < 0 ? millis : rttMillis + RTT_WEIGHT * (millis - rttMillis);
  }

  boolean heardWithin(long nowNanos, long nanos) {
    return heard && nowNanos - heardNanos < nanos;
  }
}
