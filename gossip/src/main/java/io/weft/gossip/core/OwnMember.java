package io.weft.gossip.core;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * This node as a member: what others say of it is answered, by {@link OwnLife}'s judgement and
 * {@link Restraint}'s, and what it says itself is made known.
 */
final class OwnMember {
  private final IdTable<MemberEntry> table;
  private final Roster roster;
  private final RecordStore store;
  private final Buckets buckets;
  private final News news;
  private final LocalHealth health;
  private final Restraint restraint;
  private final MemberViews views;
  private final OwnLife life = new OwnLife();
  private MemberItem self;
  private long withheld;

  OwnMember(
      MemberItem self,
      IdTable<MemberEntry> table,
      Roster roster,
      RecordStore store,
      Buckets buckets,
      News news,
      LocalHealth health,
      Restraint restraint,
      MemberViews views) {
    this.self = self;
    this.table = table;
    this.roster = roster;
    this.store = store;
    this.buckets = buckets;
    this.news = news;
    this.health = health;
    this.restraint = restraint;
    this.views = views;
    buckets.add(self.id(), Buckets.hash(self));
    store.at(self.id(), self.generation(), Long.MAX_VALUE);
  }

  /** What is told of this node. */
  MemberItem item() {
    return self;
  }

  /** How many accusations were left unanswered. */
  long withheld() {
    return withheld;
  }

  /** How users see this node. */
  Member view() {
    return views.of(self, -1);
  }

  /** Somebody speaks of this node. */
  void answer(Turn turn, MemberItem item, NodeId teller) {
    switch (life.to(item, self)) {
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
            && restraint.silences(turn.nowNanos(), item.state(), roster.hereOrFailed());
    if (!silent || restraint.hearsLittle()) {
      health.worse(); // again and again while it waits: one that hears little would accuse many
    }
    if (silent) {
      withheld++;
      if (!waited) {
        update(turn, "does not refute " + said + " once more before it has heard well for a while");
      }
      return;
    }
    raise(self.alive(self.generation(), item.incarnation() + 1));
    renew(turn, "refuted " + said + ", told by " + teller.shortForm());
  }

  private void renew(Turn turn, String cause) {
    turn.out().emit(new GossipEvent.MemberRenewed(view(), cause));
  }

  private void update(Turn turn, String cause) {
    turn.out().emit(new GossipEvent.MemberUpdated(view(), cause));
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
    OwnerRecords records = store.get(self.id());
    if (records != null) {
      records.rebirth(turn.nowNanos(), generation);
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
    table.values().forEach(e -> e.introduced = false);
  }

  /**
   * This node's own item, for who has to be told; null for one that has it already.
   *
   * @param receiver null for an unknown one
   */
  @Nullable MemberItem itemFor(@Nullable MemberEntry receiver) {
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
}
