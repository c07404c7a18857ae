package io.weft.simulator.checker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.checker.Verdict.Outcome;
import io.weft.simulator.history.Fault;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.MembersRead;
import io.weft.simulator.history.Operation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Known-good and known-bad histories; the bound is 10 s of the history's own clock. */
class MembershipCheckerTest {
  private static final long SECOND = 1_000_000_000L;

  private final Script script = new Script();
  private final MembershipChecker checker = new MembershipChecker(10 * SECOND);

  @Test
  void a_cut_that_is_seen_on_both_sides_and_healed_is_valid() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.cutAt(20);
    script.read(22, "a", "alive alive alive");
    script.read(25, "a", "alive suspect suspect");
    script.read(32, "a", "alive failed failed");
    script.read(32, "b", "failed alive alive");
    script.read(32, "c", "failed alive alive");
    script.nemesis(40, new Fault.Heal());
    script.read(42, "a", "alive failed failed");
    script.readAllAlive(52);

    Verdict verdict = checker.check(script.history());

    assertThat(verdict.outcome()).isEqualTo(Outcome.VALID);
    assertThat(verdict.judged()).isGreaterThan(20);
  }

  @Test
  void a_cut_host_still_held_alive_after_the_bound_breaks_completeness() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.cutAt(20);
    script.read(35, "b", "alive alive alive");

    assertInvalid("INV-MEM-1", "b holds alive: a, which is gone");
  }

  @Test
  void a_cut_host_still_suspect_after_the_bound_breaks_completeness() {
    script.wholeAt(0);
    script.cutAt(20);
    script.read(35, "c", "suspect alive alive");

    assertInvalid("INV-MEM-1", "c holds suspect: a, which is gone");
  }

  @Test
  void a_reachable_host_held_failed_breaks_accuracy_even_while_another_is_cut_off() {
    script.wholeAt(0);
    script.cutAt(20);
    script.read(35, "b", "failed alive failed");

    assertInvalid("INV-MEM-2", "b holds failed: c, which is live");
  }

  @Test
  void a_forgotten_live_host_breaks_accuracy() {
    script.wholeAt(0);
    script.read(12, "a", "alive alive -");

    assertInvalid("INV-MEM-2", "a does not know: c, which is live");
  }

  @Test
  void a_healed_network_that_stays_split_breaks_reconvergence() {
    script.wholeAt(0);
    script.cutAt(20);
    script.nemesis(40, new Fault.Heal());
    script.read(52, "a", "alive suspect alive");

    assertInvalid("INV-MEM-5", "a holds suspect: b, which is healed");
  }

  @Test
  void a_crashed_host_must_be_known_to_be_gone_and_back() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.nemesis(20, new Fault.Crash(List.of("c")));
    script.read(32, "a", "alive alive failed");
    script.read(32, "b", "alive alive failed");
    script.nemesis(40, new Fault.Restart(List.of("c")));
    script.readAllAlive(52);

    assertThat(checker.check(script.history()).outcome()).isEqualTo(Outcome.VALID);
  }

  @Test
  void a_read_that_began_before_the_bound_is_not_judged() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.cutAt(20);
    script.slowRead(29, 31, "b", "alive alive alive");
    script.readAll(32, "alive failed failed", "failed alive alive", "failed alive alive");

    assertThat(checker.check(script.history()).outcome()).isEqualTo(Outcome.VALID);
  }

  @Test
  void a_bridge_leaves_the_two_it_joins_unjudged_of_each_other() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.nemesis(20, new Fault.Partition(List.of(List.of("a", "b"), List.of("b", "c"))));
    script.readAll(32, "alive alive failed", "alive alive alive", "alive alive alive");

    assertThat(checker.check(script.history()).outcome()).isEqualTo(Outcome.VALID);
  }

  @Test
  void an_era_in_which_a_host_was_not_read_is_unknown_never_valid() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.cutAt(20);
    script.read(35, "a", "alive failed failed");
    script.read(35, "b", "failed alive alive");

    Verdict verdict = checker.check(script.history());

    assertThat(verdict.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(verdict.gaps()).singleElement().asString().startsWith("c was not read");
  }

  @Test
  void a_fault_of_which_nobody_knows_whether_it_held_leaves_the_verdict_unknown() {
    script.wholeAt(0);
    script.readAllAlive(12);
    script.unknownNemesis(20);
    script.readAllAlive(40);

    assertThat(checker.check(script.history()).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void an_empty_history_is_unknown() {
    assertThat(checker.check(List.of()).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  private void assertInvalid(String invariant, String detail) {
    Verdict verdict = checker.check(script.history());
    assertThat(verdict.outcome()).isEqualTo(Outcome.INVALID);
    assertThat(verdict.violations())
        .anySatisfy(
            violation -> {
              assertThat(violation.invariant()).isEqualTo(invariant);
              assertThat(violation.detail()).isEqualTo(detail);
            });
  }

  /** Writes histories of the three hosts a, b and c, at whole seconds. */
  private static final class Script {
    private long nowNanos;
    private final HistoryRecorder recorder = new HistoryRecorder(() -> nowNanos);

    List<Operation> history() {
      return recorder.history();
    }

    void wholeAt(long second) {
      nemesis(second, new Fault.Cluster(List.of("a", "b", "c")));
    }

    void cutAt(long second) {
      nemesis(second, new Fault.Partition(List.of(List.of("a"), List.of("b", "c"))));
    }

    void nemesis(long second, Fault fault) {
      nowNanos = second * SECOND;
      recorder.invoke(Operation.NEMESIS, fault.f(), fault.toJson());
      recorder.ok(Operation.NEMESIS, fault.f(), fault.toJson());
    }

    void unknownNemesis(long second) {
      nowNanos = second * SECOND;
      recorder.invoke(Operation.NEMESIS, "heal", null);
      recorder.info(Operation.NEMESIS, "heal", "the probe timed out");
    }

    void readAllAlive(long second) {
      readAll(second, "alive alive alive", "alive alive alive", "alive alive alive");
    }

    void readAll(long second, String ofA, String ofB, String ofC) {
      read(second, "a", ofA);
      read(second, "b", ofB);
      read(second, "c", ofC);
    }

    void read(long second, String observer, String states) {
      slowRead(second, second, observer, states);
    }

    void slowRead(long from, long to, String observer, String states) {
      String[] words = states.split(" ", -1);
      TreeMap<String, String> view =
          new TreeMap<>(Map.of("a", words[0], "b", words[1], "c", words[2]));
      view.values().removeIf("-"::equals);
      nowNanos = from * SECOND;
      recorder.invoke("reader-" + observer, MembersRead.F, null);
      nowNanos = to * SECOND;
      recorder.ok("reader-" + observer, MembersRead.F, new MembersRead(observer, view).toJson());
    }
  }
}
