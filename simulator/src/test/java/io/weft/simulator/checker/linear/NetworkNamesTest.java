package io.weft.simulator.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.checker.Verdict;
import io.weft.simulator.checker.Verdict.Outcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known-good and known-bad histories of a network's name, as {@link RegisterHistories} reads. */
class NetworkNamesTest {
  private static Verdict check(String text) {
    String history = text.replace("create", "create-network").replace("remove", "remove-network");
    return new LinearizabilityChecker(new NetworkNames(), "INV-RAFT-1", 100_000)
        .check(RegisterHistories.of(history));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // made, taken, gone, free
        "a> create, a< create 1, b> create, b< create null, b> remove, b< remove 1, a> remove, a< remove null",
        // of two at once, either may be the first
        "a> create, b> create, a< create null, b< create 1, a> remove, a< remove 1",
        // gone and made anew beside a call that found it free
        "a> create, a< create 1, a> remove, b> remove, b< remove null, a< remove 1",
        // one that nobody answered made it
        "a> create, a? create, b> create, b< create null, b> remove, b< remove 7",
        // or made it later, or never
        "a> create, a? create, b> remove, b< remove null, b> create, b< create null",
        "a> create, a? create, b> create, b< create 2, b> remove, b< remove 2",
        // one that nobody answered removed it
        "a> create, a< create 1, b> remove, b? remove, a> create, a< create 2",
        // one that failed did nothing
        "a> create, a! create, b> remove, b< remove null",
      })
  void anExplanationIsFound(String text) {
    Verdict verdict = check(text);

    assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.VALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // made twice
        "a> create, a< create 1, b> create, b< create 2",
        // done, and forgotten
        "a> create, a< create 1, b> remove, b< remove null",
        // gone, and yet there
        "a> create, a< create 1, a> remove, a< remove 1, b> create, b< create null",
        // removed twice
        "a> create, a< create 1, a> remove, b> remove, a< remove 1, b< remove 1",
        // another one was removed
        "a> create, a< create 1, b> remove, b< remove 2",
        // a call was told that it did nothing, though it was its own doing that it found
        "a> create, a< create null, b> remove, b< remove 1",
        // what failed was done
        "a> create, a! create, b> create, b< create null",
      })
  void noExplanationIsThere(String text) {
    Verdict verdict = check(text);

    assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.INVALID);
    assertThat(verdict.violations().getFirst().invariant()).isEqualTo("INV-RAFT-1");
  }
}
