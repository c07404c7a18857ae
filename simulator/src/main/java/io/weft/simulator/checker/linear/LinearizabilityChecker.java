package io.weft.simulator.checker.linear;

import com.fasterxml.jackson.databind.JsonNode;
import io.weft.simulator.checker.Checker;
import io.weft.simulator.checker.Verdict;
import io.weft.simulator.history.Operation;
import io.weft.simulator.history.OperationType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whether a history of operations on many objects of one kind is linearizable. Each value of an
 * operation of the model is {@code [key, what]}, as in Jepsen's independent tests.
 *
 * <p>Valid if each key's calls have an explanation, invalid if one key's surely have none, and
 * unknown if a search was given up or a line has no key. What ended in {@code fail} was not done;
 * what ended in {@code info}, or not at all, may have been done at any time after its call.
 */
public final class LinearizabilityChecker implements Checker {
  /** Positions that one key's search enters at most: some 100 MB with a few hundred calls. */
  public static final int MOST_POSITIONS = 1_000_000;

  private final SequentialModel<?> model;
  private final String invariant;
  private final int mostPositions;

  /**
   * A checker.
   *
   * @param model what each key is
   * @param invariant the number in ARCHITECTURE.md of what is broken where a key has no explanation
   * @param mostPositions a key's search is given up after so many
   */
  public LinearizabilityChecker(SequentialModel<?> model, String invariant, int mostPositions) {
    this.model = model;
    this.invariant = invariant;
    this.mostPositions = mostPositions;
  }

  @Override
  public String name() {
    return "linearizable";
  }

  @Override
  public Verdict check(List<Operation> history) {
    List<String> gaps = new ArrayList<>();
    List<Verdict.Violation> violations = new ArrayList<>();
    long judged = 0;
    for (var entry : calls(history, gaps).entrySet()) {
      List<Call> calls = entry.getValue();
      switch (new WglSearch<>(model, calls, mostPositions).run()) {
        case WglSearch.Result.Found() -> {}
        case WglSearch.Result.None(Call stuck) -> violations.add(violation(entry.getKey(), stuck));
        case WglSearch.Result.TooMany() ->
            gaps.add(
                "key %s: no answer after %d positions of %d calls; fewer calls a key are judged"
                    .formatted(entry.getKey(), mostPositions, calls.size()));
      }
      judged += calls.stream().filter(call -> call.returned() != null).count();
    }
    violations.sort(Comparator.comparingLong(Verdict.Violation::timeNanos));
    return Verdict.of(name(), violations, gaps, judged);
  }

  private Verdict.Violation violation(String key, Call stuck) {
    Operation asked = stuck.invoked();
    return new Verdict.Violation(
        invariant,
        stuck.returned() == null ? asked.timeNanos() : stuck.returned().timeNanos(),
        "key %s: no order of the calls explains that '%s' %s of %s (line %d) gave %s"
            .formatted(
                key, asked.f(), stuck.argument(), asked.process(), asked.index(), stuck.answer()));
  }

  /** The calls that say something, by key. */
  private SortedMap<String, List<Call>> calls(List<Operation> history, List<String> gaps) {
    SortedMap<String, List<Call>> byKey = new TreeMap<>();
    Map<String, Operation> open = new TreeMap<>();
    for (Operation operation : history) {
      if (operation.process().equals(Operation.NEMESIS) || !model.knows(operation.f())) {
        continue;
      }
      if (operation.type() == OperationType.INVOKE) {
        Operation former = open.put(operation.process(), operation);
        if (former != null) {
          add(byKey, former, null, gaps); // it may have been done all the same
        }
        continue;
      }
      Operation invoked = open.remove(operation.process());
      if (invoked != null && operation.type() != OperationType.FAIL) {
        add(byKey, invoked, operation, gaps);
      }
    }
    open.values().forEach(invoked -> add(byKey, invoked, null, gaps));
    return byKey;
  }

  private void add(
      SortedMap<String, List<Call>> byKey,
      Operation invoked,
      @Nullable Operation ended,
      List<String> gaps) {
    Operation returned = ended != null && ended.type() == OperationType.OK ? ended : null;
    if (returned == null && model.readsOnly(invoked.f())) {
      return; // it changed nothing, and nobody knows what it saw
    }
    if (!isKeyed(invoked) || (returned != null && returned.value() != null && !isKeyed(returned))) {
      gaps.add("line " + invoked.index() + ": its value is not [key, value]");
      return;
    }
    if (returned != null && returned.value() != null && !key(returned).equals(key(invoked))) {
      gaps.add(
          "line %d: it asked for key %s, and line %d answers for %s"
              .formatted(invoked.index(), key(invoked), returned.index(), key(returned)));
      add(byKey, invoked, null, gaps); // what was asked may have been done
      return;
    }
    byKey.computeIfAbsent(key(invoked), _ -> new ArrayList<>()).add(new Call(invoked, returned));
  }

  /** As JSON: the number 1 and the text "1" are two keys. */
  private static String key(Operation line) {
    JsonNode value = line.value();
    return value == null ? "" : value.path(0).toString();
  }

  private static boolean isKeyed(Operation line) {
    JsonNode value = line.value();
    return value != null && value.isArray() && value.size() == 2 && value.get(0).isValueNode();
  }
}
