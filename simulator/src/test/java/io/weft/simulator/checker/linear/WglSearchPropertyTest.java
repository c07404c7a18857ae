package io.weft.simulator.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.checker.Verdict.Outcome;
import io.weft.simulator.history.Operation;
import io.weft.simulator.history.OperationType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/** The search says what trying out all orders says, and accepts what a real register did. */
class WglSearchPropertyTest {
  private static final RegisterModel MODEL = new RegisterModel();

  private static Outcome check(List<Operation> history) {
    return new LinearizabilityChecker(MODEL, "INV-RAFT-1", 1_000_000).check(history).outcome();
  }

  @Property(tries = 3_000)
  void theSearchAgreesWithAllOrdersTriedOut(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int calls) {
    List<Operation> history = RegisterHistories.of(anything(new Random(seed), calls));

    boolean found = explained(MODEL.initial(), calls(history));

    assertThat(check(history) == Outcome.INVALID).isEqualTo(!found);
  }

  @Property(tries = 200)
  void whatARealRegisterDidIsAccepted(@ForAll long seed) {
    assertThat(check(RegisterHistories.of(realRegister(new Random(seed), 120))))
        .isEqualTo(Outcome.VALID);
  }

  @Property(tries = 200)
  void oneWrongAnswerOfARealRegisterIsFound(@ForAll long seed) {
    String lines = realRegister(new Random(seed), 60) + ", liar> read, liar< read 999";

    assertThat(check(RegisterHistories.of(lines))).isEqualTo(Outcome.INVALID);
  }

  /** Calls and returns of a few processes with answers out of thin air; ends with a read. */
  private static String anything(Random random, int calls) {
    List<String> lines = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      String call =
          switch (random.nextInt(3)) {
            case 0 -> "write " + random.nextInt(2);
            case 1 -> "cas " + random.nextInt(2) + ":" + random.nextInt(2);
            default -> "read";
          };
      lines.add("p" + i + "> " + call);
      open.add("p" + i + " " + call.split(" ", -1)[0]);
      while (!open.isEmpty() && random.nextInt(3) > 0) {
        lines.add(end(open.remove(random.nextInt(open.size())), random));
      }
    }
    lines.add("last> read");
    lines.add("last< read " + random.nextInt(2));
    return String.join(", ", lines);
  }

  private static String end(String call, Random random) {
    String[] words = call.split(" ", -1);
    if (random.nextInt(6) == 0) {
      return words[0] + "? " + words[1];
    }
    return words[0] + "< " + words[1] + (words[1].equals("read") ? " " + random.nextInt(2) : "");
  }

  /** What processes see that ask one register, each at a moment between its call and its return. */
  private static String realRegister(Random random, int steps) {
    List<String> lines = new ArrayList<>();
    @Nullable String[] asked = new String[5];
    @Nullable String[] answer = new String[5];
    String value = "null";
    int names = 0;
    String[] name = new String[5];
    for (int step = 0; step < steps; step++) {
      int p = random.nextInt(asked.length);
      String question = asked[p];
      if (question == null) {
        asked[p] = random.nextBoolean() ? "read" : "write " + random.nextInt(9);
        answer[p] = null;
        name[p] = "p" + p + "n" + names++;
        lines.add(name[p] + "> " + asked[p]);
      } else if (answer[p] == null) {
        answer[p] = question.equals("read") ? "read " + value : "write";
        value = question.equals("read") ? value : question.substring("write ".length());
      } else {
        lines.add(name[p] + "< " + answer[p]);
        asked[p] = null;
      }
    }
    return String.join(", ", lines);
  }

  private static List<Call> calls(List<Operation> history) {
    List<Call> calls = new ArrayList<>();
    for (Operation asked : history) {
      if (asked.type() != OperationType.INVOKE) {
        continue;
      }
      Operation returned =
          history.stream()
              .filter(o -> o.type() == OperationType.OK)
              .filter(o -> o.process().equals(asked.process()))
              .findFirst()
              .orElse(null);
      calls.add(new Call(asked, returned));
    }
    return calls;
  }

  /** Whether some order that keeps to the times explains all that returned: by trying out all. */
  private static boolean explained(String state, List<Call> left) {
    if (left.stream().allMatch(call -> call.returned() == null)) {
      return true;
    }
    for (Call next : left) {
      boolean first =
          left.stream()
              .allMatch(
                  other ->
                      other.returned() == null
                          || other.returned().index() > next.invoked().index());
      Optional<String> after = first ? MODEL.step(state, next) : Optional.empty();
      if (after.isPresent()) {
        List<Call> rest = new ArrayList<>(left);
        rest.remove(next);
        if (explained(after.get(), rest)) {
          return true;
        }
      }
    }
    return false;
  }
}
