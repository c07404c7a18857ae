package io.weft.raft.scenario;

import io.weft.raft.RaftRuntime;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** Virtual time for one member. */
final class ManualRuntime implements RaftRuntime {
  private record Event(long atNanos, long order, Runnable task) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atNanos, other.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Random random = new Random(1);
  private long nowNanos;
  private long order;

  /** Runs until the condition holds, at most so many virtual milliseconds. */
  void runUntil(BooleanSupplier condition, long maxMillis) {
    long end = nowNanos + maxMillis * 1_000_000;
    while (!condition.getAsBoolean()) {
      if (events.isEmpty() || events.peek().atNanos > end) {
        nowNanos = end;
        return;
      }
      Event event = events.remove();
      nowNanos = event.atNanos;
      event.task.run();
    }
  }

  /** All have one clock. */
  @Override
  public void heard(long leaderMillis) {}

  @Override
  public void told(long voterMillis) {}

  @Override
  public OptionalLong agreedMillis() {
    return OptionalLong.of(wallMillis());
  }

  @Override
  public long leaderMillis() {
    return wallMillis();
  }

  @Override
  public long wallMillis() {
    return 1_800_000_000_000L + nowNanos / 1_000_000;
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
    events.add(new Event(nowNanos, order++, task));
  }

  @Override
  public Cancellable schedule(Duration delay, Runnable task) {
    boolean[] cancelled = {false};
    events.add(
        new Event(
            nowNanos + delay.toNanos(),
            order++,
            () -> {
              if (!cancelled[0]) {
                task.run();
              }
            }));
    return () -> cancelled[0] = true;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }
}
