package io.weft.simulator.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events ordered by (time, sequence), so that two at one instant come out in the order in which
 * they went in. A heap in parallel arrays: no object is made per event. Four children a place: half
 * as deep as with two, and the four lie side by side.
 */
final class EventHeap {
  private static final int INITIAL_CAPACITY = 1_024;
  private static final int CHILDREN = 4;

  private long[] times = new long[INITIAL_CAPACITY];
  private long[] sequences = new long[INITIAL_CAPACITY];
  private @Nullable SimEvent[] events = new @Nullable SimEvent[INITIAL_CAPACITY];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** The first event's time; only when there is one. */
  long firstTime() {
    return times[0];
  }

  /** The first event's sequence number; only when there is one. */
  long firstSequence() {
    return sequences[0];
  }

  void add(long timeNanos, long sequence, SimEvent event) {
    if (size == times.length) {
      int capacity = size * 2;
      times = Arrays.copyOf(times, capacity);
      sequences = Arrays.copyOf(sequences, capacity);
      events = Arrays.copyOf(events, capacity);
    }
    int hole = size++;
    while (hole > 0) {
      int parent = (hole - 1) / CHILDREN;
      if (!before(timeNanos, sequence, parent)) {
        break;
      }
      move(parent, hole);
      hole = parent;
    }
    put(hole, timeNanos, sequence, event);
  }

  /** Takes the first event out; only when there is one. */
  SimEvent take() {
    SimEvent first = event(0);
    size--;
    if (size > 0) {
      sink(times[size], sequences[size], event(size));
    }
    events[size] = null;
    return first;
  }

  private void sink(long time, long sequence, SimEvent event) {
    int hole = 0;
    while (true) {
      int child = CHILDREN * hole + 1;
      if (child >= size) {
        break;
      }
      for (int next = child + 1, end = Math.min(child + CHILDREN, size); next < end; next++) {
        if (before(times[next], sequences[next], child)) {
          child = next;
        }
      }
      if (before(time, sequence, child)) {
        break;
      }
      move(child, hole);
      hole = child;
    }
    put(hole, time, sequence, event);
  }

  private SimEvent event(int index) {
    SimEvent event = events[index];
    if (event == null) {
      throw new IllegalStateException("the heap is empty at " + index);
    }
    return event;
  }

  private boolean before(long time, long sequence, int index) {
    return time < times[index] || (time == times[index] && sequence < sequences[index]);
  }

  private void move(int from, int to) {
    times[to] = times[from];
    sequences[to] = sequences[from];
    events[to] = events[from];
  }

  private void put(int index, long time, long sequence, SimEvent event) {
    times[index] = time;
    sequences[index] = sequence;
    events[index] = event;
  }
}
