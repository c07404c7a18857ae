package io.weft.gossip.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message, by datagram or link.
 *
 * @param sender the sender's own item; null for what the receiver knows already. Who it is says the
 *     seal or the link. Never null with a {@link Body.Digest} or a {@link Body.Delta}
 * @param members what the sender says of others, or of the receiver
 * @param deltas records
 * @param users events and queries
 */
public record Envelope(
    @Nullable MemberItem sender,
    Body body,
    List<MemberItem> members,
    List<OwnerDelta> deltas,
    List<UserItem> users) {

  /** One without events and queries. */
  public Envelope(
      @Nullable MemberItem sender, Body body, List<MemberItem> members, List<OwnerDelta> deltas) {
    this(sender, body, members, deltas, List.of());
  }

  public Envelope {
    users = List.copyOf(users);
    members = List.copyOf(members);
    deltas = List.copyOf(deltas);
  }
}
