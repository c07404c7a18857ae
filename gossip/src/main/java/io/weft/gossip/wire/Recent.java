package io.weft.gossip.wire;

import org.jspecify.annotations.Nullable;

/**
 * What was seen lately, by key: one place for each of a fixed number of hashes, where the newer
 * takes the place of the older.
 */
final class Recent<K, V> {
  private final @Nullable Object[] keys;
  private final @Nullable Object[] values;

  /** With 2 to this power places. */
  Recent(int bits) {
    this.keys = new Object[1 << bits];
    this.values = new Object[1 << bits];
  }

  @SuppressWarnings("unchecked") // only put() writes
  @Nullable V get(K key) {
    int place = place(key);
    return key.equals(keys[place]) ? (V) values[place] : null;
  }

  void put(K key, V value) {
    int place = place(key);
    keys[place] = key;
    values[place] = value;
  }

  private int place(K key) {
    int hash = key.hashCode();
    return (hash ^ hash >>> 16) & (keys.length - 1);
  }
}
