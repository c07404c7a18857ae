package io.weft.node.agent;

import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostEffects;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.agent.HostInput.Datagram;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that steps the core. Everything else only puts inputs into its queue. When the
 * queue is half full, datagrams are dropped (gossip expects loss); everything else waits.
 */
final class ControlLoop implements AutoCloseable {
  /** How much may wait for the core. */
  static final int MAX_QUEUED = 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(ControlLoop.class);
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private sealed interface Work {
    record Step(HostInput input) implements Work {}

    record Look<T>(Function<HostCore, T> question, CompletableFuture<T> answer) implements Work {
      void run(HostCore core) {
        try {
          answer.complete(question.apply(core));
        } catch (RuntimeException e) {
          answer.completeExceptionally(e);
        }
      }
    }
  }

  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
  private final HostCore core;
  private final HostEffects effects;
  private final Runnable failed;
  private final Thread thread;
  private final AtomicLong droppedDatagrams = new AtomicLong();
  private volatile boolean closed;

  /**
   * A loop that is not running yet.
   *
   * @param failed called when the core itself failed: a defect, after which nothing can be trusted
   */
  ControlLoop(HostCore core, HostEffects effects, Runnable failed) {
    this.core = core;
    this.effects = effects;
    this.failed = failed;
    this.thread = Thread.ofPlatform().name("weft-control").daemon(true).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void put(HostInput input) {
    if (input instanceof Datagram && queue.remainingCapacity() < MAX_QUEUED / 2) {
      droppedDatagrams.incrementAndGet();
      return;
    }
    enqueue(new Work.Step(input));
  }

  /** Asks the core something between two steps. */
  <T> CompletableFuture<T> look(Function<HostCore, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    enqueue(new Work.Look<>(question, answer));
    return answer;
  }

  private void enqueue(Work work) {
    try {
      while (!closed && !queue.offer(work, 1, TimeUnit.SECONDS)) {
        LOG.warn("event=control-loop-full queued={}", MAX_QUEUED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long droppedDatagrams() {
    return droppedDatagrams.get();
  }

  private void run() {
    try {
      while (!closed) {
        long wait = Math.min(core.nextDeadlineNanos() - System.nanoTime(), MAX_WAIT_NANOS);
        Work work = wait > 0 ? queue.poll(wait, TimeUnit.NANOSECONDS) : queue.poll();
        switch (work) {
          case null -> core.step(System.nanoTime(), new HostInput.Timer(), effects);
          case Work.Step step -> core.step(System.nanoTime(), step.input(), effects);
          case Work.Look<?> look -> look.run(core);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // Better no agent than one whose state cannot be trusted: it is restarted and reads its disk.
      LOG.error("event=control-loop-failed", e);
      failed.run();
    }
  }

  @Override
  public void close() {
    // No interrupt: it would break a write to the disk in the middle.
    closed = true;
    boolean _ = queue.offer(new Work.Step(new HostInput.Timer()));
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
