package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of many members: found by hashing, gone through in an order that depends on
 * nothing but what was put in and taken out. Open addressing with linear probing in arrays: some
 * twenty bytes a member and no object, so that ten thousand members of ten thousand simulated hosts
 * fit. An id and its value lie side by side: whoever looks for one of many has waited for memory
 * once when he has both.
 */
final class IdTable<V> {
  private static final int SMALLEST = 8;
  private static final int GOLDEN = 0x9E3779B9;
  private static final int[] NO_SLOTS = new int[SMALLEST];
  private static final Object[] NO_PAIRS = {};

  /** An id, its value, the next id, its value, and so on. */
  private Object[] pairs = NO_PAIRS;

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
  List<V> values() {
    return new Values();
  }

  private final class Values extends AbstractList<V> implements RandomAccess {
    @Override
    public V get(int index) {
      return value(index);
    }

    @Override
    public int size() {
      return size;
    }
  }

  private NodeId id(int index) {
    return (NodeId) pairs[2 * index];
  }

  @Nullable V get(NodeId id) {
    int index = index(slot(id));
    return index < 0 ? null : value(index);
  }

  @SuppressWarnings("unchecked") // only put() writes
  private V value(int index) {
    return (V) pairs[2 * index + 1];
  }

  /** What was there before is replaced; whether nothing was. */
  boolean put(NodeId id, V value) {
    int slot = slot(id);
    if (slots[slot] != 0) {
      pairs[2 * index(slot) + 1] = value;
      return false;
    }
    if (2 * size == pairs.length) {
      pairs = Arrays.copyOf(pairs, 2 * Math.max(SMALLEST / 2, size + size / 2));
    }
    pairs[2 * size] = id;
    pairs[2 * size + 1] = value;
    size++;
    if (2 * size > slots.length || slots == NO_SLOTS) {
      slots = new int[slots == NO_SLOTS ? SMALLEST : 2 * slots.length];
      for (int i = 0; i < size; i++) {
        fill(slot(id(i)), id(i), i);
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
    NodeId last = id(size - 1);
    fill(slot(last), last, index);
    pairs[2 * index] = last;
    pairs[2 * index + 1] = value(size - 1);
    close(slot);
    size--;
    Arrays.fill(pairs, 2 * size, 2 * size + 2, null);
    return removed;
  }

  /** Moves back what had to step aside for the slot that becomes free. */
  private void close(int hole) {
    int mask = slots.length - 1;
    int free = hole;
    for (int next = (free + 1) & mask; slots[next] != 0; next = (next + 1) & mask) {
      int home = home(id(index(next)).hashCode());
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
        && (((slots[slot] ^ hash) & ~mask) != 0 || !id(index(slot)).equals(id))) {
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
