package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The membership core. */
public final class GossipCore {
  private final Member self;
  private final TreeMap<String, byte[]> own = new TreeMap<>();

  /** A node that knows only itself. */
  public GossipCore(
      GossipConfig config,
      NodeId self,
      String name,
      PeerAddress address,
      SortedMap<String, String> labels,
      long generation,
      RandomGenerator random) {
    this.self = new Member(self, name, address, MemberState.ALIVE, 0, generation, 1, -1, labels);
  }

  /** Takes one input, then does all that is due at this time. */
  public void step(long nowNanos, GossipInput input, GossipEffects out) {
    if (input instanceof GossipInput.PutRecord put) {
      own.put(put.key(), put.value());
    }
    if (input instanceof GossipInput.RemoveRecord remove) {
      own.remove(remove.key());
    }
    if (input instanceof GossipInput.Leave) {
      out.emit(new GossipEvent.LeaveComplete(self, "alone"));
    }
  }

  /** When the next timer is due; {@link Long#MAX_VALUE} for never. */
  public long nextDeadlineNanos() {
    return Long.MAX_VALUE;
  }

  /** This node itself. */
  public Member self() {
    return self;
  }

  /** All members, by identity, this node among them. */
  public List<Member> members() {
    return List.of(self);
  }

  /** One member. */
  public Optional<Member> member(NodeId id) {
    return id.equals(self.id()) ? Optional.of(self) : Optional.empty();
  }

  /** Owner to key to value of all records under a prefix whose owner is alive or suspected. */
  public SortedMap<NodeId, SortedMap<String, byte[]>> records(String keyPrefix) {
    TreeMap<String, byte[]> found = new TreeMap<>();
    own.forEach(
        (key, value) -> {
          if (key.startsWith(keyPrefix)) {
            found.put(key, value);
          }
        });
    TreeMap<NodeId, SortedMap<String, byte[]>> result = new TreeMap<>();
    if (!found.isEmpty()) {
      result.put(self.id(), found);
    }
    return result;
  }
}
