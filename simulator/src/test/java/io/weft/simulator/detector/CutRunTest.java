package io.weft.simulator.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CutRunTest {
  private static final long SECOND = 1_000_000_000L;

  private static CutResult run(CutPlan.Fault fault) {
    return CutRun.of(new CutPlan(5, 60, Preset.WEFT.config(), 3, fault, 60 * SECOND));
  }

  @ParameterizedTest
  @EnumSource(CutPlan.Fault.class)
  void noHealthyMemberCallsAnotherFailedAndTheSamePlanTakesTheSameWay(CutPlan.Fault fault) {
    CutResult one = run(fault);
    assertThat(one.falsePositivesAtHealthy()).isZero();
    assertThat(run(fault)).usingRecursiveComparison().isEqualTo(one);
  }

  @Test
  void whoCrashedIsOutOfEachViewSoonAndStaysOut() {
    CutResult crash = run(CutPlan.Fault.CRASH);
    assertThat(crash.outSeconds()).isBetween(1.0, 15.0);
    assertThat(crash.sickInView()).isZero();
    assertThat(crash.viewChanges()).isEqualTo(3);
  }

  /**
   * What a sick one says spreads, and so does the refutation, but that may miss one who is well:
   * with these seeds one called another failed, after a suspicion that nobody vouched for.
   */
  @ParameterizedTest
  @CsvSource({
    "FLIP_FLOP, 2",
    "FLIP_FLOP, 8",
    "FLIP_FLOP, 14",
    "INGRESS_LOSS, 7",
    "INGRESS_LOSS, 10",
    "INGRESS_LOSS, 11"
  })
  void whoMissedTheRefutationOfHearsayAsksBeforeItBelieves(CutPlan.Fault fault, long seed) {
    CutPlan plan = new CutPlan(seed, 100, Preset.WEFT.config(), 3, fault, 240 * SECOND);
    assertThat(CutRun.of(plan).falsePositivesAtHealthy()).isZero();
  }

  /** Gone, back, gone, back, and gone for good: Rapid's aim, for which it needs a consensus. */
  @ParameterizedTest
  @EnumSource(names = {"FLIP_FLOP", "INGRESS_LOSS"})
  void whoComesAndGoesOrHearsAFifthOnlyStaysOutSoonerOrLater(CutPlan.Fault fault) {
    CutResult cut = CutRun.of(new CutPlan(5, 100, Preset.WEFT.config(), 3, fault, 240 * SECOND));
    assertThat(cut.falsePositivesAtHealthy()).isZero();
    assertThat(cut.outSeconds()).isBetween(1.0, 60.0);
    assertThat(cut.sickInView()).isZero();
    assertThat(cut.viewChanges()).isLessThanOrEqualTo(3 * 5);
  }
}
