package io.weft.raft;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the mended Atomix classes get their clock, their randomness and their thread from. Each
 * engine installs its own on the one thread that runs it; a simulator installs the one of the
 * engine whose event it is about to run. Without an installed one, nothing of Atomix can start.
 */
public interface RaftRuntime {
  /** Cancels what was scheduled; has no effect once it ran. */
  interface Cancellable {
    void cancel();
  }

  /** The time for the log's entries, in Unix milliseconds; see {@link LogClock}. */
  long wallMillis();

  /** The time that this engine tells the others as their leader; see {@link LogClock}. */
  long leaderMillis();

  /** Another leads, and had this time when it sent what arrives now; see {@link LogClock}. */
  void heard(long leaderMillis);

  /** The cluster's time, as a candidate is told it; empty if it is not known here. */
  OptionalLong agreedMillis();

  /** What a voter said to this candidate that the cluster's time is; see {@link LogClock}. */
  void told(long voterMillis);

  /** A clock that never goes back, in nanoseconds from an arbitrary origin. */
  long monotonicNanos();

  /** Randomness for election timeouts. */
  RandomGenerator random();

  /** Runs the task later on the engine's thread, in the order of the calls. */
  void execute(Runnable task);

  /** Runs the task on the engine's thread when the delay has passed. */
  Cancellable schedule(Duration delay, Runnable task);

  /** Whether the caller is on the engine's thread. */
  boolean isCurrent();

  /** Throws IllegalStateException when the caller is not on the engine's thread. */
  default void checkThread() {
    if (!isCurrent()) {
      throw new IllegalStateException("not on the engine's thread");
    }
  }

  /**
   * The log could not be brought to the disk. What is on it is not known from here on (a failed
   * flush may be reported once only), so nothing may be acknowledged any more.
   */
  default void diskFailed(Throwable cause) {}

  /** The runtime that was installed on this thread. */
  static RaftRuntime current() {
    RaftRuntime runtime = Installed.RUNTIME.get();
    if (runtime == null) {
      throw new IllegalStateException("no RaftRuntime is installed on this thread");
    }
    return runtime;
  }

  /** Makes this runtime, or none, the one of the calling thread. */
  static void install(@Nullable RaftRuntime runtime) {
    if (runtime == null) {
      Installed.RUNTIME.remove();
    } else {
      Installed.RUNTIME.set(runtime);
    }
  }

  // What follows is called by rewritten Atomix code only; see io.weft.raft.mend.InjectRuntime.

  /** In place of System.currentTimeMillis. */
  static long currentTimeMillis() {
    return current().wallMillis();
  }

  /** In place of System.nanoTime. */
  static long nanoTime() {
    return current().monotonicNanos();
  }

  /** In place of Instant.now. */
  static Instant now() {
    return Instant.ofEpochMilli(current().wallMillis());
  }

  /**
   * In place of Objects.hash: classes count by name, because identity hashes would order sets
   * differently in each JVM.
   */
  static int hash(@Nullable Object... values) {
    int result = 1;
    for (Object value : values) {
      int hash = value instanceof Class<?> c ? c.getName().hashCode() : Objects.hashCode(value);
      result = 31 * result + hash;
    }
    return result;
  }
}
