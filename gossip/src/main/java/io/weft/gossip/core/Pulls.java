package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks for what is known to be missing of an owner's records: first whoever told of it, and while
 * the answer does not bring it, somebody else each time.
 */
final class Pulls {
  /** An owner that is behind is asked for again after this many gossip intervals. */
  private static final int INTERVALS = 3;

  /** Most owners have no more records. */
  private static final int RECORDS_EACH = 4;

  private record Pull(@Nullable NodeId informant, long nextNanos) {}

  private final GossipConfig config;
  private final Members members;
  private final RecordStore store;
  private final Outbox outbox;
  private final Notary notary;
  private final RandomGenerator random;
  private final TreeMap<NodeId, Pull> pulls = new TreeMap<>();

  Pulls(
      GossipConfig config,
      Members members,
      RecordStore store,
      Outbox outbox,
      Notary notary,
      RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.store = store;
    this.outbox = outbox;
    this.notary = notary;
    this.random = random;
  }

  /** Whether somebody is known to hold more of some owner than this node. */
  boolean any() {
    for (OwnerRecords records : store.behind()) {
      if (wanted(records)) {
        return true;
      }
    }
    return false;
  }

  private boolean wanted(@Nullable OwnerRecords records) {
    if (records == null) {
      return false;
    }
    MemberEntry entry = members.get(records.owner);
    return entry != null && entry.present() && records.behind();
  }

  /** Who told of an owner has the rest as well, and is asked for it from then on. */
  void from(NodeId informant, NodeId owner, long nextNanos) {
    pulls.put(owner, new Pull(informant, nextNanos));
  }

  /** Who was asked may not answer, or not with what can be taken: next time somebody else. */
  void elsewhere(Turn turn, NodeId owner) {
    MemberEntry other = members.roster().any(random);
    long again = turn.in(INTERVALS * config.gossipIntervalMillis());
    pulls.put(owner, new Pull(other == null ? null : other.id(), again));
  }

  /** Asks for what is missing, but of no more owners than there is time to verify. */
  void send(Turn turn) {
    int most = Math.max(1, notary.allowance(turn.nowNanos()) / RECORDS_EACH);
    int asked = 0;
    TreeMap<NodeId, List<OwnerDigest>> byPeer = new TreeMap<>();
    pulls.keySet().removeIf(owner -> !wanted(store.get(owner)));
    for (OwnerRecords records : Shuffle.rotated(store.behind(), random)) {
      if (!wanted(records)) {
        continue;
      }
      Pull pull = pulls.get(records.owner);
      if (pull != null && pull.nextNanos() > turn.nowNanos()) {
        continue;
      }
      if (++asked > most) {
        break;
      }
      NodeId from = pull == null || pull.informant() == null ? records.owner : pull.informant();
      MemberEntry peer = members.get(from);
      if (peer == null || !peer.present()) {
        peer = members.roster().any(random);
      }
      if (peer != null) {
        byPeer.computeIfAbsent(peer.id(), p -> new ArrayList<>()).add(records.digest());
      }
      elsewhere(turn, records.owner);
    }
    byPeer.forEach((id, owners) -> ask(turn, id, owners));
  }

  /** Asks a member for what it holds beyond this of some owners. */
  void ask(Turn turn, NodeId id, List<OwnerDigest> owners) {
    MemberEntry peer = members.get(id);
    if (peer == null) {
      return;
    }
    Draft draft = outbox.draft(id, new Body.Digest(List.of(), false, Body.Digest.ALL));
    owners.forEach(draft::add);
    outbox.sendDraft(
        turn,
        id,
        peer.item.address(),
        draft,
        new Body.Digest(draft.digests(), false, Body.Digest.ALL));
  }
}
