package io.weft.gossip.core;

import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.security.identity.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The records of all owners; there is an entry for each known member that has not left. Knows which
 * of them need anything done, so that nobody has to look through all.
 */
final class RecordStore {
  private static final int BEHIND = 1;
  private static final int AGING = 2;
  private static final int SUPERSEDED = 4;

  private final RecordSigner signer;
  private final long patienceNanos;
  private final Buckets buckets;
  private final Agenda agenda;
  private final IdTable<OwnerRecords> owners = new IdTable<>();
  private final TreeMap<NodeId, OwnerRecords> behind = new TreeMap<>();
  private final TreeMap<NodeId, OwnerRecords> aging = new TreeMap<>();
  private final TreeMap<NodeId, OwnerRecords> superseded = new TreeMap<>();

  /**
   * Without any.
   *
   * @param signer signs what this node writes
   * @param patienceNanos how long a value is shown after it was last known to count, while what its
   *     owner wrote since is not here yet
   */
  RecordStore(RecordSigner signer, long patienceNanos, Buckets buckets, Agenda agenda) {
    this.signer = signer;
    this.patienceNanos = patienceNanos;
    this.buckets = buckets;
    this.agenda = agenda;
  }

  RecordSigner signer() {
    return signer;
  }

  long patienceNanos() {
    return patienceNanos;
  }

  /** An owner's records, to be read: see {@link #change}. */
  @Nullable OwnerRecords get(NodeId owner) {
    return owners.get(owner);
  }

  /** In no order that means anything. */
  List<OwnerRecords> all() {
    return owners.values();
  }

  /** Those of which somebody was heard to hold more. */
  Collection<OwnerRecords> behind() {
    return behind.values();
  }

  /** Those with tombstones, or with something left of a last generation. */
  Collection<OwnerRecords> aging() {
    return aging.values();
  }

  /** The owner is known to be at this generation. */
  void at(NodeId owner, long generation, long leftoverDeadlineNanos) {
    OwnerRecords records = owners.get(owner);
    if (records == null) {
      records = new OwnerRecords(owner, generation, this);
      owners.put(owner, records);
      changed(records);
    } else if (records.generation() < generation) {
      change(records).supersede(generation, leftoverDeadlineNanos);
    }
  }

  /** Somebody holds so much. */
  void heardOf(OwnerDigest digest) {
    OwnerRecords records = owners.get(digest.owner());
    if (records != null) {
      change(records).heardOf(digest.generation(), digest.head());
    }
  }

  /** The same records, to be changed. */
  OwnerRecords change(OwnerRecords records) {
    if (records.belongsTo(this)) {
      return records;
    }
    OwnerRecords own = new OwnerRecords(records, this);
    owners.put(own.owner, own);
    changed(own);
    return own;
  }

  /** Holds a copy that others hold too, of an owner that is not known yet. */
  void adopt(OwnerRecords shared) {
    owners.put(shared.owner, shared);
    buckets.add(shared.owner, shared.summed);
    if (shared.passingTombstones() > 0) {
      change(shared);
    }
  }

  void remove(NodeId owner) {
    OwnerRecords removed = owners.remove(owner);
    if (removed != null) {
      behind.remove(owner);
      aging.remove(owner);
      noteKinds();
      if (superseded.remove(owner) != null) {
        agenda.leftoverNanos = earliest();
      }
      buckets.add(owner, -removed.summed);
    }
  }

  /** Told by the records themselves after each change. */
  void changed(OwnerRecords records) {
    boolean leftovers = records.leftoverDeadlineNanos() != Long.MAX_VALUE;
    track(behind, records, BEHIND, records.behind());
    track(aging, records, AGING, leftovers || records.passingTombstones() > 0);
    noteKinds();
    if (leftovers || (records.tracked & SUPERSEDED) != 0) {
      track(superseded, records, SUPERSEDED, leftovers);
      agenda.leftoverNanos = earliest();
    }
    long sum = Buckets.hash(records.digest());
    buckets.add(records.owner, sum - records.summed);
    records.summed = sum;
  }

  private static void track(
      Map<NodeId, OwnerRecords> set, OwnerRecords records, int mark, boolean member) {
    if (member == ((records.tracked & mark) != 0)) {
      return;
    }
    records.tracked ^= mark;
    if (member) {
      set.put(records.owner, records);
    } else {
      set.remove(records.owner);
    }
  }

  private void noteKinds() {
    agenda.behind = !behind.isEmpty();
    agenda.aging = !aging.isEmpty();
  }

  private long earliest() {
    long next = Long.MAX_VALUE;
    for (OwnerRecords records : superseded.values()) {
      next = Math.min(next, records.leftoverDeadlineNanos());
    }
    return next;
  }
}
