package io.weft.gossip.core;

import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A probe of one member, from its ping until it is answered or long over. Times are the clock's.
 */
final class Probe {
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

  /** Whether it was begun because another suspects the target. */
  final boolean byHearsay;

  /** Whether others were asked to ping the target. */
  boolean asked;

  /** Whether it was given up; an answer still tells the round trip. */
  boolean over;

  int nacksExpected;
  int nacks;

  Probe(
      long sequence,
      MemberItem target,
      @Nullable MemberItem introduction,
      long sentNanos,
      long directNanos,
      long finalNanos,
      boolean byHearsay) {
    this.sequence = sequence;
    this.target = target.id();
    this.generation = target.generation();
    this.incarnation = target.incarnation();
    this.introduction = introduction;
    this.sentNanos = sentNanos;
    this.directNanos = directNanos;
    this.finalNanos = finalNanos;
    this.byHearsay = byHearsay;
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
