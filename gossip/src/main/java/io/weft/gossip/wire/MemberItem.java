package io.weft.gossip.wire;

import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
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

  /** The highest incarnation of one life; a node that needs a higher one begins another life. */
  public static final long MAX_INCARNATION = 1L << 20;

  /** Above 0 if this one overrides the other, an item of the same member. */
  @SuppressWarnings("ReferenceEquality") // most often it is the very same, which is seen at once
  public int precedence(MemberItem other) {
    if (this == other) {
      return 0;
    }
    int order = Long.compare(generation, other.generation);
    order = order != 0 ? order : Long.compare(incarnation, other.incarnation);
    order = order != 0 ? order : state.compareTo(other.state);
    // Address and name differ at the same (generation, incarnation) only if an owner broke the
    // rules; even then all agree.
    order = order != 0 ? order : address.compareTo(other.address);
    return order != 0 ? order : name.compareTo(other.name);
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
