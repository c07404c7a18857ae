package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.MemberItem;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers when others speak of itself (INV-MEM-3). An accusation is refuted by a higher
 * incarnation, and one that leaves no higher one, or a later life that somebody knows of, by a
 * later life.
 *
 * <p>A second process under the same identity, made by copying a data directory, would do just the
 * same, and the two would outbid each other for ever. Who is outbid from another address by exactly
 * the next life after the one it began for that address is dealing with one that lives; then the
 * process at the higher address gives way, until the other is held failed or has left.
 */
final class OwnLife {
  /** What to do. */
  enum Answer {
    LET_BE,
    REFUTE,
    /** Begin a life above both. */
    LIVE_ANEW,
    /** Leave the identity to the process at the item's address; said once. */
    GIVE_WAY
  }

  /** Where this identity was last said to live, if not here. */
  private @Nullable PeerAddress elsewhere;

  /** The life that was begun because of it. */
  private long begunFor = -1;

  private boolean gaveWay;

  Answer to(MemberItem said, MemberItem self) {
    if (self.state() == MemberState.LEFT || said.generation() < self.generation()) {
      return Answer.LET_BE;
    }
    boolean later = said.generation() > self.generation();
    boolean present = said.state() == MemberState.ALIVE || said.state() == MemberState.SUSPECT;
    if (present
        && !said.address().equals(self.address())
        && (later || said.incarnation() >= self.incarnation())) {
      return toOther(said, self);
    }
    if (later) {
      gaveWay = false;
      return Answer.LIVE_ANEW;
    }
    boolean accused = said.incarnation() == self.incarnation() && said.state() != MemberState.ALIVE;
    if (!accused && said.incarnation() <= self.incarnation()) {
      return Answer.LET_BE;
    }
    return said.incarnation() < MemberItem.MAX_INCARNATION ? Answer.REFUTE : Answer.LIVE_ANEW;
  }

  /** To one that lives under this identity at another address, or did. */
  private Answer toOther(MemberItem said, MemberItem self) {
    boolean known = said.address().equals(elsewhere);
    if (known && gaveWay) {
      return Answer.LET_BE;
    }
    boolean answersHere =
        known && self.generation() == begunFor && said.generation() == self.generation() + 1;
    elsewhere = said.address();
    gaveWay = answersHere && self.address().compareTo(said.address()) > 0;
    begunFor = said.generation() + 1;
    return gaveWay ? Answer.GIVE_WAY : Answer.LIVE_ANEW;
  }
}
