package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The records of all owners; there is an entry for each known member that has not left. */
final class RecordStore {
  private final TreeMap<NodeId, OwnerRecords> owners = new TreeMap<>();

  @Nullable OwnerRecords get(NodeId owner) {
    return owners.get(owner);
  }

  Collection<OwnerRecords> all() {
    return owners.values();
  }

  /** The owner is known to be at this generation. */
  OwnerRecords at(NodeId owner, long generation, long leftoverDeadlineNanos) {
    OwnerRecords records = owners.computeIfAbsent(owner, o -> new OwnerRecords(o, generation));
    records.supersede(generation, leftoverDeadlineNanos);
    return records;
  }

  void remove(NodeId owner) {
    owners.remove(owner);
  }

  long nextLeftoverDeadlineNanos() {
    long next = Long.MAX_VALUE;
    for (OwnerRecords records : owners.values()) {
      next = Math.min(next, records.leftoverDeadlineNanos());
    }
    return next;
  }
}
