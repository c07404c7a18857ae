package io.weft.raft.scenario;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Mend 2: a follower votes for b, follows it, hears it no more, and is asked by c, all in term 5.
 */
public final class VoteAfterSilence implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      boolean forB = vote(a, "b");
      Object _ = a.ask(Object.class, "Append", Member.append(5, "b", 0, 0, 0, List.of()));
      a.runtime.runUntil(() -> a.raft.getLeader() == null, 10_000);
      boolean forC = vote(a, "c");
      return "voted for b: " + forB + ", for c: " + forC + ", in term " + a.raft.getTerm();
    }
  }

  private static boolean vote(Member a, String candidate) {
    VoteResponse response =
        a.ask(
            VoteResponse.class,
            "Vote",
            VoteRequest.builder()
                .withTerm(5)
                .withCandidate(MemberId.from(candidate))
                .withLastLogIndex(0)
                .withLastLogTerm(0)
                .build());
    return response.voted();
  }
}
