package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Lets those that were away have the users' events and queries that they missed: members tell each
 * other which recent ones they hold, and fetch those that they lack.
 */
final class CatchUp {
  /** In so many messages at most goes what one peer lacks; what is more, at the next sync. */
  private static final int MAX_MESSAGES = 8;

  private final GossipConfig config;
  private final Members members;
  private final Outbox outbox;
  private final Broadcasts broadcasts;
  private final RandomGenerator random;

  /** Who was told of the recent ones since the last periodic sync. */
  private final TreeSet<NodeId> offered = new TreeSet<>();

  /** When members were last sent what they wanted. */
  private final TreeMap<NodeId, Long> servedNanos = new TreeMap<>();

  CatchUp(
      GossipConfig config,
      Members members,
      Outbox outbox,
      Broadcasts broadcasts,
      RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.outbox = outbox;
    this.broadcasts = broadcasts;
    this.random = random;
  }

  /** Tells a member which recent ones there are, if any: at the periodic sync with it. */
  void periodic(Turn turn, MemberEntry peer) {
    offered.clear();
    servedNanos.values().removeIf(last -> !recent(turn, last));
    if (broadcasts.keptCount() > 0) {
      offer(turn, peer.id());
    }
  }

  /**
   * The same of somebody who has just joined or may have been away, and what time it is: not more
   * than once between two syncs.
   */
  void offer(Turn turn, NodeId to) {
    MemberEntry peer = members.get(to);
    if (peer == null || broadcasts.clock() == 0 || !offered.add(to)) {
      return;
    }
    sendHoldings(turn, peer, Shuffle.rotated(broadcasts.holdings(), random), false);
  }

  private void sendHoldings(
      Turn turn, MemberEntry peer, List<Body.Holdings.Held> all, boolean wanted) {
    Body frame = new Body.Holdings(List.of(), wanted, broadcasts.clock());
    Draft draft = outbox.draft(peer.id(), frame);
    List<Body.Holdings.Held> fitting = draft.fitting(all);
    Body body = new Body.Holdings(fitting, wanted, broadcasts.clock());
    outbox.sendDraft(turn, peer.id(), peer.item.address(), draft, body);
  }

  /** A member says what it holds, or what it wants. */
  void onHoldings(Turn turn, NodeId sender, Body.Holdings holdings) {
    MemberEntry peer = members.get(sender);
    if (peer == null) {
      return;
    }
    broadcasts.witness(holdings.ltime());
    if (!holdings.wanted()) {
      List<Body.Holdings.Held> lacking = possible(broadcasts.lacking(holdings.held()));
      if (!lacking.isEmpty()) {
        sendHoldings(turn, peer, lacking, true);
      }
      if (broadcasts.keptCount() > 0) {
        offer(turn, sender); // so that one comparison brings both level
      }
      return;
    }
    Long last = servedNanos.get(sender);
    if (last == null || !recent(turn, last)) {
      servedNanos.put(sender, turn.nowNanos());
      sendWanted(turn, peer, broadcasts.find(holdings.held()));
    }
  }

  /**
   * Within a gossip interval: who asks more often is not answered, as he may not be who he says.
   */
  private boolean recent(Turn turn, long lastNanos) {
    return turn.nowNanos() - lastNanos < config.gossipIntervalMillis() * Turn.NANOS_PER_MILLI;
  }

  private void sendWanted(Turn turn, MemberEntry peer, List<UserItem> items) {
    int next = 0;
    for (int sent = 0; sent < MAX_MESSAGES && next < items.size(); sent++) {
      Body news = new Body.News();
      Draft draft = outbox.draft(peer.id(), news);
      while (next < items.size() && (draft.add(items.get(next)) || draft.isEmpty())) {
        next++; // one that an empty message has no room for is left out
      }
      if (!draft.isEmpty()) {
        outbox.sendDraft(turn, peer.id(), peer.item.address(), draft, news);
      }
    }
  }

  /** Without this node's own, and without those that {@link UserTraffic#take} would not take. */
  private List<Body.Holdings.Held> possible(List<Body.Holdings.Held> lacking) {
    if (lacking.isEmpty()) {
      return lacking;
    }
    TreeMap<Long, Long> generations = new TreeMap<>();
    members.roster().present().forEach(e -> generations.put(mark(e.id()), e.item.generation()));
    members.roster().gone().forEach(e -> generations.put(mark(e.id()), e.item.generation()));
    long self = mark(members.self().id());
    return lacking.stream()
        .filter(
            h -> {
              Long generation = generations.get(h.owner());
              // Of whom nothing is known yet may well be by the time the answer comes.
              return h.owner() != self
                  && (generation == null
                      || broadcasts.ofARunToTake(h.generation(), generation, h.owner()));
            })
        .toList();
  }

  private static long mark(NodeId id) {
    return Body.Ping.mark(id);
  }
}
