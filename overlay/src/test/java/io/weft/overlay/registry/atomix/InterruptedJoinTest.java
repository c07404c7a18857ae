package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cluster of one that takes in a second voter, cut off from it at any moment of that. */
class InterruptedJoinTest {
  private static final int MESSAGES_OF_A_JOIN = 28;

  @TempDir Path directory = Path.of("set by JUnit");

  /**
   * INV-MEM-5, INV-RAFT-1: however far the join came, there is a leader again when the link is
   * back, both have what was committed, and the newcomer's join ends well.
   */
  @ParameterizedTest
  @CsvSource({"false,false", "true,false", "false,true", "true,true"})
  void endsWellWhereverItIsCut(boolean firstStartsAnew, boolean newcomerStartsAnew) {
    for (int messages = 0; messages <= MESSAGES_OF_A_JOIN; messages++) {
      VirtualCluster cluster = new VirtualCluster(messages, directory.resolve("cut-" + messages));
      cluster.grown(1);
      cluster.submit(cluster.get(1), "before");
      cluster.cutAllAfter(messages);
      List<NodeId> voters = List.of(Node.idOf(1));
      CompletableFuture<Void> join = cluster.add(2).engine.join(voters);
      cluster.world.run(8_000);
      if (firstStartsAnew) {
        cluster.kill(1);
        cluster.restart(1);
      }
      if (newcomerStartsAnew) {
        cluster.kill(2);
        join = cluster.add(2).engine.restart();
      }
      cluster.heal();
      cluster.await(join);
      assertThat(cluster.submit(cluster.leader(), "after"))
          .as("cut after %d messages", messages)
          .isEqualTo("at 1");
      cluster.converge();
      cluster.close();
    }
  }
}
