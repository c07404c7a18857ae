package io.weft.gossip.link;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** A place to dial: a wanted peer, or a seed whose peer is unknown. */
final class Target {

  /** No time at all. */
  static final long NONE = Long.MAX_VALUE;

  PeerAddress address;
  final @Nullable NodeId expected;

  /** How many attempts failed in a row. */
  int failures;

  boolean waiting;
  long notBeforeNanos;

  /** The dial under way; -1 for none. */
  long dialId = -1;

  long dialDeadlineNanos;

  /** When a sign of life last shortened a wait, if one ever did. */
  boolean heard;

  long heardNanos;
  String lastError = "";

  /** Under which time it stands in the plan; {@link #NONE} for not at all. */
  long filedNanos = NONE;

  /** Sets those apart that fall due at one time. */
  final long number;

  Target(PeerAddress address, @Nullable NodeId expected, long number) {
    this.address = address;
    this.expected = expected;
    this.number = number;
  }

  long deadline() {
    if (dialId >= 0) {
      return dialDeadlineNanos;
    }
    return waiting ? notBeforeNanos : NONE;
  }
}
