package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The table of members: merges what is heard, runs suspicions, tells events and makes news.
 *
 * <p>Two rules go beyond plain merging. What a peer's whole table says of a failure is old hearsay
 * (after a healed partition each side's table calls the other side's members failed): a member that
 * is alive here is then not failed but suspected, and if it was heard of lately not even that, only
 * told, so that it can refute. And an item of this node itself is never merged but answered: see
 * {@link OwnMember}.
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

  private final GossipConfig config;
  private final RecordStore store;
  private final News news;
  private final IdTable<MemberEntry> table = new IdTable<>();
  private final Roster roster;
  private final TreeMap<NodeId, MemberItem> departed = new TreeMap<>();
  private final SuspicionTimes times;
  private final Tips tips;
  private final Restraint restraint;
  private final MemberViews views;
  private final OwnMember own;
  private long implausible;

  Members(
      GossipConfig config,
      MemberItem item,
      RecordStore store,
      Buckets buckets,
      News news,
      LocalHealth health,
      Restraint restraint,
      Tips tips,
      Agenda agenda) {
    this.config = config;
    this.times = new SuspicionTimes(config);
    this.tips = tips;
    this.roster = new Roster(buckets, agenda);
    this.store = store;
    this.news = news;
    this.restraint = restraint;
    this.views = new MemberViews(store);
    this.own = new OwnMember(item, table, roster, store, buckets, news, health, restraint, views);
  }

  /** This node itself. */
  OwnMember own() {
    return own;
  }

  /** What is told of this node. */
  MemberItem self() {
    return own.item();
  }

  @Nullable MemberEntry get(NodeId id) {
    return table.get(id);
  }

  /** All others, in no order that means anything. */
  List<MemberEntry> others() {
    return table.values();
  }

  /** How long suspicions last. */
  SuspicionTimes times() {
    return times;
  }

  /** The others by what they are to this node. */
  Roster roster() {
    return roster;
  }

  /** Members that count for time bounds: those present, and this node. */
  int clusterSize() {
    return 1 + roster.presentCount();
  }

  /** How many items told of a life that is too late to be one. */
  long implausible() {
    return implausible;
  }

  void merge(Turn turn, MemberItem item, Source source, NodeId teller) {
    MemberEntry entry = table.get(item.id());
    // Against what is known here, not a highest one: where that is kept there is none above it.
    long known = Math.max(self().generation(), entry == null ? 0 : entry.item.generation());
    if (item.generation() - known > MAX_GENERATION_STEP) {
      implausible++;
      return;
    }
    if (item.id().equals(self().id())) {
      own.answer(turn, item, teller);
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
    return accuser.equals(self().id()) || (known != null && known.present()) ? accuser : null;
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
      turn.out()
          .emit(new GossipEvent.MemberJoined(views.of(entry), "told by " + teller.shortForm()));
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
    if (item.id().equals(self().id()) || table.get(item.id()) != null) {
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
      turn.out().emit(new GossipEvent.MemberJoined(views.of(entry), cause));
    } else if (entry.present() && old.state() == MemberState.FAILED) {
      turn.out().emit(new GossipEvent.MemberRejoined(views.of(entry), cause));
    } else if (item.state() == MemberState.ALIVE && old.state() == MemberState.SUSPECT) {
      turn.out().emit(new GossipEvent.MemberRefuted(views.of(entry), cause));
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
      return new GossipEvent.MemberUpdated(views.of(entry), moved + "; " + cause);
    }
    return item.name().equals(old.name())
        ? new GossipEvent.MemberRenewed(views.of(entry), cause)
        : new GossipEvent.MemberUpdated(
            views.of(entry), "its name was " + old.name() + "; " + cause);
  }

  private void afterChange(Turn turn, MemberEntry entry, @Nullable MemberState old, String cause) {
    switch (entry.item.state()) {
      case ALIVE -> {}
      case SUSPECT -> {
        NodeId accuser = entry.item.accuser();
        roster.suspect(entry, times.suspicion(turn, witness(entry.item), clusterSize()));
        if (config.detector().witnesses() && !self().id().equals(accuser)) {
          tips.suspect(entry);
        }
        if (accuser != null && !self().id().equals(accuser)) {
          restraint.anotherAccused(turn.nowNanos(), roster.hereOrFailed());
        }
        if (old != MemberState.SUSPECT) {
          turn.out().emit(new GossipEvent.MemberSuspected(views.of(entry), cause));
        }
      }
      case FAILED -> {
        entry.gone().nextGreetingNanos = turn.in(config.probeIntervalMillis());
        if (old != MemberState.FAILED) {
          turn.out().emit(new GossipEvent.MemberFailed(views.of(entry), cause));
        }
      }
      case LEFT -> {
        if (old != MemberState.LEFT) {
          turn.out().emit(new GossipEvent.MemberLeft(views.of(entry), cause));
        }
      }
    }
  }

  /** This node itself got no answer. */
  void suspect(Turn turn, MemberEntry entry, String cause) {
    MemberItem accusation = entry.item.with(MemberState.SUSPECT, self().id());
    if (entry.item.state() == MemberState.ALIVE) {
      replace(turn, entry, accusation, cause);
    } else if (roster.confirm(entry, self().id(), turn.nowNanos())) {
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
      replace(turn, e, e.item.with(MemberState.FAILED, self().id()), cause);
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
        turn.out().emit(new GossipEvent.MemberForgotten(views.of(e), "left long ago"));
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

  /** How users see this node. */
  Member selfView() {
    return own.view();
  }

  /** How users see a member. */
  Member view(MemberEntry entry) {
    return views.of(entry);
  }
}
