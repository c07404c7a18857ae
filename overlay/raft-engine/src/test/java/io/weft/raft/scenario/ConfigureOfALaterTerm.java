package io.weft.raft.scenario;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import java.util.concurrent.Callable;

/** Mend 1: a leader is told of the next term by that term's leader. */
public final class ConfigureOfALaterTerm implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      a.becomeLeader();
      long term = a.raft.getTerm();
      Object _ =
          a.ask(
              Object.class,
              "Configure",
              ConfigureRequest.builder()
                  .withTerm(term + 1)
                  .withLeader(MemberId.from("b"))
                  .withIndex(0)
                  .withTime(1)
                  .withMembers(a.raft.getCluster().getConfiguration().members())
                  .build());
      return a.raft.getRole() + " of the next term: " + (a.raft.getTerm() == term + 1);
    }
  }
}
