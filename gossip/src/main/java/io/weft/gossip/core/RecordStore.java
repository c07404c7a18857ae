package io.weft.gossip.core;

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

  private final Buckets buckets;
  private final IdTable<OwnerRecords> owners = new IdTable<>();
  private final TreeMap<NodeId, OwnerRecords> behind = new TreeMap<>();
  private final TreeMap<NodeId, OwnerRecords> aging = new TreeMap<>();
  private final TreeMap<NodeId, OwnerRecords> superseded = new TreeMap<>();
  private long nextLeftoverDeadlineNanos = Long.MAX_VALUE;

  RecordStore(Buckets buckets) {
    this.buckets = buckets;
  }

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
  OwnerRecords at(NodeId owner, long generation, long leftoverDeadlineNanos) {
    OwnerRecords records = owners.get(owner);
    if (records == null) {
      records = new OwnerRecords(owner, generation, this);
      owners.put(owner, records);
      changed(records);
    }
    records.supersede(generation, leftoverDeadlineNanos);
    return records;
  }

  void remove(NodeId owner) {
    OwnerRecords removed = owners.remove(owner);
    if (removed != null) {
      behind.remove(owner);
      aging.remove(owner);
      if (superseded.remove(owner) != null) {
        nextLeftoverDeadlineNanos = earliest();
      }
      buckets.add(owner, -removed.summed);
    }
  }

  /** Told by the records themselves after each change. */
  void changed(OwnerRecords records) {
    boolean leftovers = records.leftoverDeadlineNanos() != Long.MAX_VALUE;
    track(behind, records, BEHIND, records.behind());
    track(aging, records, AGING, leftovers || records.tombstones() > 0);
    if (leftovers || (records.tracked & SUPERSEDED) != 0) {
      track(superseded, records, SUPERSEDED, leftovers);
      nextLeftoverDeadlineNanos = earliest();
    }
    long sum = Buckets.hash(records.generation(), records.head());
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

  long nextLeftoverDeadlineNanos() {
    return nextLeftoverDeadlineNanos;
  }

  private long earliest() {
    long next = Long.MAX_VALUE;
    for (OwnerRecords records : superseded.values()) {
      next = Math.min(next, records.leftoverDeadlineNanos());
    }
    return next;
  }
}
