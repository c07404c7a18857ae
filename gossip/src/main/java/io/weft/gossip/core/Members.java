package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of members: merges what is heard, runs suspicions, tells events and makes news.
 *
 * <p>Two rules go beyond plain merging. What a peer's whole table says of a failure is old hearsay
 * (after a healed partition each side's table calls the other side's members failed): a member that
 * is alive here is then not failed but suspected, and if it was heard of lately not even that, only
 * told, so that it can refute. And an item of this node itself is never merged but answered: see
 * {@link OwnLife}.
 */
final class Members {
  /** Where an item comes from. */
  enum Source {
    /** The member itself, or fresh news. */
    NEWS,
    /** A peer's whole table. */
    TABLE
  }

  /** The most members, gone ones included. */
  static final int MAX_MEMBERS = 16_384;

  /**
   * The most departed and forgotten members whose last life is kept, so that old hearsay does not
   * bring them back.
   */
  static final int MAX_DEPARTED = 4_096;

  /** A member that was heard of within this many probe intervals is not suspected on hearsay. */
  static final int EVIDENCE_INTERVALS = 4;

  /**
   * A generation is at least the wall clock's milliseconds: one that is 139 years later than any
   * known is nobody's.
   */
  static final long MAX_GENERATION_STEP = 1L << 42;

  /** Microseconds in a millisecond: round trips are told as exactly as they are kept. */
  private static final double MICROS = 1_000;

  private final GossipConfig config;
  private final RecordStore store;
  private final News news;
  private final IdTable<MemberEntry> table = new IdTable<>();
  private final Roster roster;
  private final Buckets buckets;
  private final TreeMap<NodeId, MemberItem> departed = new TreeMap<>();
  private final SuspicionTimes times;
  private final Tips tips;
  private final LocalHealth health;
  private final Restraint restraint;
  private final OwnLife ownLife = new OwnLife();
  private MemberItem self;
  private long implausible;

  Members(
      GossipConfig config,
      MemberItem self,
      RecordStore store,
      Buckets buckets,
      News news,
      LocalHealth health,
      Restraint restraint,
      Tips tips,
      Agenda agenda) {
    this.config = config;
    this.buckets = buckets;
    this.times = new SuspicionTimes(config);
    this.tips = tips;
    this.roster = new Roster(buckets, agenda);
    buckets.add(self.id(), Buckets.hash(self));
    this.self = self;
    this.store = store;
    this.news = news;
    this.health = health;
    this.restraint = restraint;
    store.at(self.id(), self.generation(), Long.MAX_VALUE);
  }

  MemberItem self() {
    return self;
  }

  @Nullable MemberEntry get(NodeId id) {
    return table.get(id);
  }

  /** All others, in no order that means anything. */
  List<MemberEntry> others() {
    return table.values();
  }

  /** The others by what they are to this node. */
  Roster roster() {
    return roster;
  }

  /** Members that count for time bounds: those present, and this node. */
  int clusterSize() {
    return 1 + roster.presentCount();
  }

  /** Members that belong here: those present, those failed, and this node; who left does not. */
  private int hereOrFailed() {
    return clusterSize() + roster.failedCount();
  }

  /** How many items told of a life that is too late to be one. */
  long implausible() {
    return implausible;
  }

  void merge(Turn turn, MemberItem item, Source source, NodeId teller) {
    MemberEntry entry = table.get(item.id());
    // Against what is known here, not a highest one: where that is kept there is none above it.
    long known = Math.max(self.generation(), entry == null ? 0 : entry.item.generation());
    if (item.generation() - known > MAX_GENERATION_STEP) {
      implausible++;
      return;
    }
    if (item.id().equals(self.id())) {
      aboutSelf(turn, item, teller);
      return;
    }
    // Whom a table names as accuser may have found it long ago: nobody vouches for it now.
    MemberItem told = source == Source.TABLE ? item.with(item.state(), null) : item;
    if (entry == null) {
      if (!forgotten(item)) {
        meet(turn, told, teller);
      }
      return;
    }
    MemberItem heard = source == Source.TABLE ? tempered(turn, entry, told) : weighed(entry, told);
    if (heard == null) {
      return;
    }
    int order = heard.precedence(entry.item);
    NodeId accuser = witness(heard);
    if (order > 0) {
      replace(turn, entry, heard, cause(heard, teller));
    } else if (order == 0 && accuser != null && roster.confirm(entry, accuser, turn.nowNanos())) {
      news.member(heard);
    }
  }

