package io.weft.simulator.report;

import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is seen of a run, as much as a report shows: all faults, events and changes of belief up to
 * a bound, and traffic summed up by host and second. With many hosts beliefs are only counted.
 */
public final class Recording implements RunObserver {
  /** With more hosts than this no one can read a matrix. */
  static final int MAX_MATRIX_HOSTS = 120;

  private static final int MAX_EVENTS = 20_000;
  private static final int MAX_VIEWS = 200_000;
  private static final int MAX_ARROWS = 20_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final boolean matrix;
  private final Map<Integer, Map<Integer, String>> last = new TreeMap<>();
  private final List<Event> events = new ArrayList<>();
  private final List<Belief> beliefs = new ArrayList<>();
  private final List<Band> bands = new ArrayList<>();
  private final List<Arrow> arrows = new ArrayList<>();
  private final Map<String, Map<Integer, Long>> bytesByChannel = new TreeMap<>();
  private final Map<Boolean, Map<Integer, Latency>> latencies = new TreeMap<>();
  private final Map<Integer, Map<String, Long>> counts = new TreeMap<>();
  private long eventsLeftOut;
  private long arrowsLeftOut;

  /** Something that happened; host 0 is none. */
  record Event(long atNanos, String kind, int host, String detail) {}

  /** A host came to believe something else of another. */
  record Belief(long atNanos, int host, int other, String state) {}

  /** A fault; until 0: for good, or an instant. */
  record Band(long atNanos, long untilNanos, String kind, String detail) {}

  /** A message on its way. */
  record Arrow(long atNanos, int from, int to, String channel, int bytes) {}

  /** How long what arrived in one second was on its way. */
  record Latency(long messages, long totalNanos, long worstNanos) {
    Latency and(Latency other) {
      return new Latency(
          messages + other.messages,
          totalNanos + other.totalNanos,
          Math.max(worstNanos, other.worstNanos));
    }
  }

  /** For a run of this scenario. */
  public Recording(Scenario scenario) {
    this.matrix = scenario.hosts().size() <= MAX_MATRIX_HOSTS;
  }

  @Override
  public void event(long atNanos, String kind, int host, String detail) {
    if (events.size() < MAX_EVENTS) {
      events.add(new Event(atNanos, kind, host, detail));
    } else {
      eventsLeftOut++;
    }
  }

  @Override
  public void view(long atNanos, int host, Map<Integer, String> statesOfOthers) {
    int second = (int) (atNanos / NANOS_PER_SECOND);
    Map<Integer, String> before = last.computeIfAbsent(host, _ -> new TreeMap<>());
    for (Map.Entry<Integer, String> entry : new TreeMap<>(statesOfOthers).entrySet()) {
      counts.computeIfAbsent(second, _ -> new TreeMap<>()).merge(entry.getValue(), 1L, Long::sum);
      if (!entry.getValue().equals(before.put(entry.getKey(), entry.getValue()))) {
        changed(new Belief(atNanos, host, entry.getKey(), entry.getValue()));
      }
    }
    List<Integer> forgotten =
        before.keySet().stream().filter(other -> !statesOfOthers.containsKey(other)).toList();
    for (int other : forgotten) {
      before.remove(other);
      changed(new Belief(atNanos, host, other, "unknown"));
    }
  }

  private void changed(Belief belief) {
    if (matrix && beliefs.size() < MAX_VIEWS) {
      beliefs.add(belief);
    }
  }

  @Override
  public void fault(long atNanos, long untilNanos, String kind, String detail) {
    bands.add(new Band(atNanos, untilNanos, kind, detail));
  }

  @Override
  public void message(long atNanos, int from, int to, String channel, int bytes) {
    int second = (int) (atNanos / NANOS_PER_SECOND);
    bytesByChannel
        .computeIfAbsent(channel, _ -> new TreeMap<>())
        .merge(second, (long) bytes, Long::sum);
    if (arrows.size() < MAX_ARROWS) {
      arrows.add(new Arrow(atNanos, from, to, channel, bytes));
    } else {
      arrowsLeftOut++;
    }
  }

  @Override
  public void arrived(long atNanos, int from, int to, String channel, long tookNanos) {
    latencies
        .computeIfAbsent(channel.equals(DATAGRAMS), _ -> new TreeMap<>())
        .merge(
            (int) (atNanos / NANOS_PER_SECOND), new Latency(1, tookNanos, tookNanos), Latency::and);
  }

  /** By second, of datagrams or of what came by links. */
  Map<Integer, Latency> latencies(boolean ofDatagrams) {
    return latencies.getOrDefault(ofDatagrams, Map.of());
  }

  List<Event> events() {
    return events;
  }

  List<Belief> beliefs() {
    return beliefs;
  }

  List<Band> bands() {
    return bands;
  }

  List<Arrow> arrows() {
    return arrows;
  }

  Map<String, Map<Integer, Long>> bytesByChannel() {
    return bytesByChannel;
  }

  /** How many beliefs of each state there were, by second. */
  Map<Integer, Map<String, Long>> counts() {
    return counts;
  }

  long eventsLeftOut() {
    return eventsLeftOut;
  }

  long arrowsLeftOut() {
    return arrowsLeftOut;
  }

  boolean matrix() {
    return matrix;
  }
}
