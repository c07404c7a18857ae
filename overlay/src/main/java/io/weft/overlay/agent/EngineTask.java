package io.weft.overlay.agent;

import io.weft.security.identity.NodeId;
import java.util.List;

/** What the consensus engine is asked to do; one task at a time. */
public sealed interface EngineTask {
  /** Found a cluster of one. */
  record Bootstrap() implements EngineTask {}

  /** Go on from disk. */
  record Restart() implements EngineTask {}

  /** Become a voter beside these. */
  record JoinVoters(List<NodeId> voters) implements EngineTask {
    /** Copies the list. */
    public JoinVoters {
      voters = List.copyOf(voters);
    }
  }

  /** Stop being a voter; these may know of a leader if this one's engine does not. */
  record LeaveVoters(List<NodeId> voters) implements EngineTask {
    /** Copies the list. */
    public LeaveVoters {
      voters = List.copyOf(voters);
    }
  }

  /** Take out a voter that is gone for good. */
  record RemoveVoter(NodeId voter) implements EngineTask {}
}
