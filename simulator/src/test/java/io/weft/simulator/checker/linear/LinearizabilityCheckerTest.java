package io.weft.simulator.checker.linear;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.checker.Verdict;
import io.weft.simulator.checker.Verdict.Outcome;
import io.weft.simulator.history.HistoryCodec;
import io.weft.simulator.history.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Known-good and known-bad histories of registers, as text: {@code process type f value}. */
class LinearizabilityCheckerTest {
  private final LinearizabilityChecker checker =
      new LinearizabilityChecker(new RegisterModel(), "INV-RAFT-1", 100_000);

  private Verdict check(String text) {
    return checker.check(RegisterHistories.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // one after the other
        "a> write 1, a< write, b> read, b< read 1, a> write 2, a< write, b> read, b< read 2",
        // a read beside a write may see either
        "a> write 1, b> read, c> read, b< read 1, c< read null, a< write",
        // overlapping writes may be done in either order, and all agree afterwards
        "a> write 1, b> write 2, a< write, b< write, c> read, c< read 1, d> read, d< read 1",
        // a write that nobody answered may be done late
        "a> write 1, a? write, b> read, b< read null, b> read, b< read 1",
        // or never
        "a> write 1, a? write, b> read, b< read null, b> read, b< read null",
        // or not even have ended when the history does
        "a> write 1, b> read, b< read 1",
        // compare and set, twice in a row
        "a> write 1, a< write, b> cas 1:2, b< cas, c> cas 2:3, c< cas, a> read, a< read 3",
        // one that failed has not been done
        "a> write 1, a< write, b> cas 5:2, b! cas, a> read, a< read 1",
        // one that nobody answered explains the value
        "a> write 1, a< write, b> cas 1:2, b? cas, a> read, a< read 2",
        // reads that nobody answered say nothing
        "a> write 1, a< write, b> read, b? read, c> read, c< read 1",
      })
  void anExplanationIsFound(String text) {
    Verdict verdict = check(text);

    assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.VALID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // a value that nobody wrote
        "a> write 1, a< write, b> read, b< read 2",
        // an old value after the write has returned
        "a> write 1, a< write, a> write 2, a< write, b> read, b< read 1",
        // new, then old again, beside one write
        "a> write 1, b> read, b< read 1, b> read, b< read null, a< write",
        // two see overlapping writes in different orders
        "a> write 1, b> write 2, a< write, b< write, c> read, c< read 1, c> read, c< read 2",
        // a write that failed was seen
        "a> write 1, a! write, b> read, b< read 1",
        // two from one value: an update is lost
        "a> write 1, a< write, b> cas 1:2, c> cas 1:3, b< cas, c< cas",
        // one that could not have been done
        "a> write 1, a< write, b> cas 5:2, b< cas",
        // one that nobody answered, seen and then not
        "a> write 1, a? write, b> read, b< read 1, b> read, b< read null",
        // what was acknowledged is lost
        "a> write 1, a< write, b> read, b< read null",
      })
  void whereThereIsNoneItIsSaid(String text) {
    Verdict verdict = check(text);

    assertThat(verdict.outcome()).as(verdict.toString()).isEqualTo(Outcome.INVALID);
  }

  @Test
  void eachKeyIsJudgedByItself() {
    Verdict verdict =
        checker.check(
            RegisterHistories.of(
                "a> write 1, a< write, b> write@y 7, b< write@y, c> read, c< read 1, d> read@y, d< read@y 8"));

    assertThat(verdict.violations())
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.invariant()).isEqualTo("INV-RAFT-1");
              assertThat(violation.detail())
                  .isEqualTo(
                      "key \"y\": no order of the calls explains that 'read' null of d (line 6) gave 8");
            });
    assertThat(verdict.judged()).isEqualTo(4);
  }

  @Test
  void whoGivesUpSaysSo() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      text.append("w%d> write %d, ".formatted(i, i));
    }
    for (int i = 0; i < 12; i++) {
      text.append("w%d< write, ".formatted(i));
    }
    Verdict verdict =
        new LinearizabilityChecker(new RegisterModel(), "INV-RAFT-1", 1_000)
            .check(RegisterHistories.of(text + "r> read, r< read 99"));

    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.gaps())
        .containsExactly(
            "key \"x\": no answer after 1000 positions of 13 calls; fewer calls a key are judged");
  }

  /** One write, with what it was asked and answered as JSON. */
  private Verdict written(String asked, String answered) {
    return checker.check(List.of(line(0, "invoke", asked), line(1, "ok", answered)));
  }

  private static Operation line(int index, String type, String value) {
    return HistoryCodec.parse(
        """
        {"index":%d,"time":%d,"process":"a","type":"%s","f":"write","value":%s,"error":null}"""
            .formatted(index, index, type, value),
        index + 1);
  }

  @Test
  void aLineWithoutAKeyLeavesTheVerdictUnknown() {
    Verdict verdict = written("3", "null");

    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.gaps()).containsExactly("line 0: its value is not [key, value]");
  }

  @Test
  void anAnswerForAnotherKeyLeavesTheVerdictUnknown() {
    Verdict verdict = written("[1,3]", "[2,3]");

    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.gaps())
        .containsExactly("line 0: it asked for key 1, and line 1 answers for 2");
  }

  @Test
  void readsThatWereAnsweredForAnotherKeyDoNotEnlargeTheSearch() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      text.append("r%d> read, r%d< read@y 1, ".formatted(i, i));
    }
    Verdict verdict =
        new LinearizabilityChecker(new RegisterModel(), "INV-RAFT-1", 100)
            .check(RegisterHistories.of(text + "a> write 1, a< write, a> read, a< read 2"));

    assertThat(verdict.gaps())
        .hasSize(12)
        .startsWith("line 0: it asked for key \"x\", and line 1 answers for \"y\"");
    assertThat(verdict.violations()).hasSize(1);
  }

  @Test
  void aNumberAndItsTextAreTwoKeys() {
    assertThat(written("[1,3]", "[\"1\",3]").gaps()).hasSize(1);
  }
}
