package io.weft.gossip.core;

import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A message in the making that stays within a budget of bytes (INV-SYN-3). */
final class Draft {
  /** Above what the frame of a list of digests takes. */
  private static final int LIST_BYTES = 12;

  private final MemberItem sender;
  private final int budgetBytes;
  private int bytes;
  private final List<MemberItem> members = new ArrayList<>();
  private final TreeSet<NodeId> named = new TreeSet<>();
  private final List<OwnerDelta> deltas = new ArrayList<>();
  private final List<OwnerDigest> digests = new ArrayList<>();

  Draft(MemberItem sender, Body body, int budgetBytes) {
    this.sender = sender;
    this.budgetBytes = budgetBytes;
    this.bytes = GossipCodec.sizeOf(sender, body) + LIST_BYTES;
  }

  int leftBytes() {
    return budgetBytes - bytes;
  }

  int bytes() {
    return bytes;
  }

  boolean add(MemberItem item) {
    int size = GossipCodec.sizeOf(item);
    if (size > leftBytes()) {
      return false;
    }
    bytes += size;
    members.add(item);
    named.add(item.id());
    return true;
  }

  boolean add(OwnerDelta delta) {
    int size = GossipCodec.sizeOf(delta);
    if (size > leftBytes()) {
      return false;
    }
    bytes += size;
    deltas.add(delta);
    return true;
  }

  boolean add(OwnerDigest digest) {
    int size = GossipCodec.sizeOf(digest);
    if (size > leftBytes()) {
      return false;
    }
    bytes += size;
    digests.add(digest);
    return true;
  }

  /** Whether an item of this member is in already. */
  boolean names(NodeId id) {
    return named.contains(id);
  }

  boolean isEmpty() {
    return members.isEmpty() && deltas.isEmpty() && digests.isEmpty();
  }

  List<OwnerDigest> digests() {
    return digests;
  }

  byte[] encode(Body body) {
    byte[] encoded = GossipCodec.encode(new Envelope(sender, body, members, deltas));
    if (encoded.length > budgetBytes) {
      throw new IllegalStateException(
          "a message of " + encoded.length + " bytes was made for a budget of " + budgetBytes);
    }
    return encoded;
  }
}