  /** Who is said to have found it, if that is a member that can find anything. */
  private @Nullable NodeId witness(MemberItem item) {
    NodeId accuser = item.accuser();
    if (accuser == null || accuser.equals(item.id())) {
      return null;
    }
    MemberEntry known = table.get(accuser);
    return accuser.equals(self.id()) || (known != null && known.present()) ? accuser : null;
  }

  /** Nobody is failed by one other's word, who may be the sick one: it accuses, as a probe does. */
  private MemberItem weighed(MemberEntry entry, MemberItem item) {
    return config.detector().witnesses()
            && item.state() == MemberState.FAILED
            && entry.present()
            && item.generation() >= entry.item.generation()
        ? item.with(MemberState.SUSPECT, item.accuser())
        : item;
  }

  /** What of a table's item counts; null for nothing. */
  private @Nullable MemberItem tempered(Turn turn, MemberEntry entry, MemberItem item) {
    boolean failure = item.state() == MemberState.FAILED || item.state() == MemberState.SUSPECT;
    if (!failure
        || !entry.present()
        || item.generation() < entry.item.generation()
        || (item.generation() == entry.item.generation()
            && item.incarnation() < entry.item.incarnation())) {
      return item;
    }
    long window = EVIDENCE_INTERVALS * config.probeIntervalMillis() * Turn.NANOS_PER_MILLI;
    if (entry.item.state() == MemberState.ALIVE && entry.heardWithin(turn.nowNanos(), window)) {
      tips.accuse(item);
      return null;
    }
    return item.with(MemberState.SUSPECT, null);
  }

  private void meet(Turn turn, MemberItem item, NodeId teller) {
    if (table.size() >= MAX_MEMBERS) {
      return;
    }
    departed.remove(item.id());
    MemberEntry entry = new MemberEntry(item);
    table.put(item.id(), entry);
    news.member(item);
    roster.place(entry, null);
    if (item.state() == MemberState.LEFT) {
      entry.gone().leftNanos = turn.nowNanos();
      return;
    }
    store.at(item.id(), item.generation(), turn.nowNanos());
    if (entry.present()) {
      tips.arrived(entry);
      turn.out().emit(new GossipEvent.MemberJoined(view(entry), "told by " + teller.shortForm()));
    }
    afterChange(
        turn,
        entry,
        item.state() == MemberState.ALIVE ? MemberState.ALIVE : null,
        cause(item, teller));
  }

  /** Knows a member as if it had been heard of long ago, unless it is known. */
  void assume(Known known) {
    MemberItem item = known.item;
    if (item.id().equals(self.id()) || table.get(item.id()) != null) {
      return;
    }
    MemberEntry entry = new MemberEntry(item);
    table.put(item.id(), entry);
    roster.place(entry, null);
    store.adopt(known.records);
  }

  private void replace(Turn turn, MemberEntry entry, MemberItem item, String cause) {
    MemberItem old = entry.item;
    entry.item = item;
    entry.introduced &= item.generation() == old.generation(); // a new life has forgotten
    if (item.generation() != old.generation() || !item.address().equals(old.address())) {
      entry.forgetWay(); // it may be another
    }
    roster.place(entry, old);
    if (item.generation() > old.generation()) {
      news.forgetRecords(item.id());
    }
    if (item.state() == MemberState.LEFT) {
      entry.gone().leftNanos = turn.nowNanos();
      store.remove(item.id());
      news.forgetRecords(item.id());
    } else {
      store.at(item.id(), item.generation(), turn.in(config.supersededMillis()));
    }
    news.member(item);
    if (entry.present() && (old.state() == MemberState.LEFT || old.state() == MemberState.FAILED)) {
      tips.arrived(entry);
    }
    if (entry.present() && old.state() == MemberState.LEFT) {
      turn.out().emit(new GossipEvent.MemberJoined(view(entry), cause));
    } else if (entry.present() && old.state() == MemberState.FAILED) {
      turn.out().emit(new GossipEvent.MemberRejoined(view(entry), cause));
    } else if (item.state() == MemberState.ALIVE && old.state() == MemberState.SUSPECT) {
      turn.out().emit(new GossipEvent.MemberRefuted(view(entry), cause));
    } else if (item.state() == MemberState.ALIVE) {
      turn.out().emit(updated(entry, old, cause));
    }
    afterChange(turn, entry, old.state(), cause);
  }

