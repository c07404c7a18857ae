package io.weft.simulator.world;

/**
 * The deterministic world: one thread, virtual time, events in the order of (time, sequence).
 * Nothing in it sees a real clock, so that the same seed takes the same way on every run and
 * machine.
 */
public final class World {
  /** A run beyond this many events is taken for one that never comes to rest. */
  public static final long MAX_EVENTS = 2_000_000_000L;

  private final EventQueue queue = new EventQueue();
  private final RandomStreams random;
  private final TraceHash trace = new TraceHash();
  private long nowNanos;
  private long events;
  private boolean halted;

  /** A world at time 0 in which nothing is about to happen. */
  public World(long seed) {
    this.random = new RandomStreams(seed);
    trace.add(seed);
  }

  /** Virtual nanoseconds since the world began. */
  public long nowNanos() {
    return nowNanos;
  }

  /** The random streams of this world's seed. */
  public RandomStreams random() {
    return random;
  }

  /** The hash of what happened; whoever makes something happen adds to it. */
  public TraceHash trace() {
    return trace;
  }

  /** How many events have run. */
  public long events() {
    return events;
  }

  /** Lets something happen at a time; one that has passed already means now. */
  public void at(long timeNanos, SimEvent event) {
    queue.add(Math.max(timeNanos, nowNanos), event);
  }

  /** Lets something happen after a delay of 0 or more nanoseconds. */
  public void after(long delayNanos, SimEvent event) {
    at(nowNanos + delayNanos, event);
  }

  /** Lets nothing more happen: the rest of the run stays where it is. */
  public void halt() {
    halted = true;
  }

  /** Whether the world was halted. */
  public boolean halted() {
    return halted;
  }

  /**
   * Runs all events up to a time, which is then now, unless the world is halted before.
   *
   * @throws IllegalStateException after {@link #MAX_EVENTS} events
   */
  public void runUntil(long timeNanos) {
    while (!halted && !queue.isEmpty() && queue.firstTime() <= timeNanos) {
      nowNanos = queue.firstTime();
      trace.add(nowNanos);
      queue.take().run();
      events++;
      if (events >= MAX_EVENTS) {
        throw new IllegalStateException("no rest after " + MAX_EVENTS + " events");
      }
    }
    if (!halted) {
      nowNanos = Math.max(nowNanos, timeNanos);
    }
  }
}
