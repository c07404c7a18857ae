package io.weft.gossip.wire;

import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What somebody believes of one member's life. Items of one member form a total order, and the
 * higher one wins: so merging is commutative, associative and idempotent (INV-MEM-4).
 *
 * @param accuser who suspects it, or called it failed; null else. It does not count in the order
 */
public record MemberItem(
    NodeId id,
    String name,
    PeerAddress address,
    MemberState state,
    long incarnation,
    long generation,
    @Nullable NodeId accuser) {

  /** The longest name, in UTF-8 bytes. */
  public static final int MAX_NAME_BYTES = 128;

  // Address and name differ at the same (generation, incarnation) only if an owner broke the rules;
  // even then all agree.
  private static final Comparator<MemberItem> PRECEDENCE =
      Comparator.comparingLong(MemberItem::generation)
          .thenComparingLong(MemberItem::incarnation)
          .thenComparing(MemberItem::state)
          .thenComparing(MemberItem::address)
          .thenComparing(MemberItem::name);

  /** Above 0 if this one overrides the other, an item of the same member. */
  public int precedence(MemberItem other) {
    return PRECEDENCE.compare(this, other);
  }

  /** The higher of two items of one member. */
  public static MemberItem merge(MemberItem a, MemberItem b) {
    return a.precedence(b) >= 0 ? a : b;
  }

  /** The same life with another state. */
  public MemberItem with(MemberState newState, @Nullable NodeId newAccuser) {
    return new MemberItem(id, name, address, newState, incarnation, generation, newAccuser);
  }

  /** The same member, alive at another life. */
  public MemberItem alive(long newGeneration, long newIncarnation) {
    return new MemberItem(
        id, name, address, MemberState.ALIVE, newIncarnation, newGeneration, null);
  }
}
