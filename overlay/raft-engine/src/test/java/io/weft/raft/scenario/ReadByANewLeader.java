package io.weft.raft.scenario;

import io.atomix.primitive.operation.OperationId;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Mend 3: b committed a new value with c; a has it in its log, becomes leader, and is read at once.
 */
public final class ReadByANewLeader implements Callable<String> {
  @Override
  public String call() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      a.becomeLeader();
      long session = a.openSession();
      Object _ =
          a.ask(
              Object.class,
              "Command",
              CommandRequest.builder()
                  .withSession(session)
                  .withSequence(1)
                  .withOperation(TestCodec.set("old"))
                  .build());
      long term = a.raft.getTerm();
      long last = a.raft.getLogWriter().getLastIndex();
      a.othersAnswer = false;
      Object _ =
          a.ask(
              Object.class,
              "Append",
              Member.append(
                  term + 1,
                  "b",
                  last,
                  term,
                  last,
                  List.of(new CommandEntry(term + 1, 1, session, 2, TestCodec.set("new")))));
      a.othersAnswer = true;
      a.runtime.runUntil(() -> a.raft.getRole() == RaftServer.Role.LEADER, 60_000);
      QueryResponse response =
          a.ask(
              QueryResponse.class,
              "Query",
              QueryRequest.builder()
                  .withSession(session)
                  .withSequence(1)
                  .withIndex(0)
                  .withOperation(new PrimitiveOperation(OperationId.query("get"), new byte[0]))
                  .build());
      return new String(response.result(), StandardCharsets.UTF_8);
    }
  }
}
