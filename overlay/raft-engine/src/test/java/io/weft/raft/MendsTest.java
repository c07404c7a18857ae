package io.weft.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.raft.mend.CommitOnHeartbeat;
import io.weft.raft.mend.CountOnlyMembers;
import io.weft.raft.mend.FlushBeforeAcknowledge;
import io.weft.raft.mend.FollowLaterLeader;
import io.weft.raft.mend.GuardSessionSequence;
import io.weft.raft.mend.KeepVote;
import io.weft.raft.mend.Mend;
import io.weft.raft.mend.ReadAfterFirstEntry;
import io.weft.raft.mend.RefuseStaleConfigure;
import io.weft.raft.mend.StepDownOnConfigure;
import io.weft.raft.mend.ZeroTruncatedTail;
import io.weft.raft.scenario.AcknowledgeAndCutPower;
import io.weft.raft.scenario.ConfigureOfALaterTerm;
import io.weft.raft.scenario.ConfigureOfAnOldTerm;
import io.weft.raft.scenario.LeaderTakesItselfOut;
import io.weft.raft.scenario.LostAnswer;
import io.weft.raft.scenario.OutByAShorterLog;
import io.weft.raft.scenario.ReadByANewLeader;
import io.weft.raft.scenario.TruncateAndReopen;
import io.weft.raft.scenario.TwoThreadsInOneSession;
import io.weft.raft.scenario.VoteAfterSilence;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each mend against the original: the fault is there without it, and gone with it (INV-RAFT-1). */
class MendsTest {
  private static void shows(
      Class<?> scenario, Class<? extends Mend> mend, String without, String with) throws Exception {
    assertThat(MendingLoader.run(scenario, Optional.of(mend))).as("without").isEqualTo(without);
    assertThat(MendingLoader.run(scenario, Optional.empty())).as("with").isEqualTo(with);
  }

  @Test
  void mend1AStaleLeaderStepsDownWhenItIsConfiguredByTheNextTerm() throws Exception {
    shows(
        ConfigureOfALaterTerm.class,
        StepDownOnConfigure.class,
        "LEADER of the next term: true",
        "FOLLOWER of the next term: true");
  }

  @Test
  void mend2AFollowerVotesOnceInATerm() throws Exception {
    shows(
        VoteAfterSilence.class,
        KeepVote.class,
        "voted for b: true, for c: true, in term 5",
        "voted for b: true, for c: false, in term 5");
  }

  @Test
  void mend3ANewLeaderIsReadOnlyAfterItsFirstEntryIsCommitted() throws Exception {
    shows(ReadByANewLeader.class, ReadAfterFirstEntry.class, "old", "new");
  }

  @Test
  void mend4AConfigurationOfAnOldTermIsRefused() throws Exception {
    shows(
        ConfigureOfAnOldTerm.class,
        RefuseStaleConfigure.class,
        "OK, members: 2",
        "ERROR, members: 3");
  }

  @Test
  void mend5TruncatedEntriesStayAwayAfterARestart() throws Exception {
    shows(
        TruncateAndReopen.class,
        ZeroTruncatedTail.class,
        "old 1, old 2, new 3, old 4, old 5",
        "old 1, old 2, new 3");
  }

  @Test
  void mend6WhatIsAcknowledgedIsOnDisk() throws Exception {
    shows(
        AcknowledgeAndCutPower.class,
        FlushBeforeAcknowledge.class,
        "on disk at the follower: false, at the leader: false",
        "on disk at the follower: true, at the leader: true");
  }

  @Test
  void mend8ASessionsNumbersAreChangedByOneThreadAtATime() throws Exception {
    shows(TwoThreadsInOneSession.class, GuardSessionSequence.class, "it passes", "it waits");
  }

  @Test
  void mend11AnEntryIsCommittedThoughTheAnswerThatSaidSoWasLost() throws Exception {
    shows(LostAnswer.class, CommitOnHeartbeat.class, "committed: false", "committed: true");
  }

  @Test
  void mend12ALeaderThatTakesItselfOutDoesNotCountItself() throws Exception {
    shows(
        LeaderTakesItselfOut.class,
        CountOnlyMembers.class,
        "out by the word of one: true",
        "out by the word of one: false");
  }

  @Test
  void mend13ALeaderGoesByItsOwnChangesThoughItWasToldOfAConfigurationFurtherOn() throws Exception {
    shows(
        OutByAShorterLog.class,
        FollowLaterLeader.class,
        "taken out: OK, and still counted in: true",
        "taken out: OK, and still counted in: false");
  }
}
