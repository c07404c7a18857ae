package io.weft.simulator.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects a history. Several clients may record at once (each under a process id of its own);
 * lines are numbered in the order in which they arrive.
 */
public final class HistoryRecorder {
  private final LongSupplier clockNanos;
  private final HistoryRules rules = new HistoryRules();
  private final List<Operation> operations = new ArrayList<>();

  /**
   * A recorder that stamps each line.
   *
   * @param clockNanos nanoseconds since the run began, never going back
   */
  public HistoryRecorder(LongSupplier clockNanos) {
    this.clockNanos = clockNanos;
  }

  /** The process asks for something. */
  public void invoke(String process, String f, @Nullable JsonNode value) {
    add(process, OperationType.INVOKE, f, value, null);
  }

  /** It was done. */
  public void ok(String process, String f, @Nullable JsonNode value) {
    add(process, OperationType.OK, f, value, null);
  }

  /** It was surely not done. */
  public void fail(String process, String f, String error) {
    add(process, OperationType.FAIL, f, null, error);
  }

  /** It may or may not have been done; the process must not be used again. */
  public void info(String process, String f, String error) {
    add(process, OperationType.INFO, f, null, error);
  }

  /** The nemesis has done something. */
  public void fault(String f, String detail) {
    invoke(Operation.NEMESIS, f, TextNode.valueOf(detail));
    ok(Operation.NEMESIS, f, null);
  }

  /** What was recorded so far. */
  public synchronized List<Operation> history() {
    return List.copyOf(operations);
  }

  private synchronized void add(
      String process,
      OperationType type,
      String f,
      @Nullable JsonNode value,
      @Nullable String error) {
    Operation operation =
        new Operation(operations.size(), clockNanos.getAsLong(), process, type, f, value, error);
    @Nullable String broken = rules.broken(operation);
    if (broken != null) {
      throw new IllegalStateException("this operation " + broken);
    }
    operations.add(operation);
  }
}
