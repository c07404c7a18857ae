package io.weft.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WorldTest {
  private record Happened(long timeNanos, int number) {}

  @Property(tries = 200)
  void events_run_in_order_of_time_and_those_of_one_instant_as_they_were_scheduled(
      @ForAll @Size(max = 3_000) List<@LongRange(min = 0, max = 50) Long> times) {
    World world = new World(1);
    List<Happened> happened = new ArrayList<>();
    List<Happened> expected = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      int number = i;
      expected.add(new Happened(times.get(i), number));
      world.at(times.get(i), () -> happened.add(new Happened(world.nowNanos(), number)));
    }

    world.runUntil(50);

    expected.sort(Comparator.comparingLong(Happened::timeNanos)); // stable: ties keep their order
    assertThat(happened).isEqualTo(expected);
    assertThat(world.events()).isEqualTo(times.size());
  }

  @Test
  void an_event_scheduled_in_the_past_happens_now() {
    World world = new World(1);
    List<Long> seen = new ArrayList<>();
    world.at(10, () -> world.at(3, () -> seen.add(world.nowNanos())));

    world.runUntil(20);

    assertThat(seen).containsExactly(10L);
    assertThat(world.nowNanos()).isEqualTo(20);
  }

  @Test
  void drawing_more_from_one_stream_does_not_shift_another() {
    RandomStreams streams = new RandomStreams(7);
    RandomGenerator first = streams.stream("loss", 0);
    long expected = streams.stream("latency", 0).nextLong();
    first.nextLong();
    first.nextLong();

    assertThat(streams.stream("latency", 0).nextLong()).isEqualTo(expected);
  }

  @Test
  void purpose_host_and_seed_each_make_another_stream() {
    assertThat(
            List.of(
                new RandomStreams(7).stream("loss", 0).nextLong(),
                new RandomStreams(7).stream("loss", 1).nextLong(),
                new RandomStreams(7).stream("loss", -1).nextLong(),
                new RandomStreams(7).stream("latency", 0).nextLong(),
                new RandomStreams(8).stream("loss", 0).nextLong()))
        .doesNotHaveDuplicates();
  }

  @Test
  void the_trace_hash_depends_on_what_happened_and_in_which_order() {
    TraceHash one = new TraceHash();
    one.add(1);
    one.add(2);
    TraceHash other = new TraceHash();
    other.add(2);
    other.add(1);
    TraceHash bytes = new TraceHash();
    bytes.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0});
    TraceHash fewer = new TraceHash();
    fewer.add(new byte[] {0, 0, 0, 0, 0, 0, 0});

    assertThat(List.of(one.hex(), other.hex(), bytes.hex(), fewer.hex()))
        .doesNotHaveDuplicates()
        .allMatch(hex -> hex.matches("[0-9a-f]{32}"));
  }
}
