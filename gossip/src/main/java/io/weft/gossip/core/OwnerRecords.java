package io.weft.gossip.core;

import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.RecordItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One owner's records as this node holds them: always a correct prefix of the owner's history, up
 * to {@link #head}. Each change has a version of its own; a key's older change is dropped when a
 * newer comes. Tombstones are dropped after a time, and {@link #gcVersion} says up to where;
 * whoever is behind that gets, with what is newer, the list of what still lives below, so that
 * nothing deleted stays or returns (INV-SYN-2) and no version goes back (INV-SYN-1).
 */
final class OwnerRecords {
  /** The most records and tombstones of one owner. */
  static final int MAX_RECORDS = 16_384;

  /** So many tombstones go at once where there is no room, so that not each write looks for one. */
  private static final int ROOM = 1_024;

  /** Above what a delta takes without its records and live versions. */
  private static final int DELTA_BYTES = 110;

  /** Above what one live version takes. */
  private static final int LIVE_BYTES = 10;

  /** Told of each visible change: value null when the key is gone. */
  interface Changes {
    void changed(String key, byte @Nullable [] value);
  }

  private record Held(RecordItem item, long sinceNanos) {}

  final NodeId owner;
  private long generation;
  private long head;
  private long gcVersion;
  private final TreeMap<Long, Held> byVersion = new TreeMap<>();
  private final TreeMap<String, RecordItem> byKey = new TreeMap<>();
  // What the last generation left: shown until the new one is caught up with, so that a restart
  // does not blink.
  private final TreeMap<String, RecordItem> leftovers = new TreeMap<>();
  private long leftoverDeadlineNanos = Long.MAX_VALUE;
  private long knownHead;

  OwnerRecords(NodeId owner, long generation) {
    this.owner = owner;
    this.generation = generation;
  }

  long generation() {
    return generation;
  }

  long head() {
    return head;
  }

  long leftoverDeadlineNanos() {
    return leftoverDeadlineNanos;
  }

  OwnerDigest digest() {
    return new OwnerDigest(owner, generation, head, gcVersion);
  }

  /**
   * Whether somebody was heard to hold more; everybody has at least one record, so none means not
   * yet fetched.
   */
  boolean behind() {
    return head == 0 || head < knownHead;
  }

  void heardOf(long otherGeneration, long otherHead) {
    if (otherGeneration == generation) {
      knownHead = Math.max(knownHead, otherHead);
    }
  }

  /** The values that count now, by key. */
  NavigableMap<String, byte[]> visible(String keyPrefix) {
    TreeMap<String, byte[]> values = new TreeMap<>();
    collect(leftovers, keyPrefix, values);
    collect(byKey, keyPrefix, values);
    return values;
  }

  private static void collect(
      NavigableMap<String, RecordItem> from, String prefix, NavigableMap<String, byte[]> into) {
    for (RecordItem item : from.tailMap(prefix, true).values()) {
      if (!item.key().startsWith(prefix)) {
        return;
      }
      byte[] value = item.value();
      if (value == null) {
        into.remove(item.key());
      } else {
        into.put(item.key(), value.clone());
      }
    }
  }

  byte @Nullable [] value(String key) {
    RecordItem item = byKey.get(key);
    if (item == null) {
      item = leftovers.get(key);
    }
    return item == null ? null : item.value();
  }

  /**
   * The owner's own write. When there is no room, the oldest tombstones go before their time.
   *
   * @throws IllegalStateException when there are too many records that live
   */
  void write(long nowNanos, String key, byte @Nullable [] value) {
    if (!hasRoom(key, Long.MAX_VALUE)) {
      throw new IllegalStateException(
          "this node already has " + MAX_RECORDS + " records; '" + key + "' is one too many");
    }
    hold(nowNanos, new RecordItem(key, head + 1, value));
    knownHead = head;
  }

  /** The owner begins a new generation with the same values. */
  void rebirth(long nowNanos, long newGeneration) {
    List<RecordItem> items = new ArrayList<>(byKey.values());
    clear(newGeneration);
    for (RecordItem item : items) {
      if (item.value() != null) {
        write(nowNanos, item.key(), item.value());
      }
    }
  }

  /** The owner was started anew: nothing of the old generation counts against the new one. */
  void supersede(long newGeneration, long deadlineNanos) {
    if (newGeneration <= generation) {
      return;
    }
    TreeMap<String, RecordItem> old = new TreeMap<>(leftovers);
    for (RecordItem item : byKey.values()) {
      if (item.value() == null) {
        old.remove(item.key());
      } else {
        old.put(item.key(), item);
      }
    }
    clear(newGeneration);
    leftovers.putAll(old);
    leftoverDeadlineNanos = leftovers.isEmpty() ? Long.MAX_VALUE : deadlineNanos;
  }

  private void clear(long newGeneration) {
    generation = newGeneration;
    head = 0;
    gcVersion = 0;
    knownHead = 0;
    byVersion.clear();
    byKey.clear();
    leftovers.clear();
    leftoverDeadlineNanos = Long.MAX_VALUE;
  }

  private void hold(long nowNanos, RecordItem item) {
    RecordItem before = byKey.put(item.key(), item);
    if (before != null) {
      byVersion.remove(before.version());
    }
    byVersion.put(item.version(), new Held(item, nowNanos));
    leftovers.remove(item.key());
    head = Math.max(head, item.version());
  }

  /** Takes a delta of this generation; false if there is a gap before it. */
  boolean apply(long nowNanos, OwnerDelta delta, Changes changes) {
    heardOf(delta.generation(), delta.head());
    boolean sweeps = head > 0 && head < delta.gcVersion() && gcVersion < delta.gcVersion();
    if (delta.base() > head || (sweeps && delta.liveVersions() == null)) {
      return false;
    }
    if (sweeps && delta.liveVersions() != null) {
      sweep(delta.base(), delta.liveVersions(), changes);
    }
    gcVersion = Math.max(gcVersion, delta.gcVersion());
    for (RecordItem item : delta.records()) {
      // What the owner has dropped can go here too, and makes room.
      if (item.version() > head && !hasRoom(item.key(), gcVersion)) {
        return true; // a correct prefix still; the owner broke its own bound
      }
      if (item.version() > head) {
        byte[] before = value(item.key());
        hold(nowNanos, item);
        if (!Arrays.equals(before, item.value())) {
          changes.changed(item.key(), item.value());
        }
      }
    }
    head = Math.max(head, delta.upTo());
    if (!behind()) {
      dropLeftovers(changes);
    }
    return true;
  }

  private void sweep(long base, List<Long> live, Changes changes) {
    java.util.TreeSet<Long> keep = new java.util.TreeSet<>(live);
    Iterator<Held> it = byVersion.headMap(base, true).values().iterator();
    while (it.hasNext()) {
      RecordItem item = it.next().item();
      if (!keep.contains(item.version())) {
        it.remove();
        byKey.remove(item.key());
        if (item.value() != null) {
          changes.changed(item.key(), null);
        }
      }
    }
  }

  /** What the last generation left is given up. */
  void dropLeftovers(Changes changes) {
    leftoverDeadlineNanos = Long.MAX_VALUE;
    List<String> keys = new ArrayList<>(leftovers.keySet());
    leftovers.clear();
    for (String key : keys) {
      if (!byKey.containsKey(key)) {
        changes.changed(key, null);
      }
    }
  }

  /** Whether the key can be held, if need be after the oldest tombstones up to a version went. */
  private boolean hasRoom(String key, long upToVersion) {
    if (byKey.containsKey(key) || byKey.size() < MAX_RECORDS) {
      return true;
    }
    Iterator<Held> it = byVersion.headMap(upToVersion, true).values().iterator();
    for (int dropped = 0; dropped < ROOM && it.hasNext(); ) {
      RecordItem item = it.next().item();
      if (item.value() == null) {
        drop(it, item);
        dropped++;
      }
    }
    return byKey.size() < MAX_RECORDS;
  }

  private void drop(Iterator<Held> at, RecordItem tombstone) {
    at.remove();
    byKey.remove(tombstone.key());
    gcVersion = Math.max(gcVersion, tombstone.version());
  }

  /** Drops tombstones that are older than this. */
  void collectTombstones(long nowNanos, long ageNanos) {
    Iterator<Held> it = byVersion.values().iterator();
    while (it.hasNext()) {
      Held held = it.next();
      if (held.item().value() == null && nowNanos - held.sinceNanos() >= ageNanos) {
        drop(it, held.item());
      }
    }
  }

  /**
   * What somebody lacks who holds all up to {@code from}, cut to the budget; null if not even its
   * frame fits, or the other holds more.
   *
   * @param otherGc the other's own gc version; {@link Long#MAX_VALUE} if it is not known and
   *     nothing is to be swept
   */
  @Nullable OwnerDelta delta(long from, long otherGc, int budgetBytes) {
    if (from > head) {
      return null;
    }
    List<Long> live = null;
    int bytes = DELTA_BYTES;
    if (from > 0 && from < gcVersion && otherGc < gcVersion) {
      live = new ArrayList<>(byVersion.headMap(from, true).keySet());
      bytes += live.size() * LIVE_BYTES;
    }
    if (bytes > budgetBytes) {
      return null;
    }
    List<RecordItem> items = new ArrayList<>();
    long upTo = from;
    boolean whole = true;
    for (Held held : byVersion.tailMap(from, false).values()) {
      bytes += GossipCodec.sizeOf(held.item());
      if (bytes > budgetBytes) {
        whole = false;
        break;
      }
      items.add(held.item());
      upTo = held.item().version();
    }
    return new OwnerDelta(
        owner, generation, from, whole ? head : upTo, head, gcVersion, live, items);
  }
}