  /** How a member that was there and still is differs from before. */
  private GossipEvent updated(MemberEntry entry, MemberItem old, String cause) {
    MemberItem item = entry.item;
    if (!item.address().equals(old.address())) {
      String moved = "its address was " + old.address() + ", now " + item.address();
      return new GossipEvent.MemberUpdated(view(entry), moved + "; " + cause);
    }
    return item.name().equals(old.name())
        ? new GossipEvent.MemberRenewed(view(entry), cause)
        : new GossipEvent.MemberUpdated(view(entry), "its name was " + old.name() + "; " + cause);
  }

  private void afterChange(Turn turn, MemberEntry entry, @Nullable MemberState old, String cause) {
    switch (entry.item.state()) {
      case ALIVE -> {}
      case SUSPECT -> {
        NodeId accuser = entry.item.accuser();
        roster.suspect(entry, times.suspicion(turn, witness(entry.item), clusterSize()));
        if (config.detector().witnesses() && !self.id().equals(accuser)) {
          tips.suspect(entry);
        }
        if (accuser != null && !self.id().equals(accuser)) {
          restraint.anotherAccused(turn.nowNanos(), hereOrFailed());
        }
        if (old != MemberState.SUSPECT) {
          turn.out().emit(new GossipEvent.MemberSuspected(view(entry), cause));
        }
      }
      case FAILED -> {
        entry.gone().nextGreetingNanos = turn.in(config.probeIntervalMillis());
        if (old != MemberState.FAILED) {
          turn.out().emit(new GossipEvent.MemberFailed(view(entry), cause));
        }
      }
      case LEFT -> {
        if (old != MemberState.LEFT) {
          turn.out().emit(new GossipEvent.MemberLeft(view(entry), cause));
        }
      }
    }
  }

  /** This node itself got no answer. */
  void suspect(Turn turn, MemberEntry entry, String cause) {
    MemberItem accusation = entry.item.with(MemberState.SUSPECT, self.id());
    if (entry.item.state() == MemberState.ALIVE) {
      replace(turn, entry, accusation, cause);
    } else if (roster.confirm(entry, self.id(), turn.nowNanos())) {
      news.member(accusation);
    }
  }

  void forceLeave(Turn turn, NodeId id) {
    MemberEntry entry = table.get(id);
    if (entry != null && entry.item.state() == MemberState.FAILED) {
      replace(
          turn,
          entry,
          entry.item.with(MemberState.LEFT, null),
          "declared to have left by an operator");
    }
  }

  private void aboutSelf(Turn turn, MemberItem item, NodeId teller) {
    switch (ownLife.to(item, self)) {
      case LET_BE -> {}
      case REFUTE -> refute(turn, item, teller);
      case LIVE_ANEW ->
          reborn(
              turn,
              Math.max(self.generation(), item.generation()) + 1,
              "a later life of this node was known: raised above it");
      case GIVE_WAY ->
          update(
              turn,
              "another process lives under this node's identity at "
                  + item.address()
                  + ": this one gives way; give one of them an identity of its own");
    }
  }

  private void refute(Turn turn, MemberItem item, NodeId teller) {
    String said = "being called " + item.state().toString().toLowerCase(Locale.ROOT);
    boolean waited = restraint.waits();
    boolean silent =
        item.incarnation() == self.incarnation()
            && restraint.silences(turn.nowNanos(), item.state(), hereOrFailed());
    if (!silent || restraint.hearsLittle()) {
      health.worse(); // again and again while it waits: one that hears little would accuse many
    }
    if (silent) {
      if (!waited) {
        update(turn, "does not refute " + said + " once more before it has heard well for a while");
      }
      return;
    }
    raise(self.alive(self.generation(), item.incarnation() + 1));
    renew(turn, "refuted " + said + ", told by " + teller.shortForm());
  }

  private void renew(Turn turn, String cause) {
    turn.out().emit(new GossipEvent.MemberRenewed(selfView(), cause));
  }

  private void update(Turn turn, String cause) {
    turn.out().emit(new GossipEvent.MemberUpdated(selfView(), cause));
  }

