package io.weft.simulator.cli;

import io.weft.simulator.fleet.RunObserver;
import io.weft.simulator.fleet.RunResult;
import io.weft.simulator.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Whether a seed takes the same way twice. */
final class SelfCheck {
  /** So much of a run is kept as text; what differs later is said without it. */
  private static final int MAX_LINES = 2_000_000;

  private SelfCheck() {}

  /** What was seen, a line an event. */
  private static final class Lines implements RunObserver {
    private final List<String> lines = new ArrayList<>();

    private void add(long atNanos, String line) {
      if (lines.size() < MAX_LINES) {
        lines.add(atNanos + " ns " + line);
      }
    }

    @Override
    public void event(long atNanos, String kind, int host, String detail) {
      add(atNanos, "event " + kind + " host " + host + ": " + detail);
    }

    @Override
    public void view(long atNanos, int host, Map<Integer, String> statesOfOthers) {
      add(atNanos, "view of host " + host + ": " + new TreeMap<>(statesOfOthers));
    }

    @Override
    public void fault(long atNanos, long untilNanos, String kind, String detail) {
      add(atNanos, "fault " + kind + ": " + detail);
    }

    @Override
    public void message(long atNanos, int from, int to, String channel, int bytes) {
      add(atNanos, from + " to " + to + " on " + channel + ", " + bytes + " bytes");
    }
  }

  /** Runs it twice; the first difference in words, or empty. */
  static Optional<String> difference(Scenario scenario, long seed, Path scratch) {
    Lines first = new Lines();
    Lines second = new Lines();
    RunResult one = Runs.run(scenario, seed, scratch, first);
    RunResult two = Runs.run(scenario, seed, scratch, second);
    int both = Math.min(first.lines.size(), second.lines.size());
    for (int i = 0; i < both; i++) {
      if (!first.lines.get(i).equals(second.lines.get(i))) {
        return Optional.of(
            "event %d: first '%s', then '%s'"
                .formatted(i, first.lines.get(i), second.lines.get(i)));
      }
    }
    if (first.lines.size() != second.lines.size()) {
      List<String> longer = first.lines.size() > second.lines.size() ? first.lines : second.lines;
      return Optional.of("event " + both + ": only one run has '" + longer.get(both) + "'");
    }
    if (!one.traceHash().equals(two.traceHash())) {
      return Optional.of(
          "the hashes %s and %s differ, though no event that is shown does"
              .formatted(one.traceHash(), two.traceHash()));
    }
    return Optional.empty();
  }
}
