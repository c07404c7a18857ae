package io.weft.simulator.detector;

import io.weft.gossip.GossipConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which experiments are made: anomalies that come again and again, for false positives, and members
 * that fall silent for good, for times of detection.
 *
 * @param sick how many members have anomalies
 * @param blockedMillis how long one lasts
 * @param openMillis how long it is until the next
 * @param goneRuns how often each number of members falls silent, each time from another seed
 */
public record Grid(
    List<Integer> sick, List<Long> blockedMillis, List<Long> openMillis, int goneRuns) {
  /** As in Lifeguard's paper. */
  public static final int MEMBERS = 128;

  private static final long NANOS_PER_MILLI = 1_000_000L;

  /** For as long anomalies begin. */
  private static final long SPAN_MILLIS = 120_000;

  /** Copies. */
  public Grid {
    sick = List.copyOf(sick);
    blockedMillis = List.copyOf(blockedMillis);
    openMillis = List.copyOf(openMillis);
  }

  /** Lifeguard's: C in 1, 4, 8 to 32; D 128 ms to 32.768 s and I 1 ms to 16.384 s by doubling. */
  public static Grid full() {
    return new Grid(
        IntStream.rangeClosed(0, 8).mapToObj(i -> Math.max(1, 4 * i)).toList(),
        doubling(128, 32_768),
        doubling(1, 16_384),
        10);
  }

  /** A few of them. */
  public static Grid thinned() {
    return new Grid(
        List.of(4, 16, 32),
        List.of(1_024L, 4_096L, 16_384L, 32_768L),
        List.of(1L, 64L, 1_024L, 16_384L),
        5);
  }

  private static List<Long> doubling(long from, long to) {
    return LongStream.iterate(from, v -> v <= to, v -> 2 * v).boxed().toList();
  }

  /** The runs with anomalies that come again and again. */
  public List<AnomalyPlan> anomalies(long seed, GossipConfig config, AnomalyPlan.Kind kind) {
    List<AnomalyPlan> plans = new ArrayList<>();
    for (int c : sick) {
      for (long d : blockedMillis) {
        for (long i : openMillis) {
          plans.add(plan(seed, config, c, d, i, kind));
        }
      }
    }
    return plans;
  }

  /** The runs in which members fall silent and do not come back before all have noticed. */
  public List<AnomalyPlan> gone(long seed, GossipConfig config, AnomalyPlan.Kind kind) {
    List<AnomalyPlan> plans = new ArrayList<>();
    for (int c : sick) {
      for (int run = 0; run < goneRuns; run++) {
        plans.add(plan(seed + run, config, c, SPAN_MILLIS, 1, kind));
      }
    }
    return plans;
  }

  private static AnomalyPlan plan(
      long seed, GossipConfig config, int c, long d, long i, AnomalyPlan.Kind kind) {
    return new AnomalyPlan(
        seed,
        MEMBERS,
        config,
        c,
        d * NANOS_PER_MILLI,
        i * NANOS_PER_MILLI,
        SPAN_MILLIS * NANOS_PER_MILLI,
        kind);
  }
}
