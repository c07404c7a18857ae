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
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What users fire and ask, as the members hand it on: {@link Broadcasts} spreads it with the news,
 * {@link Questions} gathers what comes of a query, and {@link CatchUp} lets those that were away
 * fetch what they lack.
 */
final class UserTraffic {
  /** Of a message, what stands around an answer. */
  private static final int ANSWER_FRAME_BYTES = 128;

  /** A query waits so many gossip intervals by itself, times log10(members + 1) rounded up. */
  private static final int TIMEOUT_INTERVALS = 16;

  private final GossipConfig config;
  private final Members members;
  private final Outbox outbox;
  private final Broadcasts broadcasts;
  private final Questions questions;

  UserTraffic(
      GossipConfig config, Members members, Outbox outbox, Broadcasts broadcasts, Agenda agenda) {
    this.config = config;
    this.members = members;
    this.outbox = outbox;
    this.broadcasts = broadcasts;
    this.questions = new Questions(agenda);
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
      // Of one of whom, or of whose run, nobody has told yet: not remembered, as it comes again.
      if (owner == null
          || !broadcasts.ofARunToTake(
              item.generation(), owner.item.generation(), Body.Ping.mark(owner.id()))) {
        continue;
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
    MemberEntry asker = members.get(query.from());
    if (query.from().equals(members.self().id())) {
      questions.replied(turn, members.selfView(), reply(query, answer.kind(), bytes));
    } else if (asker != null) {
      boolean fits =
          bytes == null || bytes.length <= outbox.budgetBytes(asker.id()) - ANSWER_FRAME_BYTES;
      Body.Reply reply =
          fits ? reply(query, answer.kind(), bytes) : reply(query, Body.Reply.Kind.NO_ANSWER, null);
      outbox.sendAlone(turn, asker, reply);
    }
  }

  private static Body.Reply reply(Query query, Body.Reply.Kind kind, byte @Nullable [] answer) {
    return new Body.Reply(
        query.generation(),
        query.number(),
        kind,
        answer == null ? ByteString.EMPTY : ByteString.copyFrom(answer));
  }

  void onReply(Turn turn, NodeId sender, Body.Reply reply) {
    MemberEntry from = members.get(sender);
    if (from != null) {
      questions.replied(turn, members.view(from), reply);
    }
  }

  /** Ends the queries whose time it is. */
  void runDue(Turn turn) {
    questions.runDue(turn, members.selfView());
  }
}
