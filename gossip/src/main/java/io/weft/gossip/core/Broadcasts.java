package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Events and queries on their way to all: which have come, which are still to be told on, and the
 * recent ones for those who were away. Lamport's clock stands here too.
 *
 * <p>Each is told a number of times that grows with the logarithm of the cluster, the least told
 * first, behind what is told of members; but one that finds no room for {@link #PATIENCE} messages
 * goes first once, so that nothing starves.
 *
 * <p>Bounds: {@link #MAX_KEPT} are kept, of one owner {@link #MAX_KEPT_OF_ONE}; when all places are
 * taken, the owner that has most gives up its oldest. So an owner that floods displaces nothing of
 * others that hold no more than their share, and of that no more than {@link #MAX_KEPT_OF_ONE}
 * places. Which have come is remembered by number ({@link FiredBy}), for each owner that ever fired
 * and is a member.
 */
final class Broadcasts {
  /** The most events and queries that are kept. */
  static final int MAX_KEPT = 1_024;

  /** Of one owner. */
  static final int MAX_KEPT_OF_ONE = 128;

  /** So many own ones may wait to be told for the first time; then no more are taken. */
  static final int MAX_UNTOLD = 64;

  /** For whom was away no longer than this, events are kept. */
  static final long RECENT_MILLIS = 300_000;

  /**
   * Here the clock stands still: what is fired from then on has this time, and those of one time go
   * by their owners. Only somebody who winds the clocks comes so far; times beyond it no codec
   * takes.
   */
  static final long MAX_LTIME = 1L << 60;

  /** After so many messages without room, one goes first. */
  static final int PATIENCE = 8;

  /** Of a datagram, what stands around an event or query, the sender's own item among it. */
  static final int FRAME_BYTES = 320;

  /** Behind one that does not fit a shorter one may, but not behind many. */
  private static final int MISFITS = 4;

  /** What became of an item that came. */
  enum Verdict {
    /** To be told here, and on. */
    NEW,
    /** It has come before, or may have: it is too old to know. */
    KNOWN,
    /** Fired before this node was a member, or not in force any more. */
    PAST
  }

  private static final class Kept {
    final UserItem item;
    final long firedNanos;
    final long order;
    int timesTold;

    Kept(UserItem item, long firedNanos, long order) {
      this.item = item;
      this.firedNanos = firedNanos;
      this.order = order;
    }

    long ageMillis(long nowNanos) {
      return Math.max(0, (nowNanos - firedNanos) / Turn.NANOS_PER_MILLI);
    }
  }

  private static final Comparator<Kept> LEAST_TOLD_FIRST =
      Comparator.<Kept>comparingInt(k -> k.timesTold).thenComparingLong(k -> k.order);

  // By the marks of the owners' ids.
  private final TreeMap<Long, FiredBy> come = new TreeMap<>();
  private final TreeMap<Long, Deque<Kept>> kept = new TreeMap<>();

  private final TreeSet<Kept> untold = new TreeSet<>(LEAST_TOLD_FIRST);
  private final Agenda agenda;
  private long clock;
  private long fired;
  private long order;
  private int keptCount;
  private int passedOver;

  /** When this node became a member; without meaning before. */
  private long sinceNanos;

  Broadcasts(Agenda agenda) {
    this.agenda = agenda;
  }

  /** Somebody of the cluster was heard: what is fired from here on is for this node. */
  void joined() {
    if (!agenda.joined) {
      agenda.joined = true;
      sinceNanos = agenda.nowNanos;
    }
  }

  /** This node is a member from its beginning. */
  void joinedLongAgo() {
    agenda.joined = true;
    sinceNanos = Long.MIN_VALUE / 2;
  }

  /** Whether too many own ones wait. */
  boolean full(NodeId self) {
    long waiting =
        kept.getOrDefault(mark(self), new ArrayDeque<>()).stream()
            .filter(k -> k.timesTold == 0 && untold.contains(k))
            .count();
    return waiting >= MAX_UNTOLD;
  }

  /**
   * This node's own.
   *
   * @param alone nobody is there to be told; whoever comes back is told at the sync
   */
  UserItem fire(
      NodeId self,
      long generation,
      String name,
      byte[] payload,
      UserItem.@Nullable Asking asking,
      boolean alone) {
    clock = Math.min(MAX_LTIME, clock + 1);
    UserItem item =
        new UserItem(
            self, generation, ++fired, clock, 0, name, ByteString.copyFrom(payload), asking);
    remember(item);
    keep(new Kept(item, agenda.nowNanos, ++order), !alone);
    return item;
  }

  /** One that came; whoever fired it is a member. */
  Verdict take(UserItem item) {
    witness(item.ltime());
    FiredBy before = come.get(mark(item.owner()));
    if (before != null && !before.lacks(item.generation(), item.number())) {
      return Verdict.KNOWN;
    }
    remember(item);
    long firedNanos = agenda.nowNanos - item.ageMillis() * Turn.NANOS_PER_MILLI;
    if (!agenda.joined || firedNanos < sinceNanos || item.ageMillis() >= lifeMillis(item)) {
      return Verdict.PAST;
    }
    keep(new Kept(item, firedNanos, ++order), true);
    return Verdict.NEW;
  }

  /** What this node's Lamport clock says: the time of the last item that it knows. */
  long clock() {
    return clock;
  }

  /**
   * Somebody's clock says this. None is too far ahead to be taken: a member that is new is behind
   * by as much as the cluster is old.
   */
  void witness(long ltime) {
    clock = Math.max(clock, Math.min(ltime, MAX_LTIME));
  }

  /** How long it is worth telling. */
  private static long lifeMillis(UserItem item) {
    UserItem.Asking asking = item.asking();
    return asking == null ? RECENT_MILLIS : Math.min(RECENT_MILLIS, asking.timeoutMillis());
  }

  private void remember(UserItem item) {
    come.computeIfAbsent(mark(item.owner()), o -> new FiredBy())
        .add(item.generation(), item.number());
  }

  private void keep(Kept item, boolean tell) {
    long owner = mark(item.item.owner());
    int own = kept.getOrDefault(owner, new ArrayDeque<>()).size();
    if (own >= MAX_KEPT_OF_ONE) {
      drop(owner);
    } else if (keptCount >= MAX_KEPT) {
      long most = owner;
      int size = own;
      for (var other : kept.entrySet()) {
        if (other.getValue().size() > size) {
          most = other.getKey();
          size = other.getValue().size();
        }
      }
      drop(most);
    }
    kept.computeIfAbsent(owner, o -> new ArrayDeque<>()).addLast(item);
    keptCount++;
    if (tell) {
      untold.add(item);
    }
    note();
  }

  private void note() {
    agenda.untold = !untold.isEmpty();
    agenda.kept = keptCount > 0;
  }

  /** The oldest of this owner. */
  private void drop(long owner) {
    Deque<Kept> items = kept.get(owner);
    Kept oldest = items == null ? null : items.pollFirst();
    if (items != null && oldest != null) {
      keptCount--;
      untold.remove(oldest);
      if (items.isEmpty()) {
        kept.remove(owner);
      }
    }
  }

  /** Those whose time is over are kept no longer. */
  void expire() {
    if (keptCount == 0) {
      return;
    }
    for (Deque<Kept> items : kept.values()) {
      items.removeIf(this::expired);
    }
    kept.values().removeIf(Deque::isEmpty);
    note();
  }

  private boolean expired(Kept item) {
    if (item.ageMillis(agenda.nowNanos) < lifeMillis(item.item)) {
      return false;
    }
    untold.remove(item);
    keptCount--;
    return true;
  }

  /** Owners that are members no more are forgotten. */
  void forget(NodeId owner) {
    come.remove(mark(owner));
  }

  /**
   * Whether an item of this run of its owner is taken, when the owner is in that run now. Not of a
   * run to come, or one forged item would silence the owner for ever; nor of a former one when
   * nothing of the owner is remembered, as it may have been told before the owner left and was
   * forgotten.
   *
   * @param owner the mark of its id
   */
  boolean ofARunToTake(long generation, long ownersGeneration, long owner) {
    return generation == ownersGeneration
        || (generation < ownersGeneration && come.containsKey(owner));
  }

  /** Whether one has been passed over so often that it goes first. */
  boolean overdue() {
    return passedOver >= PATIENCE;
  }

  /**
   * Adds what fits to a message, at most so many; one that was told {@code limit} times is done.
   */
  void fill(Draft draft, @Nullable NodeId receiver, int clusterSize, int limit, int atMost) {
    if (untold.isEmpty()) {
      return;
    }
    List<Kept> told = new ArrayList<>();
    List<Kept> idle = new ArrayList<>();
    List<Kept> tooLarge = new ArrayList<>();
    int misfits = 0;
    for (Kept item : untold) {
      if (told.size() >= atMost || misfits >= MISFITS) {
        break;
      }
      if (draft.tells(item.item)) {
        continue;
      }
      if (item.item.owner().equals(receiver)) {
        idle.add(item);
      } else if (draft.add(now(item))) {
        told.add(item);
      } else if (draft.mayFit(now(item), FRAME_BYTES)) {
        misfits++;
      } else {
        tooLarge.add(item);
      }
    }
    tooLarge.forEach(untold::remove); // only a link has room: whoever asks there may have them
    if (clusterSize <= 2) {
      idle.forEach(untold::remove); // nobody is left to be told of them
    }
    for (Kept item : told) {
      untold.remove(item);
      if (++item.timesTold < limit) {
        untold.add(item);
      }
    }
    if (!told.isEmpty()) {
      passedOver = 0;
    } else if (misfits > 0) {
      passedOver++;
    }
    note();
  }

  private UserItem now(Kept item) {
    return item.item.aged(item.ageMillis(agenda.nowNanos));
  }

  /** What is kept of these, each once however often it is named; of those that are not, nothing. */
  List<UserItem> find(List<Body.Holdings.Held> wanted) {
    TreeMap<Long, TreeMap<Long, TreeSet<Long>>> numbers = new TreeMap<>(); // owner, generation
    for (Body.Holdings.Held held : wanted) {
      numbers
          .computeIfAbsent(held.owner(), o -> new TreeMap<>())
          .computeIfAbsent(held.generation(), g -> new TreeSet<>())
          .addAll(held.numbers());
    }
    List<UserItem> found = new ArrayList<>();
    numbers.forEach(
        (owner, byGeneration) -> {
          for (Kept item : kept.getOrDefault(owner, new ArrayDeque<>())) {
            TreeSet<Long> of = byGeneration.get(item.item.generation());
            if (of != null && of.contains(item.item.number())) {
              found.add(now(item));
            }
          }
        });
    return found;
  }

  /** All that are kept, by owner, the newest first. */
  List<Body.Holdings.Held> holdings() {
    List<Body.Holdings.Held> all = new ArrayList<>();
    kept.forEach(
        (owner, items) -> {
          TreeMap<Long, List<Long>> byGeneration = new TreeMap<>();
          items.forEach(
              k ->
                  byGeneration
                      .computeIfAbsent(k.item.generation(), g -> new ArrayList<>())
                      .addFirst(k.item.number()));
          byGeneration.forEach(
              (generation, numbers) -> all.add(new Body.Holdings.Held(owner, generation, numbers)));
        });
    return all;
  }

  /** Those of them that have not come. */
  List<Body.Holdings.Held> lacking(List<Body.Holdings.Held> others) {
    List<Body.Holdings.Held> lacking = new ArrayList<>();
    for (Body.Holdings.Held held : others) {
      FiredBy here = come.get(held.owner());
      List<Long> numbers =
          held.numbers().stream()
              .filter(n -> here == null || here.lacks(held.generation(), n))
              .toList();
      if (!numbers.isEmpty()) {
        lacking.add(new Body.Holdings.Held(held.owner(), held.generation(), numbers));
      }
    }
    return lacking;
  }

  int keptCount() {
    return keptCount;
  }

  private static long mark(NodeId id) {
    return Body.Ping.mark(id);
  }
}
