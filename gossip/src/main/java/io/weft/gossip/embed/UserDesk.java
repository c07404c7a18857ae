package io.weft.gossip.embed;

import io.weft.gossip.Query;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;

/**
 * What the application fires and asks, with the futures that wait for what comes of it; and who
 * answers which query. Part of a {@link MemberCore}: one caller at a time.
 */
final class UserDesk {
  private final Consumer<GossipInput> core;
  private final TreeMap<Long, CompletableFuture<GossipEvent.OfUser>> waiting = new TreeMap<>();
  private final TreeMap<String, Predicate<Query>> handlers = new TreeMap<>();
  private long tickets;

  UserDesk(Consumer<GossipInput> core) {
    this.core = core;
  }

  /** Gives the core an input that is made with a ticket; the event that ends it goes to answer. */
  void send(LongFunction<GossipInput> input, CompletableFuture<GossipEvent.OfUser> answer) {
    long ticket = ++tickets;
    waiting.put(ticket, answer);
    core.accept(input.apply(ticket));
  }

  /** Who is told of queries of this name: he gives the core the answer, or has no place (false). */
  void handle(String name, Predicate<Query> handler) {
    handlers.put(name, handler);
  }

  void told(GossipEvent.OfUser event) {
    switch (event) {
      case GossipEvent.UserEventSeen e -> {}
      case GossipEvent.Fired f -> end(f.ticket(), f);
      case GossipEvent.NotFired n -> end(n.ticket(), n);
      case GossipEvent.QueryEnded q -> end(q.ticket(), q);
      case GossipEvent.QuerySeen q -> {
        Predicate<Query> handler = handlers.get(q.query().name());
        if (handler == null) {
          core.accept(GossipInput.Answer.of(q.query(), null));
        } else {
          core.accept(GossipInput.Answer.acknowledges(q.query()));
          if (!handler.test(q.query())) {
            core.accept(GossipInput.Answer.of(q.query(), null));
          }
        }
      }
    }
  }

  private void end(long ticket, GossipEvent.OfUser event) {
    CompletableFuture<GossipEvent.OfUser> answer = waiting.remove(ticket);
    if (answer != null) {
      answer.completeAsync(() -> event);
    }
  }
}
