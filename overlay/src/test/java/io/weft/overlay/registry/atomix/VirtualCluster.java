package io.weft.overlay.registry.atomix;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Engines wired by a bus in virtual time, with links that can be cut one way. */
final class VirtualCluster {
  final VirtualWorld world;
  final TreeMap<Integer, Node> nodes = new TreeMap<>();
  private final Path directory;
  private final Set<String> cuts = new HashSet<>();
  private final TreeMap<String, Integer> deliveriesLeftByPath = new TreeMap<>();
  private int lossPercent;
  private int deliveriesLeft = Integer.MAX_VALUE;

  VirtualCluster(long seed, Path directory) {
    world = new VirtualWorld(seed);
    this.directory = directory;
  }

  /** A node that has not started. */
  Node add(int number) {
    Node node =
        new Node(
            Node.config(directory, number),
            world.runtime(),
            (to, message) -> carry(number, to, message));
    nodes.put(number, node);
    return node;
  }

  /** A cluster of voters 1 to n, grown one by one. */
  VirtualCluster grown(int n) {
    await(add(1).engine.bootstrap());
    for (int i = 2; i <= n; i++) {
      List<NodeId> voters = get(1).engine.status().voterIds();
      await(add(i).engine.join(voters));
    }
    return this;
  }

  Node get(int number) {
    Node node = nodes.get(number);
    if (node == null) {
      throw new IllegalArgumentException("no node " + number);
    }
    return node;
  }

  private void carry(int from, NodeId to, byte[] message) {
    for (var entry : nodes.entrySet()) {
      if (entry.getValue().id.equals(to)) {
        int number = entry.getKey();
        Node target = entry.getValue();
        boolean lost = world.random().nextInt(100) < lossPercent;
        long delay = 1L + world.random().nextInt(3);
        if (!lost && !cuts.contains(from + ">" + number)) {
          world.after(
              delay,
              () -> {
                if (!cuts.contains(from + ">" + number)
                    && nodes.get(number) == target
                    && deliveriesLeft-- > 0
                    && isLeft(from + ">" + number)) {
                  target.engine.receive(Node.idOf(from), message);
                }
              });
        }
      }
    }
  }

  /** Cuts all links between these and the rest, both ways. */
  void isolate(Integer... side) {
    Set<Integer> group = Set.of(side);
    for (int a : nodes.keySet()) {
      for (int b : nodes.keySet()) {
        if (group.contains(a) != group.contains(b)) {
          cuts.add(a + ">" + b);
        }
      }
    }
  }

  /** Delivers so many more messages and then none. */
  void cutAllAfter(int messages) {
    deliveriesLeft = messages;
  }

  /** Delivers so many more messages from one to another and then none that way. */
  void cutAfter(int messages, int from, int to) {
    deliveriesLeftByPath.put(from + ">" + to, messages);
  }

  private boolean isLeft(String path) {
    Integer left = deliveriesLeftByPath.computeIfPresent(path, (p, n) -> n - 1);
    return left == null || left >= 0;
  }

  void heal() {
    cuts.clear();
    deliveriesLeftByPath.clear();
    deliveriesLeft = Integer.MAX_VALUE;
  }

  void lose(int percent) {
    lossPercent = percent;
  }

  /** Stops a node as a crash of its process would, with nothing said to anybody. */
  void kill(int number) {
    get(number).engine.close();
    nodes.remove(number);
  }

  Node restart(int number) {
    Node node = add(number);
    await(node.engine.restart());
    return node;
  }

  /** The one leader that a majority follows, waited for. */
  Node leader() {
    assertThat(world.runUntil(() -> leaderNow(nodes.values()) != null, 30_000))
        .as("a leader within 30 virtual seconds")
        .isTrue();
    Node leader = leaderNow(nodes.values());
    if (leader == null) {
      throw new AssertionError("unreachable");
    }
    return leader;
  }

  /** The leader among these that all of them follow. */
  static @Nullable Node leaderNow(Collection<Node> among) {
    for (Node node : among) {
      boolean followed =
          among.stream()
              .allMatch(
                  other ->
                      other.engine.status().term() == node.engine.status().term()
                          && other.engine.status().leader().filter(node.id::equals).isPresent());
      if (node.leads() && followed) {
        return node;
      }
    }
    return null;
  }

  int numberOf(Node node) {
    return nodes.entrySet().stream()
        .filter(e -> e.getValue() == node)
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  String submit(Node node, String command) {
    return new String(
        await(node.engine.submit(command.getBytes(StandardCharsets.UTF_8))),
        StandardCharsets.UTF_8);
  }

  /** Runs the world until the future is done; throws what it failed with. */
  <T> T await(CompletableFuture<T> future) {
    assertThat(world.runUntil(future::isDone, 120_000)).as("done in 120 virtual s").isTrue();
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs until all running nodes have the same commands; fails when they do not. */
  void converge() {
    assertThat(
            world.runUntil(
                () ->
                    nodes.values().stream().map(n -> n.machine.commands()).distinct().count() == 1,
                30_000))
        .as("all nodes have the same commands, but there are %s", states())
        .isTrue();
    nodes.values().forEach(node -> assertThat(node.broken).isEmpty());
  }

  List<List<String>> states() {
    return nodes.values().stream().map(n -> n.machine.commands()).toList();
  }

  void close() {
    nodes.values().forEach(node -> node.engine.close());
  }
}
