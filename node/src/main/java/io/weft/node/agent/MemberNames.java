package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.stream.Collectors;

/** Which of the members a user means. */
final class MemberNames {
  private MemberNames() {}

  /**
   * The one member with this identity, with one that begins so, or of this name.
   *
   * @throws ApiException of kind NOT_FOUND or USAGE when that is none or several
   */
  static NodeId find(List<Member> members, String text) {
    List<Member> in = members.stream().filter(m -> m.state() != MemberState.LEFT).toList();
    List<Member> byId =
        text.length() < HostNames.MIN_PREFIX
            ? List.of()
            : in.stream().filter(m -> m.id().hex().startsWith(text)).toList();
    List<Member> found =
        byId.isEmpty() ? in.stream().filter(m -> m.name().equals(text)).toList() : byId;
    if (found.isEmpty()) {
      throw new ApiException(
          ErrorKind.NOT_FOUND_OR_FALSE,
          "no member is called '%s'; 'weft members' lists them with their ids".formatted(text));
    }
    if (found.size() > 1) {
      throw new ApiException(
          ErrorKind.USAGE,
          "'%s' is several members; name one by its id: %s"
              .formatted(
                  text, found.stream().map(m -> m.id().hex()).collect(Collectors.joining(", "))));
    }
    return found.getFirst().id();
  }
}
