package io.weft.overlay.registry.atomix;

import io.atomix.storage.StorageException;
import io.weft.raft.RaftRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine's tasks on another runtime until one of them shows that the disk or the JVM cannot
 * be trusted. From then on no task runs any more: neither Atomix's, which would go on with a log
 * that is not what it takes it for, nor any timer.
 */
final class GuardedRuntime implements RaftRuntime {
  /** So deep a chain of causes is looked at. */
  static final int MAX_CAUSES = 16;

  private final RaftRuntime runtime;
  private final Consumer<Throwable> onFault;
  private boolean broken;

  /**
   * Wraps a runtime.
   *
   * @param onFault hears of the first fault, in the midst of the task that met it
   */
  GuardedRuntime(RaftRuntime runtime, Consumer<Throwable> onFault) {
    this.runtime = runtime;
    this.onFault = onFault;
  }

  /**
   * Whether the engine must not go on after this. Atomix throws also where a message makes no sense
   * to it, or meets a segment that it has compacted away itself: then whoever asked times out, and
   * nothing is lost.
   */
  static boolean isFault(@Nullable Throwable thrown) {
    boolean fault = false;
    Throwable t = thrown;
    for (int depth = 0; t != null && depth < MAX_CAUSES; depth++) {
      if (t instanceof ClosedChannelException || t instanceof StorageException.TooLarge) {
        return false;
      }
      fault |=
          t instanceof Error
              || t instanceof IOException
              || t instanceof UncheckedIOException
              || t instanceof StorageException;
      t = t.getCause();
    }
    return fault;
  }

  /** Stops everything, if this is a fault; says whether it is. */
  boolean check(@Nullable Throwable thrown) {
    boolean fault = isFault(thrown);
    if (fault && thrown != null) {
      diskFailed(thrown);
    }
    return fault;
  }

  @Override
  public void diskFailed(Throwable cause) {
    if (!broken) {
      broken = true;
      onFault.accept(cause);
    }
  }

  /** Runs a task of the engine's own, also after a fault. */
  void always(Runnable task) {
    runtime.execute(() -> run(task));
  }

  @Override
  public void execute(Runnable task) {
    runtime.execute(() -> runUnlessBroken(task));
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    return runtime.schedule(delay, () -> runUnlessBroken(task));
  }

  private void runUnlessBroken(Runnable task) {
    if (!broken) {
      run(task);
    }
  }

  private void run(Runnable task) {
    // Atomix takes what is installed here for the threads that it makes: they are guarded, too.
    RaftRuntime.install(this);
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      check(e);
      throw e;
    }
  }

  @Override
  public long wallMillis() {
    return runtime.wallMillis();
  }

  @Override
  public long leaderMillis() {
    return runtime.leaderMillis();
  }

  @Override
  public void heard(long leaderMillis) {
    runtime.heard(leaderMillis);
  }

  @Override
  public OptionalLong agreedMillis() {
    return runtime.agreedMillis();
  }

  @Override
  public void told(long voterMillis) {
    runtime.told(voterMillis);
  }

  @Override
  public long monotonicNanos() {
    return runtime.monotonicNanos();
  }

  @Override
  public RandomGenerator random() {
    return runtime.random();
  }

  @Override
  public boolean isCurrent() {
    return runtime.isCurrent();
  }
}
