package io.weft.overlay.agent;

import io.weft.overlay.registry.atomix.OneClock;
import io.weft.raft.RaftRuntime;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Virtual time: one queue of events, one thread, one seed. */
final class VirtualClock {
  static final long EPOCH_MILLIS = 1_800_000_000_000L;

  /** Below zero, as System.nanoTime may be: nothing may rely on its sign. */
  private static final long ORIGIN_NANOS = -7_000_000_000_000_000L;

  private static final long NANOS_PER_MILLI = 1_000_000;

  private record Event(long atNanos, long order, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Random random;
  private long nowNanos = ORIGIN_NANOS;
  private long order;

  VirtualClock(long seed) {
    random = new Random(seed);
  }

  long nowNanos() {
    return nowNanos;
  }

  long wallMillis() {
    return EPOCH_MILLIS + (nowNanos - ORIGIN_NANOS) / NANOS_PER_MILLI;
  }

  Random random() {
    return random;
  }

  void afterMillis(long millis, Runnable task) {
    at(nowNanos + millis * NANOS_PER_MILLI, task);
  }

  void at(long atNanos, Runnable task) {
    events.add(new Event(Math.max(atNanos, nowNanos), order++, task));
  }

  void run(long millis) {
    runUntil(() -> false, millis);
  }

  /** Runs until the condition holds, or so many virtual milliseconds; says whether it holds. */
  boolean runUntil(BooleanSupplier condition, long maxMillis) {
    long end = nowNanos + maxMillis * NANOS_PER_MILLI;
    while (!condition.getAsBoolean()) {
      Event next = events.peek();
      if (next == null || next.atNanos > end) {
        nowNanos = end;
        return condition.getAsBoolean();
      }
      events.remove();
      nowNanos = next.atNanos;
      next.task.run();
    }
    return true;
  }

  /** A runtime for one engine; what breaks in the engine breaks only the engine's task. */
  RaftRuntime engineRuntime() {
    return new EngineRuntime();
  }

  private final class EngineRuntime implements OneClock {
    @Override
    public long wallMillis() {
      return VirtualClock.this.wallMillis();
    }

    @Override
    public long monotonicNanos() {
      return nowNanos;
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public void execute(Runnable task) {
      at(nowNanos, () -> runTask(task));
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      boolean[] cancelled = {false};
      at(
          nowNanos + delay.toNanos(),
          () -> {
            if (!cancelled[0]) {
              runTask(task);
            }
          });
      return () -> cancelled[0] = true;
    }

    private void runTask(Runnable task) {
      RaftRuntime.install(this);
      try {
        task.run();
      } catch (RuntimeException e) {
        // As the engine's own thread does: a failed task is not the end of the engine.
        order++;
      } finally {
        RaftRuntime.install(null);
      }
    }

    @Override
    public boolean isCurrent() {
      return true; // the world has one thread
    }
  }
}
