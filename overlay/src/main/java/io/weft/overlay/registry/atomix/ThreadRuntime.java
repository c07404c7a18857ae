package io.weft.overlay.registry.atomix;

import io.weft.raft.LogClock;
import io.weft.raft.RaftRuntime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real clock, real randomness, and one daemon thread of its own for an engine. */
public final class ThreadRuntime implements RaftRuntime, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadRuntime.class);

  private final ScheduledThreadPoolExecutor executor;
  private final RandomGenerator random = new SecureRandom();
  private final LogClock logClock = new LogClock(System.currentTimeMillis(), System.nanoTime());
  private volatile Thread thread = Thread.currentThread();

  /** Starts the thread. */
  public ThreadRuntime(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made =
                  new Thread(
                      () -> {
                        RaftRuntime.install(this);
                        task.run();
                      },
                      threadName);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.prestartAllCoreThreads();
  }

  @Override
  public long wallMillis() {
    return logClock.millis(System.currentTimeMillis(), System.nanoTime());
  }

  @Override
  public long leaderMillis() {
    return logClock.leads(System.currentTimeMillis(), System.nanoTime());
  }

  @Override
  public void heard(long leaderMillis) {
    logClock.heard(leaderMillis, System.currentTimeMillis(), System.nanoTime());
  }

  @Override
  public OptionalLong agreedMillis() {
    return logClock.agreedMillis(System.currentTimeMillis(), System.nanoTime());
  }

  @Override
  public void told(long voterMillis) {
    logClock.told(voterMillis, System.currentTimeMillis(), System.nanoTime());
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine is closed, a task was dropped", e);
    }
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> timer =
          executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> timer.cancel(false);
    } catch (RejectedExecutionException e) {
      LOG.debug("the engine is closed, a timer was dropped", e);
      return () -> {};
    }
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** Ends the thread after the task it is in. */
  @Override
  public void close() {
    executor.shutdown();
  }

  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      // Atomix throws from its tasks where a message makes no sense to it; the caller times out.
      LOG.warn("a task of the registry's engine failed", e);
    } catch (Error e) {
      // The engine has stopped itself (see GuardedRuntime); the executor would keep this to itself.
      LOG.error("the registry's engine met an error of the JVM", e);
    }
  }
}
