package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.weft.gossip.core.History.Held;
import io.weft.gossip.signing.OwnerKey;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.RecordItem;
import io.weft.gossip.wire.Sweep;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One owner's records as this node holds them: always a correct prefix of the owner's history, up
 * to {@link #head}. Each change has a version of its own; a key's older change is dropped when a
 * newer comes. Tombstones are dropped after a time, and {@link #gcVersion} says up to where;
 * whoever is behind that gets, with what is newer, the list of what still lives below, so that
 * nothing deleted stays or returns (INV-SYN-2) and no version goes back (INV-SYN-1).
 *
 * <p>The owner signs each change. The newest one stays even if it is a tombstone: so nobody's head
 * is higher than a version that the owner has signed.
 *
 * <p>They belong to one store, which is told of changes, or are a copy that many may read.
 */
final class OwnerRecords {
  /** The most records and tombstones of one owner. */
  static final int MAX_RECORDS = 16_384;

  /** So many tombstones go at once where there is no room, so that not each write looks for one. */
  private static final int ROOM = 1_024;

  /** Above what a delta takes without its records and live versions. */
  private static final int DELTA_BYTES = 110;

  /** Above what tag and length of the owner's key take. */
  private static final int KEY_FRAME_BYTES = 4;

  /** Above what tags and lengths of the live versions take. */
  private static final int SWEEP_FRAME_BYTES = 8;

  /** Told of each visible change: value null when the key is gone. */
  interface Changes {
    void changed(String key, byte @Nullable [] value);
  }

  final NodeId owner;
  private long generation;
  private long head;
  private long gcVersion;
  private final History history;
  private final Leftovers leftovers;
  private long knownHead;

  private int tombstones;

  /** The owner's, whatever its generation; null until something of it is held. */
  private @Nullable OwnerKey ownerKey;

  /** A sum of hashes over what lives of this generation: the same wherever the head is. */
  private long content;

  private final @Nullable RecordStore store;

  /** What these records add to their bucket; kept by the store, as is where it keeps them. */
  long summed;

  int tracked;

  OwnerRecords(NodeId owner, long generation, RecordStore store) {
    this.owner = owner;
    this.generation = generation;
    this.store = store;
    this.history = new History();
    this.leftovers = new Leftovers();
  }

  /** A copy for this store, or with null one that many may read and nobody changes. */
  OwnerRecords(OwnerRecords other, @Nullable RecordStore store) {
    this.owner = other.owner;
    this.store = store;
    generation = other.generation;
    head = other.head;
    gcVersion = other.gcVersion;
    history = new History(other.history);
    leftovers = new Leftovers(other.leftovers);
    knownHead = other.knownHead;
    tombstones = other.tombstones;
    ownerKey = other.ownerKey;
    content = other.content;
    summed = other.summed;
  }

  boolean belongsTo(RecordStore asked) {
    return store == asked;
  }

  private RecordStore store() {
    if (store == null) {
      throw new IllegalStateException("the records of " + owner + " are a copy that others read");
    }
    return store;
  }

  private void changed() {
    store().changed(this);
  }

  long generation() {
    return generation;
  }

  long head() {
    return head;
  }

  long leftoverDeadlineNanos() {
    return leftovers.deadlineNanos();
  }

  /** The owner's public key; null while nothing of it is held. */
  @Nullable OwnerKey ownerKey() {
    return ownerKey;
  }

  /** How many tombstones will be dropped when they are old enough. */
  int passingTombstones() {
    RecordItem last = history.last();
    return tombstones - (last != null && last.value() == null ? 1 : 0);
  }

  OwnerDigest digest() {
    return new OwnerDigest(owner, generation, head, gcVersion, content);
  }

  /**
   * Whether somebody was heard to hold more; everybody has at least one record, so none means not
   * yet fetched.
   */
  boolean behind() {
    return head == 0 || head < knownHead;
  }

  /** Whether somebody holds as far as this, of the same life, and yet other values. */
  boolean differs(OwnerDigest other) {
    return other.generation() == generation
        && other.head() == head
        && other.content() != 0
        && other.content() != content;
  }

  /** Whether somebody holds what the owner, whose these are, has not written. */
  boolean disputedBy(OwnerDigest other) {
    boolean ahead = other.head() > head || other.gcVersion() > head;
    return other.generation() == generation && (ahead || differs(other));
  }

  /** Whether a delta of this generation can change anything. */
  boolean newsIn(OwnerDelta delta) {
    return delta.head() > head || delta.gcVersion() > gcVersion;
  }

  void heardOf(long otherGeneration, long otherHead) {
    if (otherGeneration == generation) {
      knownHead = Math.max(knownHead, otherHead);
      changed();
    }
  }

  /** The values that count now, by key. */
  NavigableMap<String, byte[]> visible(String keyPrefix) {
    TreeMap<String, byte[]> values = new TreeMap<>();
    leftovers.items().forEach(item -> collect(item, keyPrefix, values));
    history.all().forEach(held -> collect(held.item(), keyPrefix, values));
    return values;
  }

  private static void collect(RecordItem item, String prefix, NavigableMap<String, byte[]> into) {
    byte[] value = item.value();
    if (!item.key().startsWith(prefix)) {
      return;
    }
    if (value == null) {
      into.remove(item.key());
    } else {
      into.put(item.key(), value.clone());
    }
  }

  byte @Nullable [] value(String key) {
    RecordItem item = history.get(key);
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
    RecordSigner signer = store().signer();
    ownerKey = signer.own();
    byte[] statement = RecordItem.statement(owner, generation, head + 1, key, value);
    RecordItem item = new RecordItem(key, head + 1, value, signer.sign(statement));
    if (!hasRoom(key, head)) {
      throw new IllegalStateException(
          "this node already has " + MAX_RECORDS + " records; '" + key + "' is one too many");
    }
    hold(nowNanos, item);
    knownHead = head;
    changed();
  }

  /** The owner begins a new generation with the same values. */
  void rebirth(long nowNanos, long newGeneration) {
    List<Held> before = history.all();
    clear(newGeneration);
    leftovers.clear();
    for (Held held : before) {
      RecordItem item = held.item();
      if (item.value() != null) {
        write(nowNanos, item.key(), item.value());
      }
    }
    changed();
  }

  /** The owner was started anew: nothing of the old generation counts against the new one. */
  void supersede(long newGeneration, long deadlineNanos) {
    if (newGeneration <= generation) {
      return;
    }
    leftovers.add(history.all().stream().map(Held::item).toList());
    clear(newGeneration);
    leftovers.showUntil(deadlineNanos);
    changed();
  }

  private void clear(long newGeneration) {
    generation = newGeneration;
    head = 0;
    gcVersion = 0;
    knownHead = 0;
    tombstones = 0;
    content = 0;
    history.clear();
  }

  private void hold(long nowNanos, RecordItem item) {
    RecordItem before = history.add(item, nowNanos);
    tombstones -= before != null && before.value() == null ? 1 : 0;
    tombstones += item.value() == null ? 1 : 0;
    content += Buckets.hash(item) - (before == null ? 0 : Buckets.hash(before));
    leftovers.replaced(item.key());
    head = Math.max(head, item.version());
  }

  /**
   * Whether a delta of this generation goes on where this ends. Else something is between: records,
   * or tombstones that its sender has dropped. Those he makes up for by what still lives, and only
   * along with a change that is new here, as nothing else is signed.
   */
  boolean continuedBy(OwnerDelta delta) {
    return delta.base() <= head && (!sweptBy(delta) || (delta.upTo() > head && madeUp(delta)));
  }

  private boolean sweptBy(OwnerDelta delta) {
    return head > 0 && head < delta.gcVersion();
  }

  /**
   * Whether it is known what lives up to the delta's base: one from the beginning brings it all.
   */
  private boolean madeUp(OwnerDelta delta) {
    Sweep sweep = delta.sweep();
    return delta.base() == 0 || (sweep != null && (sweep.live() != null || delta.base() == head));
  }

  /**
   * Takes a delta of this generation, whose new records the owner has signed with this key; false
   * if there is a gap before it.
   */
  boolean apply(long nowNanos, OwnerDelta delta, @Nullable OwnerKey signedWith, Changes changes) {
    boolean taken = take(nowNanos, delta, signedWith, changes);
    if (taken && !behind()) {
      dropLeftovers(changes);
    }
    changed();
    return taken;
  }

  private boolean take(
      long nowNanos, OwnerDelta delta, @Nullable OwnerKey signedWith, Changes changes) {
    knownHead = Math.max(knownHead, delta.head());
    if (!continuedBy(delta)) {
      return false;
    }
    ownerKey = signedWith;
    if (sweptBy(delta)) {
      sweep(delta);
    }
    long before = head;
    for (RecordItem item : delta.records()) {
      if (item.version() > head) {
        // What the owner has dropped can go here too, and makes room.
        if (!hasRoom(item.key(), Math.min(delta.gcVersion(), head))) {
          break; // a correct prefix still; the owner broke its own bound
        }
        byte[] shown = value(item.key());
        hold(nowNanos, item);
        if (!Arrays.equals(shown, item.value())) {
          changes.changed(item.key(), item.value());
        }
      }
    }
    // No further than this has come: of what is missing here tombstones may be met yet.
    gcVersion = Math.max(gcVersion, Math.min(delta.gcVersion(), head));
    leftovers.heard(nowNanos + store().patienceNanos(), head > before);
    return true;
  }

  /**
   * All goes that is not said to live, also what came after the state that the delta is for. Its
   * values are shown until the head is reached: the key may have a newer one there.
   */
  private void sweep(OwnerDelta delta) {
    TreeSet<Long> keep = new TreeSet<>();
    if (delta.sweep() != null) {
      if (delta.sweep().live() == null) {
        return;
      }
      keep.addAll(delta.sweep().live());
    }
    delta.records().forEach(item -> keep.add(item.version()));
    List<RecordItem> swept =
        history.removeUpTo(head, history.size(), held -> !keep.contains(held.item().version()));
    for (RecordItem item : swept) {
      tombstones -= item.value() == null ? 1 : 0;
      content -= Buckets.hash(item);
    }
    leftovers.add(swept.stream().filter(item -> item.value() != null).toList());
  }

  /** What the last generation left, or a sweep, is given up. */
  void dropLeftovers(Changes changes) {
    if (leftovers.deadlineNanos() == Long.MAX_VALUE) {
      return;
    }
    List<String> keys = leftovers.clear();
    changed();
    for (String key : keys) {
      if (history.get(key) == null) {
        changes.changed(key, null);
      }
    }
  }

  /** Whether the key can be held, if need be after the oldest tombstones up to a version went. */
  private boolean hasRoom(String key, long upToVersion) {
    if (history.size() < MAX_RECORDS || history.get(key) != null) {
      return true;
    }
    dropTombstones(upToVersion, ROOM, held -> true);
    return history.size() < MAX_RECORDS;
  }

  private void dropTombstones(long upToVersion, int atMost, Predicate<Held> old) {
    for (RecordItem item :
        history.removeUpTo(
            upToVersion, atMost, held -> held.item().value() == null && old.test(held))) {
      tombstones--;
      gcVersion = Math.max(gcVersion, item.version());
    }
  }

  /** Drops tombstones that are older than this. */
  void collectTombstones(long nowNanos, long ageNanos) {
    if (passingTombstones() == 0) {
      return;
    }
    dropTombstones(head - 1, tombstones, held -> nowNanos - held.sinceNanos() >= ageNanos);
    changed();
  }

  /**
   * What somebody lacks who holds all up to {@code from}, cut to the budget and to what anybody
   * verifies at once; null if the other holds more, or if its frame does not fit, or not with a
   * change where something is to be swept.
   *
   * @param otherGc the other's own gc version; {@link Long#MAX_VALUE} if it is not known and
   *     nothing is to be swept
   * @param otherContent the other's sum over what lives there; 0 if it is not known
   */
  @Nullable OwnerDelta delta(long from, long otherGc, long otherContent, int budgetBytes) {
    if (from > head) {
      return null;
    }
    Sweep sweep = null;
    ByteString told =
        from == 0 && ownerKey != null ? ByteString.copyFrom(ownerKey.encoded()) : null;
    int bytes = DELTA_BYTES + (told == null ? 0 : told.size() + KEY_FRAME_BYTES);
    if (from > 0 && from < gcVersion && otherGc < gcVersion) {
      sweep = whatLivesUpTo(from, otherContent);
      bytes += SWEEP_FRAME_BYTES + versionBytes(sweep);
    }
    if (bytes > budgetBytes) {
      return null;
    }
    List<RecordItem> items = new ArrayList<>();
    for (Held held : history.above(from)) {
      bytes += GossipCodec.sizeOf(held.item());
      if (bytes > budgetBytes || items.size() == Notary.AT_ONCE) {
        break;
      }
      items.add(held.item());
    }
    if (sweep != null && items.isEmpty()) {
      return null;
    }
    return new OwnerDelta(owner, generation, from, head, gcVersion, sweep, items, told);
  }

  /** For somebody who holds all up to a version, or what counted of it at some time. */
  private Sweep whatLivesUpTo(long from, long otherContent) {
    long sum = 0;
    List<Long> live = new ArrayList<>();
    for (Held held : history.upToAndAt(from)) {
      sum += Buckets.hash(held.item());
      live.add(held.item().version());
    }
    return otherContent != 0 && sum == otherContent ? Sweep.NOTHING : new Sweep(live);
  }

  private static int versionBytes(Sweep sweep) {
    int bytes = 0;
    if (sweep.live() != null) {
      for (long version : sweep.live()) {
        bytes += CodedOutputStream.computeUInt64SizeNoTag(version);
      }
    }
    return bytes;
  }
}
