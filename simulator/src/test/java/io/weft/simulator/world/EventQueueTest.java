package io.weft.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final long BUCKET_NANOS = 1L << EventQueue.BUCKET_BITS;
  private static final long HORIZON_NANOS = BUCKET_NANOS * EventQueue.BUCKETS;

  private record Entry(long time, int number) {}

  /** Of many reaches: within a bucket, some buckets on, about the last bucket, far beyond it. */
  private static long delay(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextLong(BUCKET_NANOS);
      case 2 -> random.nextLong(100 * BUCKET_NANOS);
      case 3 -> HORIZON_NANOS + random.nextLong(-3, 4) * BUCKET_NANOS / 2;
      case 4 -> random.nextLong(3 * HORIZON_NANOS);
      default -> random.nextLong(1_000) * BUCKET_NANOS;
    };
  }

  @Property(tries = 200)
  void eventsComeOutByTimeAndAtOneTimeAsTheyWentIn(@ForAll long seed) {
    Random random = new Random(seed);
    EventQueue queue = new EventQueue();
    PriorityQueue<Entry> expected =
        new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparing(Entry::number));
    List<Integer> ran = new ArrayList<>();
    long now = 0;
    int added = 0;
    int most = 1 + random.nextInt(3_000);
    while (added < 6_000 || !expected.isEmpty()) {
      assertThat(queue.isEmpty()).isEqualTo(expected.isEmpty());
      if (added < 6_000 && (expected.isEmpty() || random.nextInt(most) >= expected.size())) {
        int number = added++;
        long time = now + delay(random);
        queue.add(time, () -> ran.add(number));
        expected.add(new Entry(time, number));
      } else {
        Entry first = expected.remove();
        now = first.time();
        assertThat(queue.firstTime()).isEqualTo(now);
        queue.take().run();
        assertThat(ran.removeLast()).isEqualTo(first.number());
      }
    }
  }

  @Test
  void whatIsPutInWhileTheFirstEventIsStillFarAwayComesBeforeIt() {
    List<String> ran = new ArrayList<>();
    EventQueue queue = new EventQueue();
    queue.add(2 * HORIZON_NANOS, () -> ran.add("late"));
    assertThat(queue.firstTime()).isEqualTo(2 * HORIZON_NANOS);
    queue.add(
        5, () -> ran.add("soon")); // a world that ran to a time without an event goes on there
    queue.add(HORIZON_NANOS, () -> ran.add("between"));
    while (!queue.isEmpty()) {
      queue.take().run();
    }
    assertThat(ran).containsExactly("soon", "between", "late");
  }
}
