package io.weft.gossip.embed;

import io.weft.gossip.core.GossipEvent;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to an application's listeners, each in a virtual thread of its own: one that is slow
 * holds up neither the membership nor another.
 */
final class Listeners {
  /** How many events may wait for one listener; what comes on top is lost to it, and counted. */
  static final int MAX_WAITING = 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();
  private final AtomicLong lost = new AtomicLong();

  private final class Mailbox {
    private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Consumer<GossipEvent> listener;
    private final Thread thread;
    private boolean ended;

    Mailbox(Consumer<GossipEvent> listener) {
      this.listener = listener;
      this.thread = Thread.ofVirtual().name("weft-listener").unstarted(this::run);
    }

    void put(GossipEvent event) {
      if (!waiting.offer(() -> tell(event))) {
        lost.incrementAndGet();
      }
    }

    /** What waits is still told; then the thread ends. */
    void end() {
      if (!waiting.offer(() -> ended = true)) {
        thread.interrupt();
      }
    }

    private void tell(GossipEvent event) {
      try {
        listener.accept(event);
      } catch (RuntimeException e) {
        LOG.warn("event=listener-failed on={}", event.getClass().getSimpleName(), e);
      }
    }

    private void run() {
      try {
        while (!ended) {
          waiting.take().run();
        }
      } catch (InterruptedException e) {
        // The queue was full at the end: whoever is so slow does not hear the rest.
      }
    }
  }

  /** Begins with what is there already. */
  void add(Consumer<GossipEvent> listener, List<GossipEvent> known) {
    Mailbox mailbox = new Mailbox(listener);
    known.forEach(mailbox::put);
    mailboxes.add(mailbox);
    mailbox.thread.start();
  }

  void tell(GossipEvent event) {
    mailboxes.forEach(m -> m.put(event));
  }

  /** Events that slow listeners have not got. */
  long lost() {
    return lost.get();
  }

  void close() {
    mailboxes.forEach(Mailbox::end);
  }
}
