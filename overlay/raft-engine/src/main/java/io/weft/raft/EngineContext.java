package io.weft.raft;

import io.atomix.utils.concurrent.Scheduled;
import io.atomix.utils.concurrent.ThreadContext;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * The thread context that Atomix's Raft gets in place of its three threads: all of them are the one
 * thread of the engine, so that Raft, state machine and sessions never race (mend 8 of the list in
 * {@link io.weft.raft.mend.Mends}).
 */
public final class EngineContext implements ThreadContext {
  private final RaftRuntime runtime = RaftRuntime.current();
  private boolean closed;

  /** The runtime's thread. */
  public EngineContext() {}

  /** Called by rewritten Atomix code; no thread is made, so the factory is not used. */
  public EngineContext(ThreadFactory unused) {}

  /** Called by rewritten Atomix code; no thread is made, so the name is not used. */
  public EngineContext(String unused) {}

  @Override
  public void execute(Runnable command) {
    runtime.execute(() -> runIfOpen(command));
  }

  @Override
  public Scheduled schedule(Duration delay, Runnable callback) {
    RaftRuntime.Cancellable timer = runtime.schedule(delay, () -> runIfOpen(callback));
    return timer::cancel;
  }

  @Override
  public Scheduled schedule(Duration initialDelay, Duration interval, Runnable callback) {
    Repeated repeated = new Repeated(interval, callback);
    repeated.arm(initialDelay);
    return repeated;
  }

  @Override
  public boolean isCurrentContext() {
    return runtime.isCurrent();
  }

  @Override
  public void checkThread() {
    runtime.checkThread();
  }

  @Override
  public boolean isBlocked() {
    return false;
  }

  @Override
  public void block() {}

  @Override
  public void unblock() {}

  @Override
  public void close() {
    closed = true;
  }

  private void runIfOpen(Runnable task) {
    if (!closed) {
      task.run();
    }
  }

  /** A task that arms itself again after each run, so that a late one is never made up for. */
  private final class Repeated implements Scheduled {
    private final Duration interval;
    private final Runnable task;
    private RaftRuntime.Cancellable timer = () -> {};
    private boolean cancelled;

    Repeated(Duration interval, Runnable task) {
      this.interval = interval;
      this.task = task;
    }

    void arm(Duration delay) {
      timer = runtime.schedule(delay, this::run);
    }

    private void run() {
      if (cancelled || closed) {
        return;
      }
      arm(interval);
      task.run();
    }

    @Override
    public void cancel() {
      cancelled = true;
      timer.cancel();
    }
  }
}
