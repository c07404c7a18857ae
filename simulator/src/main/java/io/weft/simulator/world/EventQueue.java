package io.weft.simulator.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events in the order of (time, sequence), so that two at one instant come out in the order in
 * which they went in.
 *
 * <p>One heap of all events costs a world of thousands of hosts a fifth of its time: each event
 * that comes or goes is compared with a dozen others, and no processor can guess how that ends. So
 * only the events of the present millisecond or so lie in a heap, a few at a time. Those of the
 * next seconds lie in the bucket of their millisecond, in no order, until it is the present one (a
 * calendar queue: Brown, CACM 31(10), 1988); what is later still waits in a second heap, and is
 * looked at when its millisecond has come.
 */
final class EventQueue {
  /** Nanoseconds of a bucket, as a power of 2: about a millisecond. */
  static final int BUCKET_BITS = 20;

  /** How many buckets there are, as a power of 2: for some seventeen seconds. */
  static final int BUCKETS = 1 << 14;

  private static final int MASK = BUCKETS - 1;
  private static final int NONE = -1;
  private static final int INITIAL_CAPACITY = 1_024;

  /** All events before the end of the present bucket. */
  private final EventHeap present = new EventHeap();

  /** Those that were put in when no bucket reached so far. */
  private final EventHeap later = new EventHeap();

  /** The number of the present bucket, counted from time 0. */
  private long now;

  /** Of each bucket the last place that was put in, or {@link #NONE}. */
  private final int[] lasts = new int[BUCKETS];

  /** A bit for each bucket that has any. */
  private final long[] taken = new long[BUCKETS / Long.SIZE];

  /** Places: time and sequence, the event, and the place before in the same bucket. */
  private long[] keys = new long[2 * INITIAL_CAPACITY];

  private @Nullable SimEvent[] events = new @Nullable SimEvent[INITIAL_CAPACITY];
  private int[] before = new int[INITIAL_CAPACITY];

  /** The places from here on were never used; those that are free again hang together. */
  private int unused;

  private int free = NONE;
  private int waiting;
  private long nextSequence;

  EventQueue() {
    Arrays.fill(lasts, NONE);
  }

  boolean isEmpty() {
    return present.isEmpty() && waiting == 0 && later.isEmpty();
  }

  /** Puts an event in; its time is none before that of the event that was taken last. */
  void add(long timeNanos, SimEvent event) {
    long sequence = nextSequence++;
    long bucket = timeNanos >> BUCKET_BITS;
    if (bucket <= now) {
      present.add(timeNanos, sequence, event);
    } else if (bucket - now < BUCKETS) {
      put((int) bucket & MASK, timeNanos, sequence, event);
    } else {
      later.add(timeNanos, sequence, event);
    }
  }

  /** The first event's time; only when there is one. */
  long firstTime() {
    advance();
    return present.firstTime();
  }

  /** Takes the first event out; only when there is one. */
  SimEvent take() {
    advance();
    return present.take();
  }

  /** Goes on to the bucket of the first event. */
  private void advance() {
    if (!present.isEmpty()) {
      return;
    }
    long next = Long.MAX_VALUE;
    if (waiting > 0) {
      next = nextTaken();
    }
    if (!later.isEmpty()) {
      next = Math.min(next, later.firstTime() >> BUCKET_BITS);
    }
    now = next;
    open((int) next & MASK);
    while (!later.isEmpty() && later.firstTime() >> BUCKET_BITS <= now) {
      present.add(later.firstTime(), later.firstSequence(), later.take());
    }
  }

  /** The first bucket after the present one that has any event; only when there is one. */
  private long nextTaken() {
    int from = (int) (now + 1) & MASK;
    int word = from / Long.SIZE;
    long bits = taken[word] & (-1L << from);
    while (bits == 0) {
      word = (word + 1) % taken.length;
      bits = taken[word];
    }
    int found = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
    return now + 1 + ((found - from) & MASK);
  }

  private void put(int bucket, long timeNanos, long sequence, SimEvent event) {
    int place = free;
    if (place == NONE) {
      place = unused++;
      if (place == events.length) {
        grow();
      }
    } else {
      free = before[place];
    }
    keys[2 * place] = timeNanos;
    keys[2 * place + 1] = sequence;
    events[place] = event;
    before[place] = lasts[bucket];
    lasts[bucket] = place;
    taken[bucket / Long.SIZE] |= 1L << bucket;
    waiting++;
  }

  private void grow() {
    int capacity = 2 * events.length;
    keys = Arrays.copyOf(keys, 2 * capacity);
    events = Arrays.copyOf(events, capacity);
    before = Arrays.copyOf(before, capacity);
  }

  /** All events of a bucket become present. */
  private void open(int bucket) {
    int place = lasts[bucket];
    lasts[bucket] = NONE;
    taken[bucket / Long.SIZE] &= ~(1L << bucket);
    while (place != NONE) {
      SimEvent event = events[place];
      if (event == null) {
        throw new IllegalStateException("bucket " + bucket + " has a place without an event");
      }
      present.add(keys[2 * place], keys[2 * place + 1], event);
      events[place] = null;
      int next = before[place];
      before[place] = free;
      free = place;
      place = next;
      waiting--;
    }
  }
}
