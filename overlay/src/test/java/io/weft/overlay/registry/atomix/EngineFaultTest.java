package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.atomix.storage.StorageException;
import io.weft.overlay.consensus.EngineStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine whose disk or JVM fails says so once, and nothing more to anybody. */
class EngineFaultTest {
  /** More than a segment of the log holds, in commands of this length. */
  private static final int FILLING = 8;

  private static final String LONG = "x".repeat(200 << 10);

  @TempDir Path directory = Path.of("set by JUnit");
  private VirtualCluster cluster = new VirtualCluster(0, directory);

  @AfterEach
  void close() {
    cluster.close();
  }

  /** From here on the node can make no further file of its log. */
  private void loseDirectory(int number) throws IOException {
    Path own = directory.resolve("node-" + number);
    Files.move(own, directory.resolve("lost-" + number));
    Files.createFile(own);
  }

  @Test
  void aFollowerThatCannotWriteStopsForGoodAndTheOthersGoOn() throws Exception {
    cluster = new VirtualCluster(41, directory).grown(3);
    Node leader = cluster.leader();
    Node failing =
        cluster.nodes.values().stream().filter(node -> node != leader).findFirst().orElseThrow();
    loseDirectory(cluster.numberOf(failing));
    for (int i = 0; i < FILLING; i++) {
      cluster.submit(leader, i + LONG);
    }
    assertThat(cluster.world.runUntil(() -> !failing.faults.isEmpty(), 10_000)).isTrue();
    assertThat(failing.faults).singleElement().asString().contains("cannot go on with its log");
    assertThat(failing.role()).isEqualTo(EngineStatus.Role.STOPPED);

    int held = failing.machine.commands().size();
    cluster.submit(leader, "later");
    cluster.world.run(5_000);
    assertThat(failing.machine.commands()).as("nothing is applied any more").hasSize(held);
    assertThat(leader.engine.status().voters())
        .filteredOn(voter -> voter.id().equals(failing.id))
        .allMatch(voter -> voter.matchIndex() < leader.engine.status().commitIndex());
    assertThatThrownBy(() -> cluster.submit(failing, "here"))
        .hasMessageContaining("cannot go on with its log");
    assertThat(failing.faults).hasSize(1);
  }

  @Test
  void aLeaderThatCannotWriteStopsAndAnotherLeads() throws Exception {
    cluster = new VirtualCluster(43, directory).grown(3);
    Node failing = cluster.leader();
    loseDirectory(cluster.numberOf(failing));
    Node other =
        cluster.nodes.values().stream().filter(node -> node != failing).findFirst().orElseThrow();
    for (int i = 0; i < FILLING; i++) {
      cluster.submit(other, i + LONG);
    }
    assertThat(failing.faults).hasSize(1);
    assertThat(failing.role()).isEqualTo(EngineStatus.Role.STOPPED);
    assertThat(failing.machine.commands().size()).isLessThan(other.machine.commands().size());
  }

  @Test
  void anErrorOfTheJvmStopsTheEngineAndNotOnlyTheTaskThatMetIt() throws Exception {
    Node node = new Node(Node.config(directory, 1), null, (to, message) -> {});
    try {
      var _ = node.engine.bootstrap().get(30, TimeUnit.SECONDS);
      var overflow = node.engine.submit("overflow".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> overflow.get(30, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class);
      var after = node.engine.submit("after".getBytes(StandardCharsets.UTF_8));
      assertThatThrownBy(() -> after.get(30, TimeUnit.SECONDS))
          .hasMessageContaining("told to overflow");
      node.engine.close(); // after all that the engine's thread had to do
      assertThat(node.faults).hasSize(1);
      assertThat(node.machine.commands()).doesNotContain("after");
      assertThat(node.role()).isEqualTo(EngineStatus.Role.STOPPED);
    } finally {
      node.engine.close();
    }
  }

  @Test
  void whatOnlyMakesNoSenseIsNoFault() {
    assertThat(GuardedRuntime.isFault(new IllegalStateException("a stale message"))).isFalse();
    assertThat(GuardedRuntime.isFault(new StorageException(new ClosedChannelException())))
        .isFalse();
    assertThat(GuardedRuntime.isFault(new StorageException.TooLarge("an entry"))).isFalse();
    assertThat(GuardedRuntime.isFault(null)).isFalse();
    assertThat(
            GuardedRuntime.isFault(
                new CompletionException(new UncheckedIOException(new IOException("no space")))))
        .isTrue();
    assertThat(GuardedRuntime.isFault(new InternalError("a fault in a mapped page"))).isTrue();
  }
}
