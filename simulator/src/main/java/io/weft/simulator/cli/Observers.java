package io.weft.simulator.cli;

import io.weft.simulator.fleet.RunObserver;
import java.util.List;
import java.util.Map;

/** Several observers of one run. */
final class Observers {
  private Observers() {}

  static RunObserver all(List<RunObserver> observers) {
    List<RunObserver> each = List.copyOf(observers);
    if (each.isEmpty()) {
      return RunObserver.NONE;
    }
    return new RunObserver() {
      @Override
      public void event(long atNanos, String kind, int host, String detail) {
        each.forEach(o -> o.event(atNanos, kind, host, detail));
      }

      @Override
      public void view(long atNanos, int host, Map<Integer, String> statesOfOthers) {
        each.forEach(o -> o.view(atNanos, host, statesOfOthers));
      }

      @Override
      public void fault(long atNanos, long untilNanos, String kind, String detail) {
        each.forEach(o -> o.fault(atNanos, untilNanos, kind, detail));
      }

      @Override
      public void message(long atNanos, int from, int to, String channel, int bytes) {
        each.forEach(o -> o.message(atNanos, from, to, channel, bytes));
      }

      @Override
      public void arrived(long atNanos, int from, int to, String channel, long tookNanos) {
        each.forEach(o -> o.arrived(atNanos, from, to, channel, tookNanos));
      }
    };
  }
}
