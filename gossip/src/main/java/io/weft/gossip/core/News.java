package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told on: the newest item of each member, and for each owner from where on its
 * records are new. Each piece goes out a number of times that grows with the logarithm of the
 * cluster, the least told first, then is forgotten; periodic sync covers what was lost (SWIM,
 * section 4.1). At most one piece a member and one an owner, so the queue is bounded by the member
 * table. Events and queries of users come last, see {@link Broadcasts}.
 */
final class News {
  /**
   * What an owner wrote before and was told so often spreads by others now. Were it told again with
   * each later change, an owner that changes all the time would tell ever more, the newest last;
   * whoever missed it finds a gap before what is newer, and asks.
   */
  private static final int ON_ITS_WAY = 4;

  private final GossipConfig config;
  private final RecordStore store;
  private final Broadcasts broadcasts;
  private final Agenda agenda;
  private final NewsQueue<MemberItem> members = new NewsQueue<>();

  /** Each with the version after which the owner's records are new. */
  private final NewsQueue<Long> owners = new NewsQueue<>();

  News(GossipConfig config, RecordStore store, Broadcasts broadcasts, Agenda agenda) {
    this.config = config;
    this.store = store;
    this.broadcasts = broadcasts;
    this.agenda = agenda;
  }

  private void note() {
    agenda.news = !(members.isEmpty() && owners.isEmpty());
  }

  void member(MemberItem item) {
    members.put(item.id(), item);
    note();
  }

  /** The owner's records after {@code base} are new. */
  void records(NodeId owner, long base) {
    Long before = owners.get(owner);
    boolean onItsWay = owners.timesTold(owner) >= ON_ITS_WAY;
    owners.put(owner, before == null || onItsWay ? base : Math.min(base, before));
    note();
  }

  void forget(NodeId subject) {
    members.remove(subject);
    owners.remove(subject);
    note();
  }

  /** It is a member no more, and what it fired is forgotten too. */
  void forgetMember(NodeId id) {
    forget(id);
    broadcasts.forget(id);
  }

  /** The owner's history begins anew. */
  void forgetRecords(NodeId owner) {
    owners.remove(owner);
    note();
  }

  /** Adds what fits to a message for this receiver (null: unknown). */
  void fill(Draft draft, @Nullable NodeId receiver, int clusterSize) {
    if (!agenda.tidings()) {
      return;
    }
    if (receiver != null && clusterSize <= 2) {
      forget(receiver); // nobody is left to be told of the receiver
    }
    int limit = transmissions(clusterSize);
    if (broadcasts.overdue()) {
      broadcasts.fill(draft, receiver, clusterSize, limit, 1);
    }
    members.offer(limit, (subject, item) -> tell(draft, receiver, subject, item));
    owners.offer(limit, (subject, base) -> tell(draft, receiver, subject, base));
    note();
    broadcasts.fill(draft, receiver, clusterSize, limit, Integer.MAX_VALUE);
  }

  private static NewsQueue.Answer tell(
      Draft draft, @Nullable NodeId receiver, NodeId subject, MemberItem item) {
    if (subject.equals(receiver) || draft.names(subject)) {
      return NewsQueue.Answer.LATER;
    }
    return draft.add(item) ? NewsQueue.Answer.TOLD : NewsQueue.Answer.NO_ROOM;
  }

  private NewsQueue.Answer tell(Draft draft, @Nullable NodeId receiver, NodeId subject, Long base) {
    OwnerRecords records = store.get(subject);
    if (records == null || records.head() <= base) {
      return NewsQueue.Answer.OLD;
    }
    if (subject.equals(receiver)) {
      return NewsQueue.Answer.LATER;
    }
    OwnerDelta delta = records.delta(base, Long.MAX_VALUE, 0, draft.leftBytes());
    return delta != null && draft.add(delta) ? NewsQueue.Answer.TOLD : NewsQueue.Answer.NO_ROOM;
  }

  private int transmissions(int clusterSize) {
    return config.retransmitMultiplier() * (int) Math.ceil(Math.log10(clusterSize + 1.0));
  }
}
