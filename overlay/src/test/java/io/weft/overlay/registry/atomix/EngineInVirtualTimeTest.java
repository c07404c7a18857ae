package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.consensus.NoQuorumException;
import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters in one JVM, in virtual time; the disk is real. INV-RAFT-1 throughout. */
class EngineInVirtualTimeTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private VirtualCluster cluster = new VirtualCluster(0, directory);

  @BeforeEach
  void world() {
    cluster = new VirtualCluster(7, directory);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void oneVoterAloneCommitsAndKeepsItsCommandsOverARestart() {
    cluster.grown(1);
    assertThat(cluster.submit(cluster.get(1), "a")).isEqualTo("at 0");
    assertThat(cluster.submit(cluster.get(1), "b")).isEqualTo("at 1");

    cluster.kill(1);
    Node again = cluster.restart(1);
    assertThat(cluster.submit(again, "c")).isEqualTo("at 2");
    assertThat(again.machine.commands()).containsExactly("a", "b", "c");
    assertThat(again.committed).containsExactly("a", "b", "c");
    assertThat(again.broken).isEmpty();
  }

  @Test
  void growsFromOneToThreeAndEveryVoterHasEverything() {
    cluster.grown(1);
    cluster.submit(cluster.get(1), "before");
    cluster.await(cluster.add(2).engine.join(List.of(Node.idOf(1))));
    cluster.submit(cluster.get(2), "between");
    cluster.await(cluster.add(3).engine.join(List.of(Node.idOf(1), Node.idOf(2))));
    assertThat(cluster.submit(cluster.get(3), "after")).isEqualTo("at 2");

    cluster.converge();
    assertThat(cluster.get(3).machine.commands()).containsExactly("before", "between", "after");
    assertThat(cluster.leader().engine.status().voterIds())
        .containsExactly(Node.idOf(1), Node.idOf(2), Node.idOf(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void aLeaderThatIsCutOffIsReplacedAndCatchesUpWhenHealed(int size) {
    cluster.grown(size);
    Node old = cluster.leader();
    cluster.submit(old, "first");
    cluster.isolate(cluster.numberOf(old));
    List<Node> rest = cluster.nodes.values().stream().filter(n -> n != old).toList();
    assertThat(cluster.world.runUntil(() -> VirtualCluster.leaderNow(rest) != null, 20_000))
        .isTrue();
    assertThat(cluster.submit(rest.getFirst(), "second")).isEqualTo("at 1");
    assertThat(old.machine.commands()).containsExactly("first");

    cluster.heal();
    cluster.converge();
    assertThat(old.machine.commands()).containsExactly("first", "second");
    assertThat(cluster.leader()).isNotNull();
  }

  @Test
  void aMinorityRefusesAndNamesWhoIsMissing() {
    cluster.grown(3);
    cluster.submit(cluster.leader(), "kept");
    cluster.isolate(3);
    cluster.world.run(10_000);

    assertThatThrownBy(() -> cluster.submit(cluster.get(3), "lost"))
        .isInstanceOfSatisfying(
            NoQuorumException.class,
            e -> assertThat(e.unreachable()).containsExactly(Node.idOf(1), Node.idOf(2)));
    cluster.heal();
    cluster.converge();
    assertThat(cluster.get(1).machine.commands()).containsExactly("kept");
  }

  @Test
  void shrinksFromThreeToOneOnLeaveAndKeepsEverything() {
    cluster.grown(3);
    cluster.submit(cluster.get(1), "a");
    cluster.await(cluster.leader().engine.leave(List.of()));
    List<Node> left =
        cluster.nodes.values().stream().filter(n -> n.role() != EngineStatus.Role.STOPPED).toList();
    assertThat(left).hasSize(2);
    cluster.submit(left.getFirst(), "b");
    cluster.await(left.getLast().engine.leave(List.of()));
    assertThat(left.getLast().engine.hasState()).isFalse();
    cluster.submit(left.getFirst(), "c");
    cluster.world.run(1_000); // the status is looked at once a heartbeat

    assertThat(left.getFirst().machine.commands()).containsExactly("a", "b", "c");
    assertThat(left.getFirst().engine.status().voterIds()).containsExactly(left.getFirst().id);
    assertThatThrownBy(() -> cluster.await(left.getFirst().engine.leave(List.of())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("last voter");
  }

  @Test
  void aVoterThatLeftCanJoinAgain() {
    cluster.grown(3);
    cluster.await(cluster.get(3).engine.leave(List.of()));
    cluster.submit(cluster.get(1), "while away");
    cluster.await(cluster.get(3).engine.join(List.of(Node.idOf(1), Node.idOf(2))));
    cluster.submit(cluster.get(3), "back");
    cluster.converge();
    assertThat(cluster.get(3).machine.commands()).containsExactly("while away", "back");
  }

  @Test
  void aDeadVoterIsRemovedAndDoesNotComeBackByItself() {
    cluster.grown(3);
    cluster.submit(cluster.get(1), "a");
    Node dead = cluster.get(3);
    cluster.kill(3);
    cluster.await(cluster.get(2).engine.remove(dead.id));
    cluster.await(cluster.get(1).engine.remove(dead.id));
    cluster.submit(cluster.get(1), "b");
    assertThat(cluster.leader().engine.status().voterIds())
        .containsExactly(Node.idOf(1), Node.idOf(2));

    Node back = cluster.restart(3);
    cluster.world.run(20_000);
    assertThat(back.machine.commands()).doesNotContain("b");
    assertThat(cluster.get(1).engine.status().voterIds())
        .containsExactly(Node.idOf(1), Node.idOf(2));
    cluster.submit(cluster.get(2), "c");
    assertThat(cluster.get(1).engine.status().term()).isLessThan(20);
  }

  @Test
  void allAreKilledAndRestartedAndNothingAcknowledgedIsLost() {
    cluster.grown(3);
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      cluster.submit(cluster.get(1 + i % 3), "command " + i);
      acknowledged.add("command " + i);
    }
    List.of(1, 2, 3).forEach(cluster::kill);
    List.of(1, 2, 3).forEach(cluster::restart);
    cluster.submit(cluster.get(2), "after");
    acknowledged.add("after");
    cluster.converge();
    assertThat(cluster.get(1).machine.commands()).isEqualTo(acknowledged);
  }

  @Test
  void aLeaderThatLeavesAndASurvivorThatCrashesAtOnceDoNotStrandTheCluster() {
    cluster.grown(2);
    cluster.submit(cluster.get(1), "a");
    Node leader = cluster.leader();
    int other = cluster.numberOf(leader) == 1 ? 2 : 1;
    cluster.await(leader.engine.leave(List.of()));
    cluster.kill(other);
    Node survivor = cluster.restart(other);
    assertThat(cluster.submit(survivor, "b")).isEqualTo("at 1");
  }

  @Test
  void theLogIsCompactedAndANewVoterStartsFromTheSnapshot() {
    cluster.grown(1);
    String padding = "x".repeat(2_000);
    List<CompletableFuture<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(cluster.get(1).engine.submit((i % 40 + padding).getBytes(StandardCharsets.UTF_8)));
      cluster.world.run(1);
    }
    cluster.await(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
    cluster.world.run(60_000);
    assertThat(directory.resolve("node-1").toFile().list())
        .as("the first segment is gone, a snapshot is there")
        .doesNotContain("registry-1.log")
        .anyMatch(name -> name.endsWith(".snapshot"));

    cluster.await(cluster.add(2).engine.join(List.of(Node.idOf(1))));
    cluster.submit(cluster.get(2), "last");
    cluster.converge();
    assertThat(cluster.get(2).machine.commands()).hasSize(41);
    assertThat(cluster.get(2).restoredAt).anyMatch(index -> index > 0);
    assertThat(cluster.get(2).committed.size()).isLessThan(1_900);

    cluster.kill(1);
    Node again = cluster.restart(1);
    cluster.submit(again, "once more");
    assertThat(again.restoredAt).anyMatch(index -> index > 0);
    assertThat(again.committed.size()).isLessThan(1_900);
    cluster.converge();
  }

  @Test
  void garbageAndForgedMessagesChangeNothing() {
    cluster.grown(3);
    cluster.submit(cluster.get(1), "a");
    cluster.converge();
    Node target = cluster.leader();
    long term = target.engine.status().term();
    NodeId liar = Node.idOf(cluster.numberOf(target) == 1 ? 2 : 1);

    target.engine.receive(liar, new byte[0]);
    target.engine.receive(liar, new byte[] {1, 2, 3, 4, 5});
    target.engine.receive(liar, new byte[ConsensusEngine.MAX_MESSAGE_BYTES + 1]);
    byte[] noise = new byte[5_000];
    for (int i = 0; i < 200; i++) {
      cluster.world.random().nextBytes(noise);
      target.engine.receive(liar, noise);
    }
    for (byte[] forged : Forgeries.all(term, target.id)) {
      target.engine.receive(liar, forged);
    }
    cluster.world.run(5_000);
    assertThat(target.leads()).isTrue();
    assertThat(target.engine.status().term()).isEqualTo(term);
    cluster.submit(cluster.get(1), "b");
    cluster.converge();
    assertThat(target.machine.commands()).containsExactly("a", "b");
  }

  @Test
  void aCommandThatIsTooLongIsRefusedAtOnce() {
    cluster.grown(1);
    byte[] long1 = new byte[ConsensusEngine.MAX_COMMAND_BYTES + 1];
    assertThatThrownBy(() -> cluster.await(cluster.get(1).engine.submit(long1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most");
    byte[] longest = "y".repeat(ConsensusEngine.MAX_COMMAND_BYTES).getBytes(StandardCharsets.UTF_8);
    cluster.await(cluster.get(1).engine.submit(longest));
    assertThat(cluster.get(1).machine.commands()).hasSize(1);
  }

  @Test
  void aBrokenCommandIsToldToItsSubmitterAndTheLogGoesOn() {
    cluster.grown(3);
    assertThatThrownBy(() -> cluster.submit(cluster.get(2), "break"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("state machine failed");
    cluster.submit(cluster.get(3), "next");
    cluster.converge();
  }

  @Test
  void whatCannotStartSaysWhy() {
    cluster.grown(1);
    assertThatThrownBy(() -> cluster.await(cluster.get(1).engine.bootstrap()))
        .hasMessageContaining("runs already");
    cluster.kill(1);
    assertThatThrownBy(() -> cluster.await(cluster.add(1).engine.bootstrap()))
        .hasMessageContaining("already");
    assertThatThrownBy(() -> cluster.await(cluster.add(2).engine.restart()))
        .hasMessageContaining("no registry");
    assertThatThrownBy(() -> cluster.await(cluster.get(2).engine.join(List.of(Node.idOf(2)))))
        .hasMessageContaining("nobody to join");
    assertThatThrownBy(() -> cluster.submit(cluster.get(2), "x"))
        .isInstanceOf(NoQuorumException.class);
  }

  @Test
  void aJoinThatNobodyAnswersEndsAndCanBeTriedAgain() {
    cluster.grown(1);
    Node joiner = cluster.add(2);
    cluster.isolate(2);
    assertThatThrownBy(() -> cluster.await(joiner.engine.join(List.of(Node.idOf(1)))))
        .isInstanceOf(NoQuorumException.class);
    cluster.heal();
    cluster.await(joiner.engine.join(List.of(Node.idOf(1))));
    cluster.submit(joiner, "a");
    cluster.converge();
  }

  @Test
  void theSameSeedGivesTheSameRun() {
    long first = run(new VirtualCluster(11, directory.resolve("one")));
    long second = run(new VirtualCluster(11, directory.resolve("two")));
    assertThat(second).isEqualTo(first);
  }

  private static long run(VirtualCluster world) {
    world.grown(3);
    world.submit(world.get(2), "a");
    world.isolate(world.numberOf(world.leader()));
    world.world.run(10_000);
    world.heal();
    world.converge();
    world.close();
    return world.world.trace();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void cutsCrashesAndLossNeverLoseWhatWasAcknowledged(long seed) {
    VirtualCluster chaos = new VirtualCluster(seed, directory);
    chaos.grown(3 + (int) (seed % 2) * 2);
    List<String> acknowledged = new ArrayList<>();
    int size = chaos.nodes.size();
    for (int round = 0; round < 12; round++) {
      int victim = 1 + chaos.world.random().nextInt(size);
      switch (chaos.world.random().nextInt(4)) {
        case 0 -> chaos.isolate(victim);
        case 1 -> {
          chaos.kill(victim);
          chaos.restart(victim);
        }
        case 2 -> chaos.lose(chaos.world.random().nextInt(30));
        default -> chaos.heal();
      }
      for (int i = 0; i < 5; i++) {
        String command = seed + "/" + round + "/" + i;
        int through = 1 + chaos.world.random().nextInt(size);
        var _ =
            chaos
                .get(through)
                .engine
                .submit(command.getBytes(StandardCharsets.UTF_8))
                .whenComplete(
                    (answer, error) -> {
                      if (error == null) {
                        acknowledged.add(command);
                      }
                    });
        chaos.world.run(400);
      }
    }
    chaos.heal();
    chaos.lose(0);
    chaos.world.run(10_000);
    chaos.submit(chaos.get(1), "end");
    chaos.converge();
    assertThat(chaos.get(1).machine.commands()).containsAll(acknowledged);
    assertThat(acknowledged).isNotEmpty();
    chaos.close();
  }

  /** Of three, the leader that goes and one other are no majority of the two that stay. */
  @Test
  void aLeaderThatLeavesIsGoneOnlyWhenTheRestHasAMajorityOfItsOwnINVRAFT1() {
    cluster = new VirtualCluster(44, directory).grown(3);
    Node leaving = cluster.leader();
    int cut =
        cluster.nodes.keySet().stream()
            .filter(n -> n != cluster.numberOf(leaving))
            .findFirst()
            .orElseThrow();
    cluster.isolate(cut);
    var left = leaving.engine.leave(List.of());
    cluster.world.run(20_000);
    assertThat(left).isNotDone();
    cluster.heal();
    cluster.await(left);
    Node next = cluster.nodes.values().stream().filter(n -> n != leaving).findFirst().orElseThrow();
    assertThat(cluster.submit(next, "afterwards")).isNotEmpty();
  }
}
