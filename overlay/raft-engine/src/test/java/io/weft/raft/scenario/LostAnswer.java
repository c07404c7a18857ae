package io.weft.raft.scenario;

import java.util.concurrent.Callable;

/** Mend 11: the others have a new leader's first entry, but only answer its heartbeats. */
public final class LostAnswer implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      a.loseAnswersToEntries = true;
      a.becomeLeader();
      a.runtime.runUntil(() -> a.raft.getCommitIndex() > 0, 60_000);
      return "committed: " + (a.raft.getCommitIndex() > 0);
    }
  }
}
