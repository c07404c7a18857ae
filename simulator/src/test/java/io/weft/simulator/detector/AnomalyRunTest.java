package io.weft.simulator.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnomalyRunTest {
  private static final long SECOND = 1_000_000_000L;

  private static AnomalyResult run(Preset preset, AnomalyPlan.Kind kind, long blocked, long span) {
    return AnomalyRun.of(
        new AnomalyPlan(
            3, 48, preset.config(), 12, blocked * SECOND, SECOND / 1_000, span * SECOND, kind));
  }

  @Test
  void theSamePlanTakesTheSameWay() {
    AnomalyResult one = run(Preset.WEFT, AnomalyPlan.Kind.BLOCKED, 16, 40);
    assertThat(run(Preset.WEFT, AnomalyPlan.Kind.BLOCKED, 16, 40)).isEqualTo(one);
  }

  @Test
  void membersThatStandStillMakeNoHealthyOneCallAnotherFailedAndSWIMsDo() {
    assertThat(standingStill(Preset.WEFT).falsePositivesAtHealthy()).isZero();
    assertThat(standingStill(Preset.SWIM).falsePositivesAtHealthy()).isPositive();
  }

  private static AnomalyResult standingStill(Preset preset) {
    return AnomalyRun.of(
        new AnomalyPlan(
            3,
            128,
            preset.config(),
            4,
            4 * SECOND,
            SECOND / 1_000,
            60 * SECOND,
            AnomalyPlan.Kind.FROZEN));
  }

  @Test
  void membersWhoseMessagesWaitHardlyMakeAnybodyCallAHealthyOneFailed() {
    AnomalyResult weft = run(Preset.WEFT, AnomalyPlan.Kind.BLOCKED, 16, 60);
    AnomalyResult swim = run(Preset.SWIM, AnomalyPlan.Kind.BLOCKED, 16, 60);
    assertThat(weft.falsePositivesAtHealthy() * 1_000)
        .isLessThanOrEqualTo(swim.falsePositivesAtHealthy());
    assertThat(weft.falsePositives() * 20).isLessThanOrEqualTo(swim.falsePositives());
  }

  /** A pause of three seconds and a half is no death, in a cluster of any size. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 7, 10, 20, 40})
  void aProcessThatStandsStillForAMomentIsNotFailed(int members) {
    for (long seed = 1; seed <= 20; seed++) {
      AnomalyResult result =
          AnomalyRun.of(
              new AnomalyPlan(
                  seed,
                  members,
                  Preset.WEFT.config(),
                  1,
                  7 * SECOND / 2,
                  SECOND,
                  SECOND / 1_000,
                  AnomalyPlan.Kind.FROZEN));
      assertThat(result.firstNanos()).isEmpty();
      assertThat(result.falsePositives()).isZero();
    }
  }

  @Test
  void whoIsGoneIsFoundInLessThanHalfOfSWIMsTimeAndByAllSoonAfter() {
    AnomalyResult weft = run(Preset.WEFT, AnomalyPlan.Kind.BLOCKED, 60, 1);
    AnomalyResult swim = run(Preset.SWIM, AnomalyPlan.Kind.BLOCKED, 60, 1);
    assertThat(weft.fullNanos()).hasSize(12);
    assertThat(median(weft.firstNanos())).isLessThan(median(swim.firstNanos()) / 2);
    assertThat(median(weft.fullNanos())).isLessThan(median(swim.fullNanos()) * 3 / 5);
  }

  private static long median(java.util.List<Long> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
