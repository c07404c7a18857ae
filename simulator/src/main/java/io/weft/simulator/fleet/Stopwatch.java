package io.weft.simulator.fleet;

/** Real time, only to say how long a run took: nothing in a run may depend on it. */
final class Stopwatch {
  private final long begunNanos = System.nanoTime();

  long nanos() {
    return System.nanoTime() - begunNanos;
  }
}
