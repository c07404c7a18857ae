package io.weft.gossip.core;

import io.weft.gossip.wire.RecordItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one owner that still count, ascending by version, one a key. Most owners have few
 * of them, and every node has those of every owner: so an array, and an index only when there are
 * many.
 */
final class History {
  /** From so many on the keys are indexed. */
  private static final int INDEXED = 16;

  private static final Held[] NONE = {};

  /** One change, and since when it is held here. */
  record Held(RecordItem item, long sinceNanos) {}

  private Held[] held = NONE;
  private int size;
  private @Nullable TreeMap<String, Held> byKey;

  History() {}

  /** The same changes. */
  History(History other) {
    held = other.held.clone();
    size = other.size;
    byKey = other.byKey == null ? null : new TreeMap<>(other.byKey);
  }

  int size() {
    return size;
  }

  /** The one with the highest version. */
  @Nullable RecordItem last() {
    return size == 0 ? null : held[size - 1].item();
  }

  /** All of them; a copy. */
  List<Held> all() {
    return from(0);
  }

  /** Those above a version; a copy. */
  List<Held> above(long version) {
    return from(upTo(version));
  }

  private List<Held> from(int index) {
    return new ArrayList<>(Arrays.asList(held).subList(index, size));
  }

  /** Those at and below a version; a copy. */
  List<Held> upToAndAt(long version) {
    return new ArrayList<>(Arrays.asList(held).subList(0, upTo(version)));
  }

  @Nullable RecordItem get(String key) {
    Held found = find(key);
    return found == null ? null : found.item();
  }

  private @Nullable Held find(String key) {
    if (byKey != null) {
      return byKey.get(key);
    }
    for (int i = 0; i < size; i++) {
      if (held[i].item().key().equals(key)) {
        return held[i];
      }
    }
    return null;
  }

  /** Adds a change above all versions; the key's earlier one goes, and is returned. */
  @Nullable RecordItem add(RecordItem item, long sinceNanos) {
    Held before = find(item.key());
    if (before != null) {
      int index = upTo(before.item().version()) - 1;
      System.arraycopy(held, index + 1, held, index, --size - index);
    }
    if (size == held.length) {
      held = Arrays.copyOf(held, size + 1 + size / 2);
    }
    Held added = new Held(item, sinceNanos);
    held[size++] = added;
    if (byKey != null) {
      byKey.put(item.key(), added);
    } else if (size >= INDEXED) {
      byKey = new TreeMap<>();
      for (int i = 0; i < size; i++) {
        byKey.put(held[i].item().key(), held[i]);
      }
    }
    return before == null ? null : before.item();
  }

  /** Takes out the first so many up to a version that pass, and returns them. */
  List<RecordItem> removeUpTo(long version, int atMost, Predicate<Held> filter) {
    List<RecordItem> removed = new ArrayList<>();
    int end = upTo(version);
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (i < end && removed.size() < atMost && filter.test(held[i])) {
        removed.add(held[i].item());
        if (byKey != null) {
          byKey.remove(held[i].item().key());
        }
      } else {
        held[kept++] = held[i];
      }
    }
    Arrays.fill(held, kept, size, null);
    size = kept;
    return removed;
  }

  void clear() {
    held = NONE;
    size = 0;
    byKey = null;
  }

  /** How many have this version or one below. */
  private int upTo(long version) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (held[middle].item().version() <= version) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
