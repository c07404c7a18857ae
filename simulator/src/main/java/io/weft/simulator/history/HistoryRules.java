package io.weft.simulator.history;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rules a history keeps from line to line. Fed in order; remembers what it has seen. */
final class HistoryRules {
  private static final String RETIRED = "";

  private final Map<String, String> openByProcess = new TreeMap<>();
  private long nextIndex;
  private long lastTimeNanos = Long.MIN_VALUE;

  /** Says which rule the next operation breaks, or null when it keeps them all. */
  @Nullable String broken(Operation operation) {
    if (operation.index() != nextIndex) {
      return "has index " + operation.index() + " where " + nextIndex + " comes next";
    }
    if (operation.timeNanos() < lastTimeNanos) {
      return "goes back in time, from " + lastTimeNanos + " to " + operation.timeNanos();
    }
    @Nullable String open = openByProcess.get(operation.process());
    if (RETIRED.equals(open)) {
      return "uses process '" + operation.process() + "' again, which ended in info";
    }
    if (operation.type() == OperationType.INVOKE) {
      if (open != null) {
        return "invokes '" + operation.f() + "' while '" + open + "' of the same process is open";
      }
      openByProcess.put(operation.process(), operation.f());
    } else {
      if (!operation.f().equals(open)) {
        return "ends '" + operation.f() + "', which its process did not invoke";
      }
      if (operation.type() == OperationType.INFO) {
        openByProcess.put(operation.process(), RETIRED);
      } else {
        openByProcess.remove(operation.process());
      }
    }
    nextIndex++;
    lastTimeNanos = operation.timeNanos();
    return null;
  }
}
