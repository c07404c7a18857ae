package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two voters take in a third, and the one that leads is destroyed at any moment of that. */
class LostWhileOneJoinsTest {
  private static final int MESSAGES_OF_A_JOIN = 20;
  private static final List<NodeId> ALL = List.of(Node.idOf(1), Node.idOf(2), Node.idOf(3));

  @TempDir Path directory = Path.of("set by JUnit");

  /**
   * INV-MEM-5, INV-RAFT-1: once one of the two that are left knows that there are three voters,
   * they go on, though the newcomer may not have heard that it is one, or the other voter that
   * there is a third. Before that there is one voter of two, which can do nothing alone.
   *
   * @param newcomerIsDeaf whether it is the newcomer that hears no more of the leader, or the other
   *     voter
   * @param millis how long the leader lives on; after 40 s the newcomer has given up
   */
  @ParameterizedTest
  @CsvSource({
    "true,3000,false",
    "true,3000,true",
    "true,40000,true",
    "false,3000,false",
    "false,3000,true",
    "false,12000,false"
  })
  void theOtherTwoGoOn(boolean newcomerIsDeaf, int millis, boolean newcomerStartsAnew) {
    int known = 0;
    for (int messages = 0; messages <= MESSAGES_OF_A_JOIN; messages++) {
      VirtualCluster cluster = new VirtualCluster(messages, directory.resolve("cut-" + messages));
      cluster.grown(2);
      int leader = cluster.numberOf(cluster.leader());
      cluster.submit(cluster.get(leader), "before");
      cluster.cutAfter(messages, leader, newcomerIsDeaf ? 3 : 3 - leader);
      CompletableFuture<Void> join = cluster.add(3).engine.join(List.of(Node.idOf(leader)));
      cluster.world.run(millis);
      cluster.kill(leader);
      boolean thirdIsKnown =
          cluster.nodes.values().stream()
              .anyMatch(node -> node.engine.status().voterIds().equals(ALL));
      if (thirdIsKnown) {
        known++;
        if (newcomerStartsAnew) {
          cluster.kill(3);
          join = cluster.add(3).engine.restart();
        }
        cluster.heal();
        assertThat(cluster.submit(cluster.leader(), "after"))
            .as("cut after %d messages", messages)
            .isEqualTo("at 1");
        cluster.await(join);
        cluster.converge();
      }
      cluster.close();
    }
    assertThat(known).as("moments at which the third was known").isGreaterThan(10);
  }
}
