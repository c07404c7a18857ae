package io.weft.gossip.wire;

import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was seen lately, by key: one place for each of a fixed number of hashes, where the newer
 * takes the place of the older.
 */
final class Recent<K, V> {
  /** A key, its value, the next key, and so on. */
  private final @Nullable Object[] pairs;

  private final ToIntFunction<K> hash;

  /** With 2 to this power places, each for what has one of these hashes. */
  Recent(int bits, ToIntFunction<K> hash) {
    this.hash = hash;
    this.pairs = new Object[2 << bits];
  }

  @SuppressWarnings("unchecked") // only put() writes
  @Nullable V get(K key) {
    int place = place(key);
    return key.equals(pairs[place]) ? (V) pairs[place + 1] : null;
  }

  void put(K key, V value) {
    int place = place(key);
    pairs[place] = key;
    pairs[place + 1] = value;
  }

  private int place(K key) {
    int hashed = hash.applyAsInt(key);
    return (hashed ^ hashed >>> 16) << 1 & (pairs.length - 1);
  }
}
