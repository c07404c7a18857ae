package io.weft.overlay.registry.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.overlay.registry.atomix.proto.Member;
import io.weft.overlay.registry.atomix.proto.StoredConfiguration;
import io.weft.security.identity.NodeId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Members of the Raft cluster, as Atomix knows them and as they are written. */
final class Members {
  /** More members than any configuration has, voters and joining ones together. */
  static final int MAX_MEMBERS = 64;

  /** Their places in this list are what is written. */
  private static final List<RaftMember.Type> TYPES =
      List.of(
          RaftMember.Type.INACTIVE,
          RaftMember.Type.PASSIVE,
          RaftMember.Type.PROMOTABLE,
          RaftMember.Type.ACTIVE);

  private Members() {}

  static MemberId id(NodeId node) {
    return MemberId.from(node.hex());
  }

  /**
   * Checks a name from outside.
   *
   * @throws IllegalArgumentException when it is no node's id
   */
  static MemberId id(String name) {
    return id(new NodeId(name));
  }

  static NodeId node(MemberId member) {
    return new NodeId(member.id());
  }

  static Member write(RaftMember member) {
    return Member.newBuilder()
        .setId(member.memberId().id())
        .setType(TYPES.indexOf(member.getType()))
        .setUpdatedMillis(Math.max(0, member.getLastUpdated().toEpochMilli()))
        .build();
  }

  static List<Member> write(Collection<RaftMember> members) {
    return members.stream()
        .sorted(Comparator.comparing((RaftMember m) -> m.memberId().id()))
        .map(Members::write)
        .toList();
  }

  static RaftMember read(Member in) {
    if (in.getType() < 0 || in.getType() >= TYPES.size()) {
      throw new IllegalArgumentException("a member of unknown type " + in.getType());
    }
    return new DefaultRaftMember(
        id(in.getId()),
        TYPES.get(in.getType()),
        Instant.ofEpochMilli(Bounds.count(in.getUpdatedMillis(), "time")));
  }

  static List<RaftMember> read(List<Member> in) {
    if (in.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException("a configuration of " + in.size() + " members");
    }
    List<RaftMember> members = new ArrayList<>();
    for (Member member : in) {
      members.add(read(member));
    }
    return members;
  }

  static StoredConfiguration write(Configuration in) {
    return write(in.index(), in.term(), in.time(), in.members());
  }

  static StoredConfiguration write(
      long index, long term, long timeMillis, Collection<RaftMember> members) {
    return StoredConfiguration.newBuilder()
        .setIndex(index)
        .setTerm(term)
        .setTimeMillis(timeMillis)
        .addAllMembers(write(members))
        .build();
  }

  static Configuration read(StoredConfiguration in) {
    return new Configuration(
        Bounds.count(in.getIndex(), "index"),
        Bounds.term(in.getTerm()),
        Math.max(1, Bounds.count(in.getTimeMillis(), "time")),
        read(in.getMembersList()));
  }
}
