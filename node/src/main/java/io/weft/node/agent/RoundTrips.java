package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.RttView;
import io.weft.overlay.agent.HostCore;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The round trip between two members that a user names. */
final class RoundTrips {
  private RoundTrips() {}

  /**
   * As this host knows it.
   *
   * @param to null for this host
   * @throws ApiException of kind NOT_FOUND or USAGE when there are no such two members, and
   *     NOT_FOUND when it is not known yet
   */
  static RttView between(HostCore core, String from, @Nullable String to) {
    List<Member> members = core.members();
    NodeId one = MemberNames.find(members, from);
    NodeId two = to == null ? core.self().id() : MemberNames.find(members, to);
    String oneName = name(members, one);
    String twoName = name(members, two);
    if (one.equals(two)) {
      throw new ApiException(
          ErrorKind.USAGE,
          to == null
              ? oneName + " is the host that you ask: name another member"
              : "both are " + oneName + ": name two members");
    }
    return core.roundTrip(one, two)
        .map(found -> new RttView(oneName, twoName, found.millis(), found.measured()))
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorKind.NOT_FOUND_OR_FALSE,
                    "the round trip between %s and %s is not known here yet: ask again when both have answered some probes of this host by UDP, one in about %d s each"
                        .formatted(oneName, twoName, members.size())));
  }

  private static String name(List<Member> members, NodeId id) {
    return members.stream()
        .filter(m -> m.id().equals(id))
        .map(Member::name)
        .findFirst()
        .orElse(id.shortForm());
  }
}
