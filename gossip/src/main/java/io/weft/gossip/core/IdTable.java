package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of many members: found by hashing, gone through in an order that depends on
 * nothing but what was put in and taken out. Open addressing with linear probing; a number for each
 * slot and no object, so that ten thousand members of ten thousand simulated hosts fit.
 */
final class IdTable<V> {
  private static final int SMALLEST = 8;
  private static final int GOLDEN = 0x9E3779B9;

  private final List<NodeId> ids = new ArrayList<>(0);
  private final List<V> values = new ArrayList<>(0);

  /**
   * The hash in the upper half, in the lower the index into the lists plus one; 0 for a free slot.
   * At most half of them are taken.
   */
  private long[] slots = new long[SMALLEST];

  int size() {
    return ids.size();
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  /** All values; not to be changed, nor kept beyond the next change. */
  List<V> values() {
    return Collections.unmodifiableList(values);
  }

  @Nullable V get(NodeId id) {
    int index = index(slot(id));
    return index < 0 ? null : values.get(index);
  }

  /** What was there before is replaced; whether nothing was. */
  boolean put(NodeId id, V value) {
    int slot = slot(id);
    if (slots[slot] != 0) {
      values.set(index(slot), value);
      return false;
    }
    ids.add(id);
    values.add(value);
    if (2 * ids.size() > slots.length) {
      slots = new long[2 * slots.length];
      for (int i = 0; i < ids.size(); i++) {
        fill(slot(ids.get(i)), ids.get(i), i);
      }
    } else {
      fill(slot, id, ids.size() - 1);
    }
    return true;
  }

  /** The last one takes the place of the one that is removed. */
  @Nullable V remove(NodeId id) {
    int slot = slot(id);
    int index = index(slot);
    if (index < 0) {
      return null;
    }
    V removed = values.get(index);
    NodeId last = ids.getLast();
    fill(slot(last), last, index);
    ids.set(index, last);
    values.set(index, values.getLast());
    ids.removeLast();
    values.removeLast();
    close(slot);
    return removed;
  }

  /** Moves back what had to step aside for the slot that becomes free. */
  private void close(int hole) {
    int mask = slots.length - 1;
    int free = hole;
    for (int next = (free + 1) & mask; slots[next] != 0; next = (next + 1) & mask) {
      int home = home((int) (slots[next] >>> Integer.SIZE));
      if (((next - home) & mask) >= ((next - free) & mask)) {
        slots[free] = slots[next];
        free = next;
      }
    }
    slots[free] = 0;
  }

  private int slot(NodeId id) {
    int mask = slots.length - 1;
    int hash = id.hashCode();
    int slot = home(hash);
    while (slots[slot] != 0
        && ((int) (slots[slot] >>> Integer.SIZE) != hash || !ids.get(index(slot)).equals(id))) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void fill(int slot, NodeId id, int index) {
    slots[slot] = (long) id.hashCode() << Integer.SIZE | (index + 1);
  }

  /** -1 for a free slot. */
  private int index(int slot) {
    return (int) slots[slot] - 1;
  }

  private int home(int hash) {
    return (hash * GOLDEN) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
  }
}
