package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.node.api.ApiException;
import io.weft.security.identity.NodeId;
import java.util.List;

/** Which of the members a user means. */
final class MemberNames {
  private MemberNames() {}

  /**
   * The one member with this identity, with one that begins so, or of this name.
   *
   * @throws ApiException of kind NOT_FOUND_OR_FALSE or USAGE when that is none or several
   */
  static NodeId find(List<Member> members, String text) {
    return NameOrId.find(
            text,
            members.stream().filter(m -> m.state() != MemberState.LEFT).toList(),
            Member::id,
            member -> member.name().equals(text),
            "no member is called '" + text + "'",
            "members")
        .id();
  }
}
