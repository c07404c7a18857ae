package io.weft.overlay.check;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.registry.Host;
import io.weft.security.identity.NodeId;
import java.util.TreeMap;

/** What hosts are called, and whether they are there. */
final class Hosts {
  private final TreeMap<NodeId, String> names = new TreeMap<>();
  private final TreeMap<NodeId, Member> members = new TreeMap<>();

  Hosts(CheckInput input) {
    for (Member member : input.members()) {
      members.put(member.id(), member);
      names.put(member.id(), member.name());
    }
    for (Host host : input.registry().hosts()) {
      names.put(host.id(), host.name());
    }
  }

  /** Its name, or the short form of its id. */
  String name(NodeId id) {
    return names.getOrDefault(id, id.shortForm());
  }

  boolean present(NodeId id) {
    Member member = members.get(id);
    return member != null && member.present();
  }

  boolean hasLeft(NodeId id) {
    Member member = members.get(id);
    return member != null && member.state() == MemberState.LEFT;
  }

  /** Why one that is not present is not, as what follows its name. */
  String absence(NodeId id) {
    Member member = members.get(id);
    if (member == null) {
      return "has not been heard of here";
    }
    return switch (member.state()) {
      case ALIVE, SUSPECT -> throw new IllegalArgumentException(name(id) + " is present");
      case FAILED -> "has failed";
      case LEFT -> "has left";
    };
  }
}
