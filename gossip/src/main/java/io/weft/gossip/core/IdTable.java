package io.weft.gossip.core;

import io.weft.security.identity.NodeId;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of many members: found by hashing, gone through in an order that depends on
 * nothing but what was put in and taken out. Open addressing with linear probing in arrays: twenty
 * to forty bytes a member and no object, so that ten thousand members of ten thousand simulated
 * hosts fit. An id and its value lie side by side where the id's hash says: whoever looks for one
 * of many waits for memory once, and has both.
 */
final class IdTable<V> {
  private static final int SMALLEST = 8;
  private static final int GOLDEN = 0x9E3779B9;
  private static final Object[] NO_PAIRS = new Object[2 * SMALLEST];
  private static final int[] NO_PLACES = {};

  /** In slots, a power of 2, at most three of four taken: an id and its value, or null and null. */
  private Object[] pairs = NO_PAIRS;

  /**
   * The number of slots less one. It stands here, and so does the next, because {@link #pairs}' own
   * length lies elsewhere in memory than the slot that is looked for: nobody has to wait for both.
   */
  private int mask = SMALLEST - 1;

  /** How far to the right the highest bits of a hash are shifted to be a slot. */
  private int shift = shift(SMALLEST);

  /** For each slot that is taken, its place in {@link #order}. */
  private int[] places = NO_PLACES;

  /** The slots that are taken, in the order in which they are gone through. */
  private int[] order = NO_PLACES;

  private int size;

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
      return value(order[index]);
    }

    @Override
    public int size() {
      return size;
    }
  }

  /** Null for a slot that is free. */
  private @Nullable NodeId id(int slot) {
    return (NodeId) pairs[2 * slot];
  }

  @SuppressWarnings("unchecked") // only put() writes
  private V value(int slot) {
    return (V) pairs[2 * slot + 1];
  }

  @SuppressWarnings("unchecked") // only put() writes
  @Nullable V get(NodeId id) {
    return (V) pairs[2 * slot(id) + 1];
  }

  /** What was there before is replaced; whether nothing was. */
  boolean put(NodeId id, V value) {
    int slot = slot(id);
    if (id(slot) != null) {
      pairs[2 * slot + 1] = value;
      return false;
    }
    if (size == order.length) {
      order = Arrays.copyOf(order, Math.max(SMALLEST / 2, size + size / 2));
    }
    if (places == NO_PLACES || 4 * (size + 1) > 3 * places.length) {
      grow(places == NO_PLACES ? SMALLEST : 2 * places.length);
      slot = slot(id);
    }
    fill(slot, id, value, size);
    size++;
    return true;
  }

  private void grow(int slots) {
    Object[] before = pairs;
    pairs = new Object[2 * slots];
    mask = slots - 1;
    shift = shift(slots);
    places = new int[slots];
    for (int place = 0; place < size; place++) {
      NodeId id = (NodeId) before[2 * order[place]];
      fill(slot(id), id, before[2 * order[place] + 1], place);
    }
  }

  /** The last one takes the place of the one that is removed. */
  @Nullable V remove(NodeId id) {
    int slot = slot(id);
    if (id(slot) == null) {
      return null;
    }
    V removed = value(slot);
    size--;
    int last = order[size];
    order[places[slot]] = last;
    places[last] = places[slot];
    close(slot);
    return removed;
  }

  /** Moves back what had to step aside for the slot that becomes free. */
  private void close(int hole) {
    int free = hole;
    int next = (free + 1) & mask;
    for (NodeId id = id(next); id != null; id = id(next)) {
      if (((next - home(id)) & mask) >= ((next - free) & mask)) {
        fill(free, id, pairs[2 * next + 1], places[next]);
        free = next;
      }
      next = (next + 1) & mask;
    }
    Arrays.fill(pairs, 2 * free, 2 * free + 2, null);
  }

  /** Where the id is, or a free slot. */
  private int slot(NodeId id) {
    int slot = home(id);
    for (NodeId there = id(slot); there != null && !there.equals(id); there = id(slot)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void fill(int slot, NodeId id, Object value, int place) {
    pairs[2 * slot] = id;
    pairs[2 * slot + 1] = value;
    places[slot] = place;
    order[place] = slot;
  }

  /** The slot where it is, unless others are there. */
  private int home(NodeId id) {
    return (id.hashCode() * GOLDEN) >>> shift;
  }

  private static int shift(int slots) {
    return Integer.numberOfLeadingZeros(slots) + 1;
  }
}
