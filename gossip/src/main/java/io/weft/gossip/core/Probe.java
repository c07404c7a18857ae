package io.weft.gossip.core;

import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A probe of one member, from its ping until it is answered or long over. Times are the clock's.
 */
final class Probe {
  /** Why it was begun. */
  enum Reason {
    /** It was the target's turn: only such a one says anything of this node's own health. */
    TURN,
    /** Another suspects the target, which may well have failed. */
    HEARSAY,
    /** One has fallen, and the target may have fallen with it. */
    BESIDE
  }

  /** The number of its pings, which the answer carries back. */
  final long sequence;

  final NodeId target;
  final long generation;
  final long incarnation;

  /** What the target was told of this node itself; null for nothing, as it knows. */
  final @Nullable MemberItem introduction;

  final long sentNanos;

  /** Until then a direct answer is waited for. */
  final long directNanos;

  /** Until then any answer is. */
  final long finalNanos;

  final Reason reason;

  /** Whether others were asked to ping the target. */
  boolean asked;

  /** Whether it was given up; an answer still tells the round trip. */
  boolean over;

  /** The one of the next number; kept by {@link OpenProbes}. */
  @Nullable Probe next;

  /** The others who were asked to ping the target, and have not said yet that it is silent. */
  private final List<NodeId> helpers = new ArrayList<>(0);

  private int helpersAsked;

  Probe(
      long sequence,
      MemberItem target,
      @Nullable MemberItem introduction,
      long sentNanos,
      long directNanos,
      long finalNanos,
      Reason reason) {
    this.sequence = sequence;
    this.target = target.id();
    this.generation = target.generation();
    this.incarnation = target.incarnation();
    this.introduction = introduction;
    this.sentNanos = sentNanos;
    this.directNanos = directNanos;
    this.finalNanos = finalNanos;
    this.reason = reason;
  }

  void asksThrough(NodeId helper) {
    helpers.add(helper);
    helpersAsked++;
  }

  /** How many others were asked to ping the target. */
  int helpersAsked() {
    return helpersAsked;
  }

  /** Whether one who was asked says, for the first time, that the target was silent to it too. */
  boolean nack(NodeId helper) {
    return helpers.remove(helper);
  }

  /** Whether all who were asked were heard of again, so that this node hears what is said to it. */
  boolean allNacked() {
    return helpersAsked > 0 && helpers.isEmpty();
  }

  /** Whether it is open and asks the suspect as it is now: not a former life of it. */
  boolean asks(MemberEntry suspect) {
    return !over && target.equals(suspect.id()) && of(suspect.item);
  }

  /** Whether it asked the target as it is now: who started or refuted since was not asked. */
  boolean of(MemberItem now) {
    return generation == now.generation() && incarnation == now.incarnation();
  }
}
