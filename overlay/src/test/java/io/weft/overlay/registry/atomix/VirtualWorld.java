package io.weft.overlay.registry.atomix;

import io.weft.raft.RaftRuntime;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Virtual time for engines: one queue of events, one thread, one seed. */
final class VirtualWorld {
  private static final long EPOCH_MILLIS = 1_800_000_000_000L;

  private record Event(long atNanos, long order, RaftRuntime runtime, Runnable task)
      implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Random random;
  private long nowNanos;
  private long order;
  private long trace = 17;

  VirtualWorld(long seed) {
    random = new Random(seed);
  }

  /** A runtime for one engine; all share the queue. */
  RaftRuntime runtime() {
    return new NodeRuntime();
  }

  long nowMillis() {
    return nowNanos / 1_000_000;
  }

  Random random() {
    return random;
  }

  /** A number that is the same for the same run. */
  long trace() {
    return trace;
  }

  /** Runs a task of no engine after a delay. */
  void after(long delayMillis, Runnable task) {
    add(delayMillis * 1_000_000, new NodeRuntime(), task);
  }

  /** Runs so many virtual milliseconds. */
  void run(long millis) {
    long end = nowNanos + millis * 1_000_000;
    while (!events.isEmpty() && events.peek().atNanos <= end) {
      step();
    }
    nowNanos = end;
  }

  /** Runs until the condition holds, or so many virtual milliseconds; says whether it holds. */
  boolean runUntil(BooleanSupplier condition, long maxMillis) {
    long end = nowNanos + maxMillis * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().atNanos > end) {
        nowNanos = end;
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  private void step() {
    Event event = events.remove();
    nowNanos = event.atNanos;
    trace = trace * 31 + event.atNanos;
    RaftRuntime.install(event.runtime);
    try {
      event.task.run();
    } catch (RuntimeException e) {
      trace = trace * 31 + e.getClass().getName().hashCode();
    } finally {
      RaftRuntime.install(null);
    }
  }

  private Event add(long delayNanos, RaftRuntime runtime, Runnable task) {
    Event event = new Event(nowNanos + delayNanos, order++, runtime, task);
    events.add(event);
    return event;
  }

  private final class NodeRuntime implements OneClock {
    @Override
    public long wallMillis() {
      return EPOCH_MILLIS + nowNanos / 1_000_000;
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
      add(0, this, task);
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
      boolean[] cancelled = {false};
      add(
          delay.toNanos(),
          this,
          () -> {
            if (!cancelled[0]) {
              task.run();
            }
          });
      return () -> cancelled[0] = true;
    }

    @Override
    public boolean isCurrent() {
      return true; // the world has one thread
    }
  }
}
