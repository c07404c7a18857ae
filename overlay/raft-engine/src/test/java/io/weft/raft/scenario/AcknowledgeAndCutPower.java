package io.weft.raft.scenario;

import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/** Mend 6: is an entry on disk when a follower, or a leader that is alone, says it has it? */
public final class AcknowledgeAndCutPower implements Callable<String> {
  private static final String VALUE = "a value that stands nowhere else";

  @Override
  public String call() throws Exception {
    return "on disk at the follower: " + atFollower() + ", at the leader: " + atLeader();
  }

  private static boolean atFollower() throws Exception {
    try (Member a = new Member("a", "b", "c")) {
      String value = VALUE + " (follower)";
      AppendResponse response =
          a.ask(
              AppendResponse.class,
              "Append",
              Member.append(
                  5, "b", 0, 0, 0, List.of(new CommandEntry(5, 1, 1, 1, TestCodec.set(value)))));
      return response.succeeded() && Disk.holds(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static boolean atLeader() throws Exception {
    try (Member a = new Member("a")) {
      a.becomeLeader();
      String value = VALUE + " (leader)";
      CommandResponse response =
          a.ask(
              CommandResponse.class,
              "Command",
              CommandRequest.builder()
                  .withSession(a.openSession())
                  .withSequence(1)
                  .withOperation(TestCodec.set(value))
                  .build());
      return response.status() == RaftResponse.Status.OK
          && Disk.holds(value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
