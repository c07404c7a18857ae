package io.weft.gossip.core;

import io.weft.gossip.Member;
import io.weft.gossip.Query;
import io.weft.gossip.QueryResult;
import io.weft.gossip.UserEvent;
import org.jspecify.annotations.Nullable;

/**
 * What changed in a {@link GossipCore}'s view, with the cause in words. A member whose state
 * changes hides or shows its records as a whole; no {@link RecordChanged} is emitted for that.
 */
@SuppressWarnings("ArrayRecordComponent") // messages in passing: never compared, never changed
public sealed interface GossipEvent {

  /** The member after the change. */
  Member member();

  /** Why, for people. */
  String cause();

  /** Seen for the first time, or back after it had left. */
  record MemberJoined(Member member, String cause) implements GossipEvent {}

  /** Alive before; somebody got no answer from it. */
  record MemberSuspected(Member member, String cause) implements GossipEvent {}

  /** Suspected before; alive after all. */
  record MemberRefuted(Member member, String cause) implements GossipEvent {}

  /** Its suspicion ran out, here or at somebody who told. */
  record MemberFailed(Member member, String cause) implements GossipEvent {}

  /** Failed before; alive again, with all its records. */
  record MemberRejoined(Member member, String cause) implements GossipEvent {}

  /** It said goodbye, or was declared to have left. */
  record MemberLeft(Member member, String cause) implements GossipEvent {}

  /** Still there, with another address, name, labels or path; also said of this node itself. */
  record MemberUpdated(Member member, String cause) implements GossipEvent {}

  /**
   * Still there, where and what it was, in a later life: with a higher generation (its process was
   * started anew) or incarnation (it refuted what was said of it); also said of this node itself.
   */
  record MemberRenewed(Member member, String cause) implements GossipEvent {}

  /** It left long ago and is not remembered any more. */
  record MemberForgotten(Member member, String cause) implements GossipEvent {}

  /**
   * A record of a member changed: {@code value} null when it was deleted. Own records are not told.
   */
  record RecordChanged(Member member, String key, byte @Nullable [] value, String cause)
      implements GossipEvent {}

  /** Of what users fire and ask; it changes nothing in the view. */
  sealed interface OfUser extends GossipEvent {}

  /** A user's event has come, or was fired here. Each is told once. */
  record UserEventSeen(Member member, UserEvent event, String cause) implements OfUser {}

  /**
   * A query asks this member; {@link GossipInput.Answer} is what it has to say. Each is told once.
   */
  record QuerySeen(Member member, Query query, String cause) implements OfUser {}

  /** A query that was asked here is over. */
  record QueryEnded(Member member, long ticket, QueryResult result, String cause)
      implements OfUser {}

  /** An event is on its way. */
  record Fired(Member member, long ticket, long ltime, String cause) implements OfUser {}

  /** An event or a query was not taken, and the cause says what to do. */
  record NotFired(Member member, long ticket, String cause) implements OfUser {}

  /** Goodbye has been said often enough; the process may end. */
  record LeaveComplete(Member member, String cause) implements GossipEvent {}
}
