package io.weft.raft.scenario;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/** Mend 4: in term 5, a message of term 3's leader arrives late and takes b out. */
public final class ConfigureOfAnOldTerm implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      Object _ = a.ask(Object.class, "Append", Member.append(5, "b", 0, 0, 0, List.of()));
      ConfigureResponse response =
          a.ask(
              ConfigureResponse.class,
              "Configure",
              ConfigureRequest.builder()
                  .withTerm(3)
                  .withLeader(MemberId.from("c"))
                  .withIndex(50)
                  .withTime(1)
                  .withMembers(List.of(member("a"), member("c")))
                  .build());
      return response.status() + ", members: " + a.raft.getCluster().getMembers().size();
    }
  }

  private static RaftMember member(String name) {
    return new DefaultRaftMember(
        MemberId.from(name), RaftMember.Type.ACTIVE, Instant.ofEpochMilli(1));
  }
}
