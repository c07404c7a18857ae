package io.weft.gossip.core;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The other members sorted by what they are now: present, gone, under suspicion. Kept up with each
 * change, so that what is done all the time (drawing a few peers, asking what is due) costs the
 * same with ten members and with ten thousand.
 */
final class Roster {
  private static final Comparator<MemberEntry> SOONEST =
      Comparator.<MemberEntry>comparingLong(Roster::deadlineNanos).thenComparing(MemberEntry::id);

  /** In no order that means anything; each entry knows its place. */
  private final List<MemberEntry> present = new ArrayList<>();

  private final TreeMap<NodeId, MemberEntry> gone = new TreeMap<>();
  private final TreeSet<MemberEntry> suspected = new TreeSet<>(SOONEST);
  private final Buckets buckets;
  private final Agenda agenda;
  private long changes;
  private int failed;

  Roster(Buckets buckets, Agenda agenda) {
    this.buckets = buckets;
    this.agenda = agenda;
  }

  /** Those alive or suspected; not to be kept beyond the next change. */
  List<MemberEntry> present() {
    return Collections.unmodifiableList(present);
  }

  /** Counts up whenever a member comes, goes, or becomes another: who looked need not again. */
  long changes() {
    return changes;
  }

  /** How many are alive or suspected. */
  int presentCount() {
    return present.size();
  }

  /** Those failed or left. */
  Collection<MemberEntry> gone() {
    return gone.values();
  }

  /** Members that belong here: those present, those failed, and this node; who left does not. */
  int hereOrFailed() {
    return 1 + present.size() + failed;
  }

  private static int failed(@Nullable MemberItem item) {
    return item != null && item.state() == MemberState.FAILED ? 1 : 0;
  }

  /**
   * The entry's item is new; a suspicion of it has ended.
   *
   * @param before the item in its place before; null if the member was not known
   */
  void place(MemberEntry entry, @Nullable MemberItem before) {
    changes++;
    failed += failed(entry.item) - failed(before);
    long summed = before == null ? 0 : Buckets.hash(before);
    buckets.add(entry.id(), Buckets.hash(entry.item) - summed);
    unsuspect(entry);
    if (entry.present()) {
      entry.plight = null;
      if (entry.place < 0) {
        gone.remove(entry.id());
        entry.place = present.size();
        present.add(entry);
      }
    } else if (!(entry.plight instanceof Gone)) {
      entry.plight = new Gone();
      takeOut(entry);
      gone.put(entry.id(), entry);
    }
    agenda.gone = !gone.isEmpty();
  }

  void forget(MemberEntry entry) {
    changes++;
    failed -= failed(entry.item);
    buckets.add(entry.id(), -Buckets.hash(entry.item));
    unsuspect(entry);
    takeOut(entry);
    gone.remove(entry.id());
    agenda.gone = !gone.isEmpty();
  }

  private void takeOut(MemberEntry entry) {
    if (entry.place >= 0) {
      swap(entry.place, present.size() - 1);
      present.removeLast();
      entry.place = -1;
    }
  }

  void suspect(MemberEntry entry, Suspicion suspicion) {
    unsuspect(entry);
    entry.plight = suspicion;
    suspected.add(entry);
    reckon();
  }

  private void unsuspect(MemberEntry entry) {
    if (entry.plight instanceof Suspicion) {
      suspected.remove(entry);
      reckon();
    }
  }

  private void reckon() {
    agenda.suspicionNanos = suspected.isEmpty() ? Long.MAX_VALUE : deadlineNanos(suspected.first());
  }

  private static long deadlineNanos(MemberEntry entry) {
    Suspicion suspicion = entry.suspicion();
    return suspicion == null ? Long.MAX_VALUE : suspicion.deadlineNanos();
  }

  /** Whether the member is suspected and this accuser is a new one that still counts. */
  boolean confirm(MemberEntry entry, NodeId accuser, long nowNanos) {
    Suspicion suspicion = entry.suspicion();
    if (suspicion == null) {
      return false;
    }
    suspected.remove(entry); // it stands there by its deadline, which may change
    boolean counts = suspicion.confirm(accuser, nowNanos);
    suspected.add(entry);
    reckon();
    return counts;
  }

  /** Those suspected on hearsay who should be asked by now; the first to be failed first. */
  List<MemberEntry> toBeAsked(long nowNanos, int atMost) {
    List<MemberEntry> found = new ArrayList<>();
    for (MemberEntry e : suspected) {
      Suspicion suspicion = e.suspicion();
      if (suspicion != null && suspicion.toBeAsked(nowNanos)) {
        found.add(e);
        if (found.size() == atMost) {
          break;
        }
      }
    }
    return found;
  }

  /** A member whose suspicion has ended by now, if there is one. It stays until it is replaced. */
  @Nullable MemberEntry convict(long nowNanos) {
    return agenda.suspicionNanos <= nowNanos ? suspected.first() : null;
  }

  /** One of those present, or null. */
  @Nullable MemberEntry any(RandomGenerator random) {
    return present.isEmpty() ? null : present.get(random.nextInt(present.size()));
  }

  /** At most so many different ones of those present that pass, each as likely as any other. */
  List<MemberEntry> sample(int count, RandomGenerator random, Predicate<MemberEntry> filter) {
    List<MemberEntry> drawn = new ArrayList<>(count);
    for (int i = 0; i < present.size() && drawn.size() < count; i++) {
      swap(i, i + random.nextInt(present.size() - i));
      if (filter.test(present.get(i))) {
        drawn.add(present.get(i));
      }
    }
    return drawn;
  }

  private void swap(int a, int b) {
    MemberEntry first = present.get(a);
    MemberEntry second = present.get(b);
    present.set(a, second);
    present.set(b, first);
    second.place = a;
    first.place = b;
  }
}
