package io.weft.gossip.core;

import io.weft.gossip.wire.RecordItem;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an owner's last generation left, or a sweep: values that are shown until what the owner has
 * written since has come, so that a restart does not blink. Only for a time, as that may never
 * come.
 */
final class Leftovers {
  /** No owner has so much to verify that it takes longer. */
  private static final long VERIFYING_NANOS =
      OwnerRecords.MAX_RECORDS * 1_000_000_000L / Notary.PER_SECOND;

  private SortedMap<String, RecordItem> items = Collections.emptySortedMap();
  private long deadlineNanos = Long.MAX_VALUE;
  // The deadline is put off no further, as the head that was heard of may never have been written.
  private long limitNanos = Long.MAX_VALUE;

  Leftovers() {}

  Leftovers(Leftovers other) {
    items = other.items.isEmpty() ? Collections.emptySortedMap() : new TreeMap<>(other.items);
    deadlineNanos = other.deadlineNanos;
    limitNanos = other.limitNanos;
  }

  Collection<RecordItem> items() {
    return items.values();
  }

  @Nullable RecordItem get(String key) {
    return items.get(key);
  }

  /** When they are given up; {@link Long#MAX_VALUE} while there is nothing to wait for. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** These do not count any more; a tombstone among them hides what was left before. */
  void add(Collection<RecordItem> old) {
    TreeMap<String, RecordItem> all = new TreeMap<>(items);
    for (RecordItem item : old) {
      if (item.value() == null) {
        all.remove(item.key());
      } else {
        all.put(item.key(), item);
      }
    }
    items = all;
  }

  /** There is a newer value. */
  void replaced(String key) {
    if (!items.isEmpty()) {
      items.remove(key);
    }
  }

  /** They are given up then, unless that is put off. */
  void showUntil(long nanos) {
    deadlineNanos = items.isEmpty() ? Long.MAX_VALUE : nanos;
    limitNanos = items.isEmpty() ? Long.MAX_VALUE : nanos + VERIFYING_NANOS;
  }

  /**
   * Something of the owner was taken.
   *
   * @param patientNanos until when they are shown if nothing more comes
   * @param advanced whether it was new: then the owner's word is coming
   */
  void heard(long patientNanos, boolean advanced) {
    if (items.isEmpty()) {
      return;
    }
    if (deadlineNanos == Long.MAX_VALUE) {
      showUntil(patientNanos);
    } else if (advanced) {
      deadlineNanos = Math.min(patientNanos, limitNanos);
    }
  }

  /** Gives them up, and names their keys. */
  List<String> clear() {
    List<String> keys = List.copyOf(items.keySet());
    items = Collections.emptySortedMap();
    deadlineNanos = Long.MAX_VALUE;
    return keys;
  }
}
