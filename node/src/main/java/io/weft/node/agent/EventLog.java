package io.weft.node.agent;

import io.weft.node.api.AgentService.Subscription;
import io.weft.node.api.view.EventView;
import io.weft.overlay.agent.HostEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The last events, numbered, and those who follow them. Safe for use by several threads. */
final class EventLog {
  /** The most events that are kept. */
  static final int MAX_KEPT = 4096;

  private final Deque<EventView> kept = new ArrayDeque<>();
  private final Set<Consumer<EventView>> followers = new LinkedHashSet<>();
  private long nextIndex = 1;

  synchronized void add(HostEvent event) {
    EventView view =
        new EventView(
            nextIndex++, Instant.now().toString(), event.type(), event.subject(), event.cause());
    kept.addLast(view);
    if (kept.size() > MAX_KEPT) {
      kept.removeFirst();
    }
    followers.forEach(follower -> follower.accept(view));
  }

  synchronized List<EventView> from(long index) {
    List<EventView> found = new ArrayList<>();
    for (EventView event : kept) {
      if (event.index() >= index) {
        found.add(event);
      }
    }
    return found;
  }

  synchronized Subscription follow(long fromIndex, Consumer<EventView> listener) {
    from(fromIndex).forEach(listener);
    followers.add(listener);
    return () -> {
      synchronized (this) {
        followers.remove(listener);
      }
    };
  }
}
