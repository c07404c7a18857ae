package io.weft.overlay.registry.atomix;

import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which voters are there to talk to: by their links, and by when they last said something. */
final class Reachability {
  /** More peers than ever are voters; beyond, nothing more is remembered. */
  private static final int MAX_PEERS = 4096;

  private final RaftRuntime runtime;
  private final long silentMillis;
  private final TreeMap<NodeId, Long> heardNanos = new TreeMap<>();
  private final TreeSet<NodeId> down = new TreeSet<>();

  Reachability(RaftRuntime runtime, long silentMillis) {
    this.runtime = runtime;
    this.silentMillis = silentMillis;
  }

  void up(NodeId peer) {
    down.remove(peer);
  }

  void down(NodeId peer) {
    if (down.size() < MAX_PEERS) {
      down.add(peer);
    }
  }

  void heard(NodeId peer) {
    if (heardNanos.size() < MAX_PEERS || heardNanos.containsKey(peer)) {
      heardNanos.put(peer, runtime.monotonicNanos());
    }
  }

  /** Whether the link is not known to be down. */
  boolean isUp(NodeId peer) {
    return !down.contains(peer);
  }

  /** Those of the given nodes that are down, or have been silent for long. */
  List<NodeId> unreachable(List<NodeId> nodes) {
    long now = runtime.monotonicNanos();
    return nodes.stream()
        .filter(
            node -> {
              Long heard = heardNanos.get(node);
              return down.contains(node) || heard == null || now - heard > silentMillis * 1_000_000;
            })
        .sorted()
        .toList();
  }
}
