package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bits of a voter's log that changed on its disk. */
class DamagedLogTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private VirtualCluster cluster = new VirtualCluster(0, directory);

  @AfterEach
  void close() {
    cluster.close();
  }

  private VirtualCluster withCommands() {
    cluster = new VirtualCluster(43, directory).grown(3);
    for (int i = 0; i < 10; i++) {
      cluster.submit(cluster.leader(), "command " + i);
    }
    cluster.converge();
    return cluster;
  }

  private Path log(int number) throws IOException {
    return logs(number).getFirst();
  }

  private List<Path> logs(int number) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("node-" + number))) {
      return files.filter(f -> f.toString().endsWith(".log")).sorted().toList();
    }
  }

  /** Where the entries begin. */
  private static List<Integer> entries(ByteBuffer log) {
    List<Integer> found = new ArrayList<>();
    for (int at = LogCheck.HEADER_BYTES; log.getInt(at) != 0; at += 8 + log.getInt(at)) {
      found.add(at);
    }
    return found;
  }

  private void flip(Path log, int entryFromTheEnd) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    List<Integer> entries = entries(ByteBuffer.wrap(bytes));
    bytes[entries.get(entries.size() - entryFromTheEnd) + 9] ^= 1;
    Files.write(log, bytes);
  }

  @Test
  void aVoterThatForgotWhatItPromisedIsTakenOutAndJoinsAnewINVRAFT1() throws IOException {
    withCommands();
    cluster.kill(3);
    flip(log(3), 5);

    Node back = cluster.add(3);
    assertThatThrownBy(() -> cluster.await(back.engine.restart()))
        .hasMessageContaining("is damaged at byte")
        .hasMessageContaining("join anew");
    List<NodeId> others = List.of(Node.idOf(1), Node.idOf(2));
    cluster.await(back.engine.join(others));
    cluster.submit(cluster.leader(), "afterwards");
    cluster.converge();
    assertThat(back.machine.commands()).hasSize(11);
    assertThat(cluster.leader().engine.status().voterIds()).hasSize(3);
  }

  /** Several files: Atomix would delete all behind a gap, and say nothing. */
  @Test
  void theLastEntryOfAFileWithAnotherBehindItIsNoEntryThatWasBeingWrittenINVRAFT1()
      throws IOException {
    withCommands();
    String large = "x".repeat(50_000);
    for (int i = 0; i < 30; i++) {
      cluster.submit(cluster.leader(), large + i);
    }
    cluster.converge();
    cluster.kill(3);
    List<Path> files = logs(3);
    assertThat(files).hasSizeGreaterThan(1);
    assertThat(LogCheck.damage(directory.resolve("node-3"))).isEmpty();
    flip(files.getFirst(), 1);

    Node back = cluster.add(3);
    assertThatThrownBy(() -> cluster.await(back.engine.restart()))
        .hasMessageContaining(files.getFirst() + " is damaged: it ends before entry");
    cluster.await(back.engine.join(List.of(Node.idOf(1), Node.idOf(2))));
    cluster.converge();
    assertThat(back.machine.commands()).hasSize(40);
  }

  /** As Atomix leaves it when it has installed a snapshot: the numbers of the files begin anew. */
  @Test
  void aLogThatBeginsBehindASnapshotIsNoDamage() throws IOException {
    ByteBuffer first = ByteBuffer.allocate(256).putInt(0, 1).putLong(4, 1).putLong(12, 500);
    Path file = directory.resolve("weft-1.log");
    Files.write(file, first.array());
    assertThat(LogCheck.damage(directory)).isEmpty();
    Files.write(file, first.putLong(12, -500).array());
    assertThat(LogCheck.damage(directory)).isPresent();
    Files.write(file, new byte[256]);
    assertThat(LogCheck.damage(directory)).as("made as the power failed").isEmpty();
  }

  @Test
  void aFileThatIsMissingInTheMiddleIsFound() throws IOException {
    withCommands();
    String large = "x".repeat(50_000);
    for (int i = 0; i < 60; i++) {
      cluster.submit(cluster.leader(), large + i);
    }
    cluster.converge();
    cluster.kill(3);
    List<Path> files = logs(3);
    assertThat(files).hasSizeGreaterThan(2);
    Files.delete(files.get(1));
    assertThat(LogCheck.damage(directory.resolve("node-3")))
        .hasValueSatisfying(damage -> assertThat(damage).contains("the next file begins at"));
  }

  @Test
  void aDamagedVoterThatReachesNobodyDoesNotJoinWithTheLogItHas() throws IOException {
    withCommands();
    cluster.kill(3);
    flip(log(3), 5);
    Node back = cluster.add(3);
    cluster.isolate(3);
    List<NodeId> others = List.of(Node.idOf(1), Node.idOf(2));
    assertThatThrownBy(() -> cluster.await(back.engine.join(others)))
        .hasMessageContaining("no majority of the voters took this node out");
    cluster.heal();
    cluster.await(back.engine.join(others));
    cluster.converge();
  }

  @Test
  void anEntryThatWasBeingWrittenAsThePowerFailedIsNoDamage() throws IOException {
    withCommands();
    cluster.kill(3);
    flip(log(3), 1);
    cluster.restart(3);
    cluster.submit(cluster.leader(), "afterwards");
    cluster.converge();
  }
}
