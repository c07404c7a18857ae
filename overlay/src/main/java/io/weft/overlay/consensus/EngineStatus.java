package io.weft.overlay.consensus;

import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Optional;

/**
 * What one voter's engine believes now.
 *
 * @param role this node's part
 * @param term the Raft term, 0 before the first
 * @param leader the leader of that term, if one is known
 * @param voters the present voters in the order of their ids
 * @param commitIndex the highest index known to be committed, 0 for none
 */
public record EngineStatus(
    Role role, long term, Optional<NodeId> leader, List<Voter> voters, long commitIndex) {

  /** An engine that takes no part in any cluster. */
  public static final EngineStatus STOPPED =
      new EngineStatus(Role.STOPPED, 0, Optional.empty(), List.of(), 0);

  /** Copies the list of voters. */
  public EngineStatus {
    voters = List.copyOf(voters);
  }

  /** The part that a node has in the log. */
  public enum Role {
    /** Not running, or not a voter. */
    STOPPED,
    /** Joining: receives the log, does not vote yet. */
    JOINING,
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  /**
   * One voter.
   *
   * @param matchIndex the highest index that the leader knows this voter to hold; -1 when this node
   *     is not the leader and so cannot know
   * @param reachable whether the link to it is up, as {@link ConsensusEngine#peerUp} was told; true
   *     for this node itself
   */
  public record Voter(NodeId id, long matchIndex, boolean reachable) {}

  /** The ids of the voters, in order. */
  public List<NodeId> voterIds() {
    return voters.stream().map(Voter::id).toList();
  }
}
