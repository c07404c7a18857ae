package io.weft.overlay.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weft.gossip.Query;
import io.weft.gossip.QueryResult;
import io.weft.gossip.UserEvent;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Users' events and queries on this host: what is fired and asked here, and this host's answers.
 * Queries that every host answers itself: {@code ping} with its name and version, as a user's check
 * that it is there and works.
 */
final class UserDesk {
  /** What is answered by every agent. */
  static final String PING = "ping";

  private final HostContext context;
  private final Consumer<GossipInput> gossip;
  private final TreeMap<Long, Reply<Long>> firing = new TreeMap<>();
  private final TreeMap<Long, Reply<QueryResult>> asking = new TreeMap<>();
  private long tickets;

  UserDesk(HostContext context, Consumer<GossipInput> gossip) {
    this.context = context;
    this.gossip = gossip;
  }

  void fire(HostInput.FireEvent event) {
    send(firing, event.reply(), t -> new GossipInput.FireEvent(t, event.name(), event.payload()));
  }

  void ask(HostInput.Ask ask) {
    send(
        asking,
        ask.reply(),
        t -> new GossipInput.Ask(t, ask.name(), ask.payload(), ask.whom(), ask.timeoutMillis()));
  }

  private <T> void send(
      Map<Long, Reply<T>> waiting, Reply<T> reply, LongFunction<GossipInput> input) {
    long ticket = ++tickets;
    GossipInput made;
    try {
      made = input.apply(ticket);
    } catch (IllegalArgumentException e) {
      reply.refused(new Refusal(Refusal.Kind.INVALID, String.valueOf(e.getMessage())));
      return;
    }
    waiting.put(ticket, reply);
    gossip.accept(made);
  }

  void told(GossipEvent.OfUser event) {
    switch (event) {
      case GossipEvent.UserEventSeen e -> seen(e.event(), e.cause());
      case GossipEvent.QuerySeen q -> answer(q.query());
      case GossipEvent.Fired f -> {
        Reply<Long> reply = firing.remove(f.ticket());
        if (reply != null) {
          reply.done(f.ltime());
        }
      }
      case GossipEvent.QueryEnded q -> {
        Reply<QueryResult> reply = asking.remove(q.ticket());
        if (reply != null) {
          reply.done(q.result());
        }
      }
      case GossipEvent.NotFired n -> {
        Refusal refusal = new Refusal(Refusal.Kind.REFUSED, n.cause());
        Reply<Long> fired = firing.remove(n.ticket());
        Reply<QueryResult> asked = asking.remove(n.ticket());
        if (fired != null) {
          fired.refused(refusal);
        }
        if (asked != null) {
          asked.refused(refusal);
        }
      }
    }
  }

  private void seen(UserEvent event, String cause) {
    context.out().emit(new HostEvent("user-event", event.name(), cause, event));
  }

  private void answer(Query query) {
    byte[] answer =
        query.name().equals(PING)
            ? (context.options.identity().name() + " " + context.options.version()).getBytes(UTF_8)
            : null;
    gossip.accept(GossipInput.Answer.of(query, answer));
  }
}
