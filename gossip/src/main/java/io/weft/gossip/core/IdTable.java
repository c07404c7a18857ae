package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of many members: found by hashing, gone through in an order that depends on
 * nothing but what was put in and taken out. Open addressing with linear probing in parallel
 * arrays: some twenty bytes a member and no object, so that ten thousand members of ten thousand
 * simulated hosts fit.
 */
final class IdTable<V> {
  private static final int SMALLEST = 8;
  private static final int GOLDEN = 0x9E3779B9;
  private static final int[] NO_SLOTS = new int[SMALLEST];
  private static final NodeId[] NO_IDS = {};
  private static final Object[] NO_VALUES = {};

  private NodeId[] ids = NO_IDS;
  private Object[] values = NO_VALUES;
  private int size;

  /**
   * A power of 2, at most half of them taken. In the lower bits the index into the arrays plus one,
   * 0 for a free slot; in those above what they leave of the hash, so that who has another is
   * mostly passed by without a look at him.
   */
  private int[] slots = NO_SLOTS;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** All values; not to be changed, nor kept beyond the next change. */
  @SuppressWarnings("unchecked") // only put() writes
  List<V> values() {
    return (List<V>) Collections.unmodifiableList(Arrays.asList(values).subList(0, size));
  }

  @Nullable V get(NodeId id) {
    int index = index(slot(id));
    return index < 0 ? null : value(index);
  }

  @SuppressWarnings("unchecked") // only put() writes
  private V value(int index) {
    return (V) values[index];
  }

  /** What was there before is replaced; whether nothing was. */
  boolean put(NodeId id, V value) {
    int slot = slot(id);
    if (slots[slot] != 0) {
      values[index(slot)] = value;
      return false;
    }
    if (size == ids.length) {
      int capacity = Math.max(SMALLEST / 2, size + size / 2);
      ids = Arrays.copyOf(ids, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    ids[size] = id;
    values[size] = value;
    size++;
    if (2 * size > slots.length || slots == NO_SLOTS) {
      slots = new int[slots == NO_SLOTS ? SMALLEST : 2 * slots.length];
      for (int i = 0; i < size; i++) {
        fill(slot(ids[i]), ids[i], i);
      }
    } else {
      fill(slot, id, size - 1);
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
    V removed = value(index);
    NodeId last = ids[size - 1];
    fill(slot(last), last, index);
    ids[index] = last;
    values[index] = values[size - 1];
    close(slot);
    size--;
    Arrays.fill(ids, size, size + 1, null);
    Arrays.fill(values, size, size + 1, null);
    return removed;
  }

  /** Moves back what had to step aside for the slot that becomes free. */
  private void close(int hole) {
    int mask = slots.length - 1;
    int free = hole;
    for (int next = (free + 1) & mask; slots[next] != 0; next = (next + 1) & mask) {
      int home = home(ids[index(next)].hashCode());
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
        && (((slots[slot] ^ hash) & ~mask) != 0 || !ids[index(slot)].equals(id))) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void fill(int slot, NodeId id, int index) {
    int mask = slots.length - 1;
    slots[slot] = (id.hashCode() & ~mask) | (index + 1);
  }

  /** -1 for a free slot. */
  private int index(int slot) {
    return (slots[slot] & (slots.length - 1)) - 1;
  }

  private int home(int hash) {
    return (hash * GOLDEN) >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
  }
}
