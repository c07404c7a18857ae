package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same engines on real threads and the real clock. */
class RealClusterTest {
  private static final long PATIENCE_SECONDS = 60;

  @TempDir Path directory = Path.of("set by JUnit");
  private final Map<NodeId, Node> nodes = new ConcurrentHashMap<>();

  @AfterEach
  void close() {
    nodes.values().forEach(node -> node.engine.close());
  }

  @Test
  void threeVotersOnThreadsOfTheirOwnTakePipelinedCommandsFromAllSides() throws Exception {
    Node first = add(1);
    get(first.engine.bootstrap());
    get(add(2).engine.join(List.of(first.id)));
    get(add(3).engine.join(List.of(first.id)));

    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    List<Node> all = List.copyOf(nodes.values());
    for (int i = 0; i < 600; i++) {
      byte[] command = ("command " + i).getBytes(StandardCharsets.UTF_8);
      answers.add(all.get(i % 3).engine.submit(command));
    }
    for (CompletableFuture<byte[]> answer : answers) {
      get(answer);
    }

    all.forEach(node -> node.engine.close());
    nodes.clear();
    for (int number = 1; number <= 3; number++) {
      get(add(number).engine.restart());
    }
    Node again = nodes.values().iterator().next();
    get(again.engine.submit("end".getBytes(StandardCharsets.UTF_8)));
    // The answer comes from the leader; this voter applies the command when it hears of the commit.
    long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!again.machine.commands().contains("end") && System.nanoTime() < patience) {
      Thread.sleep(10);
    }
    assertThat(again.machine.commands()).hasSize(601).endsWith("end");
    assertThat(again.broken).isEmpty();
  }

  private Node add(int number) {
    NodeId self = Node.idOf(number);
    Node node =
        new Node(
            Node.config(directory, number),
            null,
            (to, message) -> {
              Node target = nodes.get(to);
              if (target != null) {
                target.engine.receive(self, message);
              }
            });
    nodes.put(self, node);
    return node;
  }

  private static <T> void get(CompletableFuture<T> future) throws Exception {
    var _ = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
