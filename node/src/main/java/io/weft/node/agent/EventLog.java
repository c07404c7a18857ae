package io.weft.node.agent;

import io.weft.gossip.UserEvent;
import io.weft.node.api.AgentService.Subscription;
import io.weft.node.api.view.EventView;
import io.weft.overlay.agent.HostEvent;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The last events, numbered, and those who follow them. Safe for use by several threads. */
final class EventLog {
  /** The most events that are kept. */
  static final int MAX_KEPT = 4096;

  /** Of users' own events, so that these do not drive out the others. */
  static final int MAX_OF_USERS = 1024;

  private final Deque<EventView> kept = new ArrayDeque<>();
  private final Set<Consumer<EventView>> followers = new LinkedHashSet<>();
  private long nextIndex = 1;
  private int users;

  synchronized void add(HostEvent event) {
    UserEvent fired = event.userEvent();
    EventView view =
        new EventView(
            nextIndex++,
            Instant.now().toString(),
            event.type(),
            event.subject(),
            event.cause(),
            fired == null ? null : UserViews.view(fired));
    kept.addLast(view);
    if (fired != null && ++users > MAX_OF_USERS) {
      dropOldestOfUsers();
    }
    if (kept.size() > MAX_KEPT && kept.removeFirst().user() != null) {
      users--;
    }
    followers.forEach(follower -> follower.accept(view));
  }

  private void dropOldestOfUsers() {
    Iterator<EventView> all = kept.iterator();
    while (all.hasNext()) {
      if (all.next().user() != null) {
        all.remove();
        users--;
        return;
      }
    }
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
