package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in the making that stays within a budget of bytes (INV-SYN-3). */
final class Draft {
  /** Above what the frame of a list of digests takes. */
  private static final int LIST_BYTES = 12;

  private final GossipCodec codec;
  private final @Nullable MemberItem sender;
  private final Body frame;
  private final int budgetBytes;

  /** Reckoned when first asked for: to most messages nothing is added. */
  private int bytes = -1;

  private @Nullable NodeId first;
  private @Nullable UserItem firstUser;

  // Made with the first that is added: most messages carry none.
  private List<ByteString> members = List.of();
  private List<ByteString> deltas = List.of();
  private List<ByteString> users = List.of();
  private List<OwnerDigest> digests = List.of();

  Draft(GossipCodec codec, @Nullable MemberItem sender, Body frame, int budgetBytes) {
    this.codec = codec;
    this.sender = sender;
    this.budgetBytes = budgetBytes;
    this.frame = frame;
  }

  int leftBytes() {
    if (bytes < 0) {
      bytes = codec.sizeOf(sender, frame) + LIST_BYTES;
    }
    return budgetBytes - bytes;
  }

  boolean add(MemberItem item) {
    ByteString encoded = codec.encode(item);
    if (!take(GossipCodec.sizeOf(encoded))) {
      return false;
    }
    members = with(members, encoded);
    return true;
  }

  /** Adds what goes before all news; no news of the same member are added then. */
  void addFirst(MemberItem item) {
    if (add(item)) {
      first = item.id();
    }
  }

  boolean add(OwnerDelta delta) {
    ByteString encoded = codec.encode(delta);
    if (!take(GossipCodec.sizeOf(encoded))) {
      return false;
    }
    deltas = with(deltas, encoded);
    return true;
  }

  boolean add(UserItem item) {
    ByteString encoded = codec.encode(item);
    if (!take(GossipCodec.sizeOf(encoded))) {
      return false;
    }
    users = with(users, encoded);
    firstUser = firstUser == null ? item : firstUser;
    return true;
  }

  /** Whether this is the first of its kind that went in: it may have gone before all news. */
  boolean tells(UserItem item) {
    return firstUser != null
        && firstUser.number() == item.number()
        && firstUser.generation() == item.generation()
        && firstUser.owner().equals(item.owner());
  }

  boolean add(OwnerDigest digest) {
    if (!take(GossipCodec.sizeOf(digest))) {
      return false;
    }
    digests = with(digests, digest);
    return true;
  }

  /**
   * As many of these, and of their numbers, as there is room for; they are to be part of the body.
   */
  List<Body.Holdings.Held> fitting(List<Body.Holdings.Held> all) {
    List<Body.Holdings.Held> fitting = new ArrayList<>();
    int numbers = 0;
    for (Body.Holdings.Held held : all) {
      int most = Math.min(held.numbers().size(), Body.Holdings.MAX_NUMBERS - numbers);
      Body.Holdings.Held some = firstOf(held, most);
      while (!some.numbers().isEmpty() && !take(GossipCodec.sizeOf(some))) {
        some = firstOf(held, some.numbers().size() / 2);
      }
      if (!some.numbers().isEmpty()) {
        numbers += some.numbers().size();
        fitting.add(some);
      }
    }
    return fitting;
  }

  private static Body.Holdings.Held firstOf(Body.Holdings.Held held, int count) {
    return new Body.Holdings.Held(
        held.owner(), held.generation(), held.numbers().subList(0, count));
  }

  /** Whether a message of this budget has room for it when nothing but its frame is in. */
  boolean mayFit(UserItem item, int frameBytes) {
    return GossipCodec.sizeOf(codec.encode(item)) <= budgetBytes - frameBytes;
  }

  private static <T> List<T> with(List<T> list, T item) {
    List<T> grown = list.isEmpty() ? new ArrayList<>() : list;
    grown.add(item);
    return grown;
  }

  private boolean take(int more) {
    if (more > leftBytes()) {
      return false;
    }
    bytes += more;
    return true;
  }

  /** Whether an item of this member went in before all news. */
  boolean names(NodeId id) {
    return id.equals(first);
  }

  boolean isEmpty() {
    return members.isEmpty() && deltas.isEmpty() && users.isEmpty() && digests.isEmpty();
  }

  List<OwnerDigest> digests() {
    return digests;
  }

  byte[] encode(Body body) {
    byte[] encoded = codec.encode(sender, members, deltas, users, body);
    if (encoded.length > budgetBytes) {
      throw new IllegalStateException(
          "a message of " + encoded.length + " bytes was made for a budget of " + budgetBytes);
    }
    return encoded;
  }
}
