package io.weft.gossip.wire;

import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All changes of one owner in {@code (base, upTo]} that still count, ascending: cut short anywhere
 * it is a correct prefix.
 *
 * @param base whoever holds all up to here can take it
 * @param upTo whoever has taken it holds all up to here
 * @param head the highest version that the sender holds
 * @param gcVersion the sender holds no tombstones up to this version
 * @param liveVersions for a receiver behind {@code gcVersion}, what still lives at or below {@code
 *     base}; the receiver drops the rest. Null when it is not needed
 */
public record OwnerDelta(
    NodeId owner,
    long generation,
    long base,
    long upTo,
    long head,
    long gcVersion,
    @Nullable List<Long> liveVersions,
    List<RecordItem> records) {

  public OwnerDelta {
    liveVersions = liveVersions == null ? null : List.copyOf(liveVersions);
    records = List.copyOf(records);
  }

  /** Whether its numbers fit together; a peer's mistake otherwise. */
  public boolean wellFormed() {
    long last = base;
    for (RecordItem item : records) {
      if (item.version() <= last) {
        return false;
      }
      last = item.version();
    }
    return generation >= 0
        && base >= 0
        && last <= upTo
        && upTo <= head
        && gcVersion >= 0
        && gcVersion <= head;
  }
}
