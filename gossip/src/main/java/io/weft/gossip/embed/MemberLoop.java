package io.weft.gossip.embed;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that steps a {@link MemberCore}, and the queue that leads to it. When the queue is
 * half full, datagrams are dropped (gossip expects loss); everything else waits.
 */
final class MemberLoop implements TransportListener {
  /** How much may wait for the core. */
  static final int MAX_QUEUED = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(MemberLoop.class);
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long CLOSE_WAIT_MILLIS = 5_000;
  private static final long LOOK_WAIT_MILLIS = 100;

  /** One thing to do with the core at a time on the clock. */
  interface Task {
    void run(MemberCore core, long nowNanos);
  }

  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final MemberCore core;
  private final Transport transport;
  private final Thread thread;
  private final AtomicLong floods = new AtomicLong();

  private final AtomicLong numbers = new AtomicLong();

  /** What was begun and is not over, by number; the core bounds it. */
  private final Map<Long, CompletableFuture<?>> begun = new ConcurrentHashMap<>();

  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  MemberLoop(String name, MemberCore core, Transport transport) {
    this.core = core;
    this.transport = transport;
    this.thread = Thread.ofPlatform().name("weft-member-" + name).daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
    transport.start(this);
  }

  /** Has the core do this, some time soon. */
  void put(Task task) {
    try {
      while (!closed && !queue.offer(task, 1, TimeUnit.SECONDS)) {
        LOG.warn("event=member-loop-full queued={}", MAX_QUEUED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Does something with the core between two steps, and waits for the answer. */
  <T> T ask(Function<MemberCore, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    put(
        (c, now) -> {
          try {
            answer.complete(question.apply(c));
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    return await(answer);
  }

  /** Has the core do something that is over some time later, or fails when this loop ends. */
  <T> CompletableFuture<T> begin(Function<CompletableFuture<T>, Task> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    begun.put(number, answer);
    put(task.apply(answer));
    if (closed) {
      failBegun(); // nobody may look at the queue any more
    }
    return answer.whenComplete((value, error) -> begun.remove(number));
  }

  private void failBegun() {
    begun.values().forEach(answer -> answer.completeExceptionally(ended()));
  }

  /** Waits for what the core will say, for as long as it runs. */
  <T> T await(CompletableFuture<T> answer) {
    while (true) {
      try {
        return answer.get(LOOK_WAIT_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        checkOpen();
      } catch (ExecutionException e) {
        checkOpen();
        throw new IllegalStateException("the membership cannot tell", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while asking the membership", e);
      }
    }
  }

  /**
   * Throws when this is not running.
   *
   * @throws IllegalStateException with one line that says why
   */
  void checkOpen() {
    if (closed || !thread.isAlive()) {
      throw ended();
    }
  }

  private IllegalStateException ended() {
    Throwable defect = failure;
    return defect == null
        ? new IllegalStateException("this membership is closed: start another")
        : new IllegalStateException("this membership has failed: " + defect, defect);
  }

  /** Datagrams that nobody looked at, because too much was waiting. */
  long floods() {
    return floods.get();
  }

  private void run() {
    try {
      while (!closed) {
        long wait = Math.min(core.nextDeadlineNanos() - System.nanoTime(), MAX_WAIT_NANOS);
        Task task = wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
        if (task != null) {
          task.run(core, System.nanoTime());
        }
        core.runDue(System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // Better silent than a member whose state cannot be trusted: the others find it failed.
      LOG.error("event=membership-failed", e);
      failure = e;
    } finally {
      closed = true;
      // In a thread of its own: whoever waits may well close this, and that waits for this one.
      Thread.ofVirtual().name("weft-member-ended").start(this::failBegun);
    }
  }

  /** Stops at once; what waits is not done any more. */
  void close() {
    closed = true;
    boolean _ = queue.offer((c, now) -> {});
    try {
      thread.join(CLOSE_WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    failBegun(); // that thread may be stuck
  }

  @Override
  public void datagram(PeerAddress from, byte[] payload) {
    if (queue.remainingCapacity() < MAX_QUEUED / 2) {
      floods.incrementAndGet();
    } else {
      put((c, now) -> c.datagram(now, from, payload));
    }
  }

  @Override
  public void dialed(long linkId, NodeId peer) {
    put((c, now) -> c.linked(now, linkId, peer, new LinkInput.Dialed(linkId, peer)));
  }

  @Override
  public void dialFailed(long linkId, String cause) {
    put((c, now) -> c.take(now, new LinkInput.DialFailed(linkId, cause)));
  }

  @Override
  public void accepted(long linkId, NodeId peer, PeerAddress from) {
    put((c, now) -> c.linked(now, linkId, peer, new LinkInput.Accepted(linkId, peer, from)));
  }

  @Override
  public void acceptedAnonymous(long linkId, PeerAddress from) {
    transport.close(linkId); // there is nothing to ask for without the secret
    put((c, now) -> c.countDropped("LINK_WITHOUT_CERTIFICATE"));
  }

  @Override
  public void message(long linkId, Channel channel, byte[] payload) {
    put((c, now) -> c.message(now, linkId, channel, payload));
  }

  @Override
  public void closed(long linkId, String cause) {
    put((c, now) -> c.closed(now, new LinkInput.Closed(linkId, cause)));
  }
}
