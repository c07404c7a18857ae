package io.weft.overlay.agent;

import io.weft.gossip.core.GossipEvent;

/** Tells the operator of the members' comings and goings, in the words of the event stream. */
final class MemberEvents {
  private MemberEvents() {}

  static void tell(HostContext context, GossipEvent event) {
    String type =
        switch (event) {
          case GossipEvent.MemberJoined e -> "member-joined";
          case GossipEvent.MemberSuspected e -> "member-suspect";
          case GossipEvent.MemberRefuted e -> "member-alive";
          case GossipEvent.MemberFailed e -> "member-failed";
          case GossipEvent.MemberRejoined e -> "member-rejoined";
          case GossipEvent.MemberLeft e -> "member-left";
          case GossipEvent.MemberForgotten e -> "member-forgotten";
          case GossipEvent.MemberUpdated e -> "member-updated";
          case GossipEvent.MemberRenewed e -> "";
          case GossipEvent.RecordChanged e -> "";
          case GossipEvent.LeaveComplete e -> "";
          case GossipEvent.OfUser e -> "";
        };
    if (!type.isEmpty()) {
      context.event(type, event.member().name(), event.cause());
    }
  }
}
