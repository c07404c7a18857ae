package io.weft.gossip.wire;

import java.util.List;

/**
 * One message, by datagram or link.
 *
 * @param sender the sender's own item
 * @param members what the sender says of others, or of the receiver
 * @param deltas records
 */
public record Envelope(
    MemberItem sender, Body body, List<MemberItem> members, List<OwnerDelta> deltas) {
  public Envelope {
    members = List.copyOf(members);
    deltas = List.copyOf(deltas);
  }
}
