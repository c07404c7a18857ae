package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.Query;
import io.weft.gossip.UserEvent;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.UserItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What users fire and ask, as the members hand it on: {@link Broadcasts} spreads it with the news,
 * {@link Questions} gathers what comes of a query, and whoever was away is told at the sync which
 * recent ones there are, and fetches those that he lacks.
 */
final class UserTraffic {
  /** Of a datagram, what stands around an answer. */
  private static final int ANSWER_FRAME_BYTES = 128;

  /** A query waits so many gossip intervals by itself, times log10(members + 1) rounded up. */
  private static final int TIMEOUT_INTERVALS = 16;

  /** In so many messages at most goes what one peer lacks; what is more, at the next sync. */
  private static final int MAX_MESSAGES = 8;

  private final GossipConfig config;
  private final Members members;
  private final Outbox outbox;
  private final Broadcasts broadcasts;
  private final RandomGenerator random;
  private final Questions questions = new Questions();

  /** Who was told of the recent ones since the last periodic sync. */
  private final TreeSet<NodeId> offered = new TreeSet<>();

  /** When members were last sent what they wanted. */
  private final TreeMap<NodeId, Long> servedNanos = new TreeMap<>();

  UserTraffic(
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

  void fire(Turn turn, GossipInput.FireEvent event) {
    String why = whyNot(UserItem.bytes(event.name(), event.payload().length, null));
    if (!why.isEmpty()) {
      turn.out().emit(new GossipEvent.NotFired(members.selfView(), event.ticket(), why));
      return;
    }
    UserItem item = spread(event.name(), event.payload(), null);
    turn.out()
        .emit(
            new GossipEvent.Fired(members.selfView(), event.ticket(), item.ltime(), "fired here"));
    tell(turn, members.selfView(), item, "fired here");
  }

  void ask(Turn turn, GossipInput.Ask ask) {
    long timeout = ask.timeoutMillis() == 0 ? defaultTimeoutMillis() : ask.timeoutMillis();
    UserItem.Asking asking = asking(timeout, ask);
    String why = whyNot(UserItem.bytes(ask.name(), ask.payload().length, asking));
    if (why.isEmpty() && questions.full()) {
      why = Questions.MAX_OPEN + " queries of this member are open already; wait for one to end";
    }
    if (!why.isEmpty()) {
      turn.out().emit(new GossipEvent.NotFired(members.selfView(), ask.ticket(), why));
      return;
    }
    UserItem item = spread(ask.name(), ask.payload(), asking);
    questions.asked(turn, item, ask.ticket(), timeout, asked(asking));
    tell(turn, members.selfView(), item, "asked here");
  }

  private static UserItem.Asking asking(long timeoutMillis, GossipInput.Ask ask) {
    List<Long> marks = ask.whom().nodes().stream().map(Body.Ping::mark).toList();
    return new UserItem.Asking(timeoutMillis, marks, ask.whom().labels());
  }

  private long defaultTimeoutMillis() {
    int scale = (int) Math.ceil(Math.log10(members.clusterSize() + 1.0));
    return Math.min(
        GossipInput.MAX_QUERY_MILLIS, config.gossipIntervalMillis() * TIMEOUT_INTERVALS * scale);
  }

  private List<Member> asked(UserItem.Asking asking) {
    List<Member> all = new ArrayList<>();
    all.add(members.selfView());
    members.roster().present().forEach(e -> all.add(members.view(e)));
    if (!asking.nodes().isEmpty()) { // who is named is missed, though he has failed already
      members.roster().gone().stream()
          .filter(e -> e.item.state() != MemberState.LEFT)
          .forEach(e -> all.add(members.view(e)));
    }
    return all.stream()
        .filter(m -> asking.meets(m.id(), m.labels()))
        .sorted(Comparator.comparing(Member::id))
        .toList();
  }

  /** Why no more can be fired; empty if it can. */
  private String whyNot(int bytes) {
    int most = Math.min(UserItem.MAX_BYTES, config.datagramBudgetBytes() - Broadcasts.FRAME_BYTES);
    if (bytes > most) {
      return "it has "
          + bytes
          + " bytes; with datagrams of "
          + config.datagramBudgetBytes()
          + " bytes at most "
          + most;
    }
    return broadcasts.full(members.self().id())
        ? Broadcasts.MAX_UNTOLD + " events of this member wait to be told; try again in a second"
        : "";
  }

  private UserItem spread(String name, byte[] payload, UserItem.@Nullable Asking asking) {
    boolean alone = members.roster().presentCount() == 0;
    return broadcasts.fire(
        members.self().id(), members.self().generation(), name, payload, asking, alone);
  }

  /** Takes what came with a message, the older first. */
  void take(Turn turn, NodeId teller, List<UserItem> items) {
    List<UserItem> ordered = new ArrayList<>(items);
    ordered.sort(Comparator.comparingLong(UserItem::ltime));
    for (UserItem item : ordered) {
      MemberEntry owner = members.get(item.owner());
      if (owner == null || item.generation() > owner.item.generation()) {
        // Itself, or one of whom, or of whose run, nobody has told yet: it comes again. Not to be
        // remembered, or one forged item of a run to come would silence its owner for ever.
        continue;
      }
      if (item.generation() < owner.item.generation() && !broadcasts.knows(item.owner())) {
        continue; // of a former run, and perhaps told before its owner was forgotten
      }
      switch (broadcasts.take(item)) {
        case NEW -> tell(turn, members.view(owner), item, "told by " + teller.shortForm());
        case KNOWN, PAST -> {}
      }
    }
  }

  private void tell(Turn turn, Member from, UserItem item, String cause) {
    UserItem.Asking asking = item.asking();
    byte[] payload = item.payload().toByteArray();
    if (asking == null) {
      UserEvent event = new UserEvent(from.id(), from.name(), item.ltime(), item.name(), payload);
      turn.out().emit(new GossipEvent.UserEventSeen(from, event, cause));
    } else if (asking.meets(members.self().id(), members.selfView().labels())) {
      Query query =
          new Query(
              from.id(),
              from.name(),
              item.generation(),
              item.number(),
              item.ltime(),
              item.name(),
              payload,
              asking.timeoutMillis());
      turn.out().emit(new GossipEvent.QuerySeen(from, query, cause));
    }
  }

  /** This member's part in somebody's query. */
  void answer(Turn turn, GossipInput.Answer answer) {
    Query query = answer.query();
    byte[] bytes = answer.answer();
    Body.Reply.Kind kind = answer.kind();
    if (bytes != null && bytes.length > config.datagramBudgetBytes() - ANSWER_FRAME_BYTES) {
      kind = Body.Reply.Kind.NO_ANSWER;
      bytes = null;
    }
    Body.Reply reply =
        new Body.Reply(
            query.generation(),
            query.number(),
            kind,
            bytes == null ? ByteString.EMPTY : ByteString.copyFrom(bytes));
    MemberEntry asker = members.get(query.from());
    if (query.from().equals(members.self().id())) {
      questions.replied(turn, members.selfView(), reply);
    } else if (asker != null) {
      outbox.reply(turn, asker, reply);
    }
  }

  void onReply(Turn turn, NodeId sender, Body.Reply reply) {
    MemberEntry from = members.get(sender);
    if (from != null) {
      questions.replied(turn, members.view(from), reply);
    }
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
    List<Body.Holdings.Held> all = broadcasts.holdings();
    // Not all may fit: begin somewhere else each time.
    Collections.rotate(all, all.isEmpty() ? 0 : random.nextInt(all.size()));
    sendHoldings(turn, peer, all, false);
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

  /** Without this node's own, and without those of runs that nobody has told of yet. */
  private List<Body.Holdings.Held> possible(List<Body.Holdings.Held> lacking) {
    if (lacking.isEmpty()) {
      return lacking;
    }
    TreeMap<Long, Long> generations = new TreeMap<>();
    members.roster().present().forEach(e -> generations.put(mark(e), e.item.generation()));
    members.roster().gone().forEach(e -> generations.put(mark(e), e.item.generation()));
    long self = Body.Ping.mark(members.self().id());
    return lacking.stream()
        .filter(
            h ->
                h.owner() != self
                    && h.generation() <= generations.getOrDefault(h.owner(), Long.MAX_VALUE))
        .toList();
  }

  private static long mark(MemberEntry member) {
    return Body.Ping.mark(member.id());
  }

  void expire() {
    broadcasts.expire();
  }

  long nextDeadlineNanos() {
    return questions.nextDeadlineNanos();
  }

  void runDue(Turn turn) {
    if (questions.nextDeadlineNanos() <= turn.nowNanos()) {
      questions.runDue(turn, members.selfView());
    }
  }
}
