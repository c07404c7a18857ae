package io.weft.raft.scenario;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Mend 13: b, which leads, takes itself out and tells a so before a has the entry. Then a leads by
 * its own shorter log, and takes c out.
 */
public final class OutByAShorterLog implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      Object _ =
          a.ask(
              Object.class,
              "Configure",
              ConfigureRequest.builder()
                  .withTerm(1)
                  .withLeader(MemberId.from("b"))
                  .withIndex(50)
                  .withTime(1)
                  .withMembers(List.of(voter("a"), voter("c")))
                  .build());
      a.becomeLeader();
      long _ = a.openSession();
      LeaveResponse response =
          a.ask(
              LeaveResponse.class, "Leave", LeaveRequest.builder().withMember(voter("c")).build());
      boolean counted = a.raft.getCluster().getMember(MemberId.from("c")) != null;
      return "taken out: " + response.status() + ", and still counted in: " + counted;
    }
  }

  private static RaftMember voter(String name) {
    return new DefaultRaftMember(
        MemberId.from(name), RaftMember.Type.ACTIVE, Instant.ofEpochMilli(1));
  }
}