  /** This node's records are told of otherwise than it wrote them: all of them anew. */
  void disputed(Turn turn, NodeId teller) {
    if (self.state() != MemberState.LEFT) {
      reborn(
          turn,
          self.generation() + 1,
          teller.shortForm() + " knew of other records of this node than it wrote: written anew");
    }
  }

  private void reborn(Turn turn, long generation, String cause) {
    raise(self.alive(generation, 0));
    OwnerRecords own = store.get(self.id());
    if (own != null) {
      own.rebirth(turn.nowNanos(), generation);
    }
    news.forgetRecords(self.id());
    news.records(self.id(), 0);
    renew(turn, cause);
  }

  private void raise(MemberItem item) {
    buckets.add(self.id(), Buckets.hash(item) - Buckets.hash(self));
    self = item;
    restraint.overtaken();
    news.member(item);
    others().forEach(e -> e.introduced = false);
  }

  /**
   * This node's own item, for who has to be told; null for one that has it already.
   *
   * @param receiver null for an unknown one
   */
  @Nullable MemberItem selfFor(@Nullable MemberEntry receiver) {
    return receiver != null && receiver.introduced && receiver.item.state() == MemberState.ALIVE
        ? null
        : self;
  }

  /** This node says goodbye. */
  void leave() {
    raise(self.with(MemberState.LEFT, null));
  }

  void moved(Turn turn, PeerAddress address) {
    if (!address.equals(self.address())) {
      if (self.incarnation() >= MemberItem.MAX_INCARNATION) {
        reborn(turn, self.generation() + 1, "this node has moved as often as one life can");
      }
      raise(
          new MemberItem(
              self.id(),
              self.name(),
              address,
              self.state(),
              self.incarnation() + 1,
              self.generation(),
              null));
      update(turn, "this node's address changed");
    }
  }

  /** Those whose suspicion has ended have failed. */
  void runDue(Turn turn) {
    for (MemberEntry e = roster.convict(turn.nowNanos());
        e != null;
        e = roster.convict(turn.nowNanos())) {
      Suspicion suspicion = e.suspicion();
      int accusers = suspicion == null ? 1 : Math.max(1, suspicion.accusers());
      String cause =
          "not refuted in time; suspected by "
              + accusers
              + (accusers == 1 ? " member" : " members");
      replace(turn, e, e.item.with(MemberState.FAILED, self.id()), cause);
    }
  }

  /** Forgets those who left long ago, but not that they did. */
  void forgetDeparted(Turn turn) {
    long retention = config.deadRetentionMillis() * Turn.NANOS_PER_MILLI;
    for (MemberEntry e : List.copyOf(roster.gone())) {
      if (e.item.state() == MemberState.LEFT && turn.nowNanos() - e.gone().leftNanos >= retention) {
        table.remove(e.id());
        roster.forget(e);
        news.forgetMember(e.id());
        if (departed.size() >= MAX_DEPARTED) {
          departed.pollFirstEntry();
        }
        departed.put(e.id(), e.item);
        turn.out().emit(new GossipEvent.MemberForgotten(view(e), "left long ago"));
      }
    }
  }

  /** Whether this life is one that was over and forgotten: it has no say any more. */
  boolean forgotten(MemberItem item) {
    MemberItem gone = departed.get(item.id());
    return gone != null && item.generation() <= gone.generation();
  }

  private String cause(MemberItem item, NodeId teller) {
    String told = item.id().equals(teller) ? "told by itself" : "told by " + teller.shortForm();
    NodeId accuser = item.accuser();
    return accuser == null || accuser.equals(teller)
        ? told
        : told + ", found by " + accuser.shortForm();
  }

  /** As exactly as it is told. */
  static double micros(double millis) {
    return Math.round(millis * MICROS) / MICROS;
  }

  Member selfView() {
    return view(self, -1);
  }

  Member view(MemberEntry entry) {
    return view(entry.item, micros(entry.rttMillis()));
  }

  private Member view(MemberItem item, double rttMillis) {
    OwnerRecords records = store.get(item.id());
    long version = records == null ? 0 : records.head();
    byte[] labels = records == null ? null : records.value(Labels.KEY);
    SortedMap<String, String> decoded = labels == null ? new TreeMap<>() : Labels.decode(labels);
    return new Member(
        item.id(),
        item.name(),
        item.address(),
        item.state(),
        item.incarnation(),
        item.generation(),
        version,
        rttMillis,
        decoded);
  }
}
