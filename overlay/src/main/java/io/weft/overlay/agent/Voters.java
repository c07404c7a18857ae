package io.weft.overlay.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.records.HostRecord;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who the registry's voters are, as far as this host knows, and whether it is one itself. */
final class Voters {
  /** What a host's record says of its part in the registry when it is no voter. */
  static final String CLIENT = "client";

  /** What a host's record says while it leaves: it is not to be made a voter. */
  static final String LEAVING = "leaving";

  private final Directory directory;
  private final Links links;
  private final NodeId self;
  private EngineStatus status = EngineStatus.STOPPED;
  private boolean leaving;

  Voters(NodeId self, Directory directory, Links links) {
    this.self = self;
    this.directory = directory;
    this.links = links;
  }

  void engineChanged(EngineStatus newStatus) {
    status = newStatus;
  }

  void leaving() {
    leaving = true;
  }

  boolean isLeaving() {
    return leaving;
  }

  EngineStatus status() {
    return status;
  }

  /** Whether the engine here takes commands: it is a voter and has joined. */
  boolean engineServes() {
    return switch (status.role()) {
      case FOLLOWER, CANDIDATE, LEADER -> true;
      case STOPPED, JOINING -> false;
    };
  }

  /**
   * Whether the engine here takes part in a majority, as far as it knows. One that has no leader
   * may be alone, or was voted out while it was away: then the other voters are asked.
   */
  boolean engineFollows() {
    return switch (status.role()) {
      case LEADER -> true;
      case FOLLOWER -> status.leader().isPresent();
      case STOPPED, JOINING, CANDIDATE -> false;
    };
  }

  boolean leads() {
    return status.role() == EngineStatus.Role.LEADER;
  }

  /** What this host tells the others of its part. */
  String ownRole() {
    if (leaving && !engineServes()) {
      return LEAVING;
    }
    return switch (status.role()) {
      case STOPPED, JOINING -> CLIENT;
      case FOLLOWER, CANDIDATE -> "follower";
      case LEADER -> "leader";
    };
  }

  static boolean isVoterRole(String role) {
    return role.equals("follower") || role.equals("leader");
  }

  /** A linked voter: the leader at first, then by turns; null when none is linked. */
  @Nullable NodeId linkedVoter(int attempt) {
    List<NodeId> candidates = new ArrayList<>();
    for (var entry : voterHosts().entrySet()) {
      if (links.isUp(entry.getKey())) {
        if (entry.getValue().registryRole().equals("leader")) {
          candidates.addFirst(entry.getKey());
        } else {
          candidates.add(entry.getKey());
        }
      }
    }
    return candidates.isEmpty()
        ? null
        : candidates.get(Math.floorMod(attempt - 1, candidates.size()));
  }

  /** Other members that say they are voters and have not left. */
  SortedMap<NodeId, HostRecord> voterHosts() {
    TreeMap<NodeId, HostRecord> found = new TreeMap<>();
    for (Member member : directory.others()) {
      HostRecord host = directory.host(member.id());
      if (host != null && member.state() != MemberState.LEFT && isVoterRole(host.registryRole())) {
        found.put(member.id(), host);
      }
    }
    return found;
  }

  /** Whether the registry has a majority without this host, by the members that are there. */
  boolean dispensable() {
    List<NodeId> ids = status.voterIds();
    long others =
        directory.others().stream().filter(m -> m.present() && ids.contains(m.id())).count();
    return !engineServes() || others * 2 > ids.size();
  }

  /** Whether any other member is there. */
  boolean othersPresent() {
    return directory.others().stream().anyMatch(Member::present);
  }

  /** The names of the voters that this host has no link to, for people. */
  String unreachableVoters() {
    List<NodeId> ids = engineServes() ? status.voterIds() : List.copyOf(voterHosts().keySet());
    List<String> names = new ArrayList<>();
    for (NodeId id : ids) {
      if (!id.equals(self) && !links.isUp(id)) {
        names.add(directory.nameOf(id));
      }
    }
    return String.join(", ", names);
  }
}
