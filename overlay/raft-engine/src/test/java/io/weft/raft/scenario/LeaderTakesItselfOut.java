package io.weft.raft.scenario;

import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Mend 12: of three members the leader takes itself out, and only one of the other two answers: one
 * of two is no majority.
 */
public final class LeaderTakesItselfOut implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      a.becomeLeader();
      long _ = a.openSession();
      a.silent = "c";
      LeaveRequest request =
          LeaveRequest.builder().withMember(a.raft.getCluster().getMember()).build();
      @Nullable LeaveResponse response = a.ask(LeaveResponse.class, "Leave", request);
      boolean out = response != null && response.status() == RaftResponse.Status.OK;
      return "out by the word of one: " + out;
    }
  }
}
