package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All changes of one owner after {@code base} that still count, ascending; it may be cut short
 * anywhere. Each change is signed by the owner; all else is the sender's word.
 *
 * @param base whoever holds all up to here can take it
 * @param head the highest version that the sender holds
 * @param gcVersion the sender may have dropped tombstones up to this version
 * @param sweep for a receiver behind {@code gcVersion}; null when it is not needed
 * @param ownerKey the owner's public key; where {@code base} is 0, as its receiver may not know it,
 *     and only there
 */
public record OwnerDelta(
    NodeId owner,
    long generation,
    long base,
    long head,
    long gcVersion,
    @Nullable Sweep sweep,
    List<RecordItem> records,
    @Nullable ByteString ownerKey) {

  public OwnerDelta {
    records = List.copyOf(records);
  }

  /** Whoever has taken it holds all up to here: only a signed change says so. */
  public long upTo() {
    return records.isEmpty() ? base : records.getLast().version();
  }

  /** The same with no more than the first so many changes. */
  public OwnerDelta first(int count) {
    return new OwnerDelta(
        owner, generation, base, head, gcVersion, sweep, records.subList(0, count), ownerKey);
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
        && last <= head
        && gcVersion >= 0
        && gcVersion <= head
        && (base == 0) == (ownerKey != null);
  }
}
