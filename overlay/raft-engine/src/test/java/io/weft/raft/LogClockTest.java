package io.weft.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogClockTest {
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long WALL = 1_800_000_000_000L;

  @Test
  void runsLikeTheWallClockWhenThatIsNotSetAnew() {
    LogClock clock = new LogClock(WALL, -5 * SECOND_NANOS);
    assertThat(clock.millis(WALL + 7_500, 2 * SECOND_NANOS + SECOND_NANOS / 2))
        .isEqualTo(WALL + 7_500);
  }

  @Test
  void aWallClockThatIsSetAnewMovesItOnlyByASmallPartOfTheTimeThatPasses() {
    LogClock clock = new LogClock(WALL, 0);
    assertThat(clock.millis(WALL + 16_000 + 3_600_000, 16 * SECOND_NANOS))
        .isEqualTo(WALL + 16_000 + 1_000);
    LogClock behind = new LogClock(WALL, 0);
    assertThat(behind.millis(WALL + 16_000 - 3_600_000, 16 * SECOND_NANOS))
        .isEqualTo(WALL + 16_000 - 1_000);
  }

  @Test
  void takesOverTheTimeOfTheFirstLeaderItHears() {
    LogClock clock = new LogClock(WALL + 114_000, 0); // begun after its wall clock was set wrong
    clock.heard(WALL + 2_000, WALL + 116_000, 2 * SECOND_NANOS);
    assertThat(clock.millis(WALL + 116_500, 2 * SECOND_NANOS + SECOND_NANOS / 2))
        .isEqualTo(WALL + 2_500);
  }

  @Test
  void goesForwardWithALeaderAtOnce() {
    LogClock clock = agreed();
    clock.heard(WALL + 60_000, WALL + 5_000, 5 * SECOND_NANOS);
    assertThat(clock.millis(WALL + 5_000, 5 * SECOND_NANOS)).isEqualTo(WALL + 60_000);
  }

  @Test
  void goesBackWithALeaderThatStaysBehind() {
    LogClock clock = agreed();
    for (int second = 10; second <= 12; second++) {
      clock.heard(WALL + (second - 9) * 1_000L, WALL + second * 1_000L, second * SECOND_NANOS);
    }
    assertThat(clock.millis(WALL + 12_000, 12 * SECOND_NANOS)).isEqualTo(WALL + 3_000);
  }

  @Test
  void whoLeadsWhileItIsInDoubtGoesByTheLeaderThatItHeard() {
    LogClock clock = agreed();
    clock.heard(WALL + 1_000, WALL + 10_000, 10 * SECOND_NANOS);
    clock.heard(WALL + 2_000, WALL + 11_000, 11 * SECOND_NANOS); // not for long enough to be sure
    assertThat(clock.agreedMillis(WALL + 12_000, 12 * SECOND_NANOS)).hasValue(WALL + 3_000);
    assertThat(clock.leads(WALL + 12_000, 12 * SECOND_NANOS)).isEqualTo(WALL + 3_000);
    assertThat(clock.leads(WALL + 13_000, 13 * SECOND_NANOS))
        .isBetween(WALL + 4_000, WALL + 4_100); // and draws towards its wall clock
  }

  @Test
  void aMessageThatWasOnItsWayDoesNotSetItBack() {
    LogClock clock = agreed();
    clock.heard(WALL + 4_100, WALL + 5_000, 5 * SECOND_NANOS);
    for (int second = 10; second < 20; second++) { // each other one is late
      clock.heard(
          WALL + second * 1_000L - (second % 2) * 9_000L,
          WALL + second * 1_000L,
          second * SECOND_NANOS);
    }
    assertThat(clock.millis(WALL + 19_000, 19 * SECOND_NANOS)).isEqualTo(WALL + 19_000);
  }

  @Test
  void aHeapOfOldMessagesDoesNotSetItBack() {
    LogClock clock = agreed();
    for (int second = 10; second < 60; second++) { // this process slept, and reads all at once
      clock.heard(WALL + second * 1_000L, WALL + 60_000, 60 * SECOND_NANOS);
    }
    assertThat(clock.millis(WALL + 60_000, 60 * SECOND_NANOS)).isEqualTo(WALL + 60_000);
  }

  @Test
  void whoAsksToBeElectedTakesOverTheClustersTimeFromAVoter() {
    for (long wrong : new long[] {109_000, -109_000}) {
      LogClock clock = new LogClock(WALL + wrong, 0);
      assertThat(clock.agreedMillis(WALL + wrong, 0)).isEmpty();
      clock.told(WALL + 100, WALL + wrong, 0);
      assertThat(clock.agreedMillis(WALL + wrong + 200, SECOND_NANOS / 5)).hasValue(WALL + 300);
    }
  }

  @Test
  void aVotersAnswerThatWasLongOnItsWayIsCorrectedByTheNextOne() {
    LogClock clock = new LogClock(WALL, 0);
    clock.told(WALL - 3_600_000, WALL, 0);
    clock.told(WALL, WALL, 0);
    clock.told(WALL - 1_000, WALL, 0);
    assertThat(clock.millis(WALL, 0)).isEqualTo(WALL);
  }

  @Test
  void aLeadersClockAndThatOfWhoFollowsOneAreTheClusters() {
    LogClock clock = new LogClock(WALL, 0);
    assertThat(clock.leads(WALL, 0)).isEqualTo(WALL);
    clock.told(WALL - 60_000, WALL, 0);
    clock.told(WALL + 60_000, WALL, 0);
    assertThat(clock.agreedMillis(WALL, 0)).hasValue(WALL);
    assertThat(agreed().agreedMillis(WALL, 0)).hasValue(WALL);
  }

  private static LogClock agreed() {
    LogClock clock = new LogClock(WALL, 0);
    clock.heard(WALL, WALL, 0);
    return clock;
  }
}
