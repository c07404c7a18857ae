package io.weft.simulator.fleet;

import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryState;
import io.weft.overlay.registry.RegistryView;
import io.weft.security.identity.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one log of the whole cluster, put together from what each voter says it has committed: an
 * entry counts from the first time that any voter committed it, and must never be another.
 */
final class RaftTruth {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** A quarantine may be shorter by this share: clocks drift. */
  private static final double CLOCK_TOLERANCE = 0.9;

  @SuppressWarnings("ArrayRecordComponent") // compared by content
  private record Entry(long timeMillis, byte[] command) {}

  /**
   * Since when a block rests, in virtual time. One that its holder gave back: since the leader
   * wrote that down, for it may be committed long after, by another leader even, and a holder that
   * does not hear of it gives its addresses up in time by itself. One that was taken from its
   * holder: since that was committed, for the holder knows of nothing.
   */
  private record Rest(NodeId holder, long sinceNanos) {}

  /** As the scenario sets it, whatever the registry makes of it. */
  private final long quarantineMillis;

  private final HostKernel.Watch watch;
  private final SortedMap<Long, Entry> log = new TreeMap<>();
  private final SortedMap<Long, NodeId> leaders = new TreeMap<>();
  private final SortedMap<String, Rest> resting = new TreeMap<>();
  private final RegistryState state = new RegistryState();
  private final SortedMap<Long, String> stateHashes = new TreeMap<>();

  /** When the leader's clock last showed a time, which it may have put on an entry. */
  private final SortedMap<Long, Long> shownNanos = new TreeMap<>();

  private long lastWrittenNanos;
  private long lastIndex;
  private long leaderChanges;

  RaftTruth(long quarantineMillis, HostKernel.Watch watch) {
    this.quarantineMillis = quarantineMillis;
    this.watch = watch;
  }

  RegistryView view() {
    return state;
  }

  long lastIndex() {
    return lastIndex;
  }

  long leaderChanges() {
    return leaderChanges;
  }

  /** INV-RAFT-1: at most one leader a term. */
  void engineChanged(NodeId node, EngineStatus status) {
    if (status.role() != EngineStatus.Role.LEADER) {
      return;
    }
    NodeId before = leaders.putIfAbsent(status.term(), node);
    if (before == null) {
      leaderChanges++;
    } else if (!before.equals(node)) {
      watch.broken(
          "INV-RAFT-1",
          "term %d has two leaders, %s and %s"
              .formatted(status.term(), before.shortForm(), node.shortForm()));
    }
  }

  /** What the clock of a node's engine shows at a time; what counts is the leader's. */
  void shown(NodeId node, long nowNanos, long millis) {
    if (node.equals(lastLeader())) {
      shownNanos.put(millis, nowNanos);
    }
  }

  /** INV-RAFT-1: a committed entry is never another one. */
  void committed(long nowNanos, long index, long timeMillis, byte[] command) {
    Entry known = log.get(index);
    if (known != null) {
      if (known.timeMillis() != timeMillis || !Arrays.equals(known.command(), command)) {
        watch.broken("INV-RAFT-1", "the committed entry " + index + " is another one here");
      }
      return;
    }
    if (index <= lastIndex) {
      watch.broken(
          "INV-RAFT-1",
          "entry %d is committed here, but others committed up to %d without it"
              .formatted(index, lastIndex));
      return;
    }
    log.put(index, new Entry(timeMillis, command));
    lastIndex = index;
    List<Lease> before = state.leases();
    state.apply(index, timeMillis, command);
    // No entry was written before the one ahead of it in the log.
    lastWrittenNanos = Math.max(lastWrittenNanos, shownNanos.getOrDefault(timeMillis, nowNanos));
    leasesChanged(nowNanos, lastWrittenNanos, before, state.leases());
  }

  /** INV-RAFT-1 for a voter that takes a snapshot in place of entries. */
  void restored(long index, byte[] snapshot) {
    if (index == 0 || index != lastIndex || snapshot.length == 0) {
      return;
    }
    try {
      String hash = RegistryState.restore(snapshot).stateHash();
      if (!hash.equals(state.stateHash())) {
        watch.broken("INV-RAFT-1", "a snapshot at entry " + index + " holds another state");
      }
    } catch (MalformedRegistryException e) {
      watch.broken("INV-RAFT-1", "a snapshot at entry " + index + " is malformed");
    }
  }

  private void leasesChanged(
      long nowNanos, long writtenNanos, List<Lease> before, List<Lease> after) {
    if (before.equals(after)) {
      return;
    }
    for (Lease lease : after) {
      String key = lease.networkId() + " " + lease.block();
      if (lease.state() != LeaseState.LEASED) {
        boolean givenBack = lease.state() == LeaseState.QUARANTINED;
        resting.putIfAbsent(key, new Rest(lease.holder(), givenBack ? writtenNanos : nowNanos));
        continue;
      }
      Rest rest = resting.remove(key);
      long needed = (long) (quarantineMillis * NANOS_PER_MILLI * CLOCK_TOLERANCE);
      if (rest != null
          && !rest.holder().equals(lease.holder())
          && nowNanos - rest.sinceNanos() < needed) {
        watch.broken(
            "INV-IPAM-2",
            "block %s of %s went to %s %d ms after %s gave it up; the quarantine is %d ms"
                .formatted(
                    lease.block(),
                    lease.networkName(),
                    lease.holder().shortForm(),
                    (nowNanos - rest.sinceNanos()) / NANOS_PER_MILLI,
                    rest.holder().shortForm(),
                    quarantineMillis));
      }
      for (Lease other : after) {
        if (other.state() == LeaseState.LEASED
            && !other.holder().equals(lease.holder())
            && other.networkId().equals(lease.networkId())
            && other.block().overlaps(lease.block())) {
          watch.broken(
              "INV-IPAM-1", "block " + lease.block() + " has two holders: " + other + ", " + lease);
        }
      }
    }
  }

  /** Who led last, or null. */
  @Nullable NodeId lastLeader() {
    return leaders.isEmpty() ? null : leaders.lastEntry().getValue();
  }

  /** The state's hash at an index that was the last at some time; null when it is not known. */
  @Nullable String hashAt(long index) {
    if (index == lastIndex) {
      return stateHashes.computeIfAbsent(index, i -> state.stateHash());
    }
    return stateHashes.get(index);
  }
}
