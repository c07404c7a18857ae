package io.weft.node.lab;

import io.weft.vxlan.netns.NetworkNamespace;
import java.net.InetAddress;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Pings in the background, at an even pace whatever is answered, as ping(8) does. An answer that
 * comes late is no loss: a machine may stand still for a second, and what it carries with it.
 */
public final class PingLoop implements AutoCloseable {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int PAYLOAD_BYTES = 56;

  /** So long the last answers may take; what has not come by then is lost. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * What came of it.
   *
   * @param slowestMillis the longest round trip
   */
  public record Tally(int sent, int lost, double slowestMillis) {}

  private final Ping ping;
  private final InetAddress to;
  private final CompletableFuture<Tally> tally = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean ending;
  private volatile boolean closed;

  // The thread's own.
  private final TreeMap<Integer, Long> sentNanos = new TreeMap<>();
  private int sent;
  private int unsent;
  private long slowestNanos;

  /** Begins; the namespace may be closed at once. */
  public PingLoop(NetworkNamespace from, InetAddress to) {
    this.to = to;
    ping = new Ping(from);
    thread = Thread.ofPlatform().name("weft-ping").daemon(true).start(this::run);
  }

  private void run() {
    try (ping) {
      boolean last;
      do {
        last = ending; // so that one is sent after the word to end
        send();
        listen(INTERVAL_NANOS, true);
      } while (!last);
      listen(GRACE_NANOS, false);
      tally.complete(new Tally(sent, unsent + sentNanos.size(), slowestNanos / 1e6));
    } catch (RuntimeException | Error e) {
      tally.completeExceptionally(e); // whoever waits hears of it
    }
  }

  private void send() {
    long nowNanos = System.nanoTime();
    OptionalInt sequence = ping.send(to, PAYLOAD_BYTES);
    sent++;
    if (sequence.isPresent()) {
      sentNanos.put(sequence.getAsInt(), nowNanos);
    } else {
      unsent++;
    }
  }

  private void listen(long nanos, boolean toTheEnd) {
    long untilNanos = System.nanoTime() + nanos;
    long leftNanos = nanos;
    while (leftNanos > 0 && !closed && (toTheEnd || !sentNanos.isEmpty())) {
      OptionalInt sequence = ping.receive(Math.min(leftNanos, INTERVAL_NANOS));
      long nowNanos = System.nanoTime();
      Long since = sequence.isPresent() ? sentNanos.remove(sequence.getAsInt()) : null;
      if (since != null) {
        slowestNanos = Math.max(slowestNanos, nowNanos - since);
      }
      leftNanos = untilNanos - nowNanos;
    }
  }

  /**
   * Sends one more, waits for what is not answered yet, and says what came of it all.
   *
   * @throws InterruptedException when the caller is to do something else
   */
  public Tally end() throws InterruptedException {
    ending = true;
    try {
      return tally.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the pings ended: " + e.getCause(), e);
    }
  }

  /** Ends at once; nothing of it is left in the namespace then. */
  @Override
  public void close() {
    closed = true;
    ending = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
