package io.weft.overlay.registry.atomix;

import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One engine under test, what it was told, and whether it kept the listener's promises. */
final class Node implements ConsensusListener {
  final NodeId id;
  final Machine machine = new Machine();
  final List<EngineStatus> statuses = new ArrayList<>();
  final List<Long> restoredAt = new ArrayList<>();
  final List<String> committed = new ArrayList<>();
  final List<String> broken = new ArrayList<>();
  final List<String> faults = new ArrayList<>();
  final AtomixEngine engine;
  private final BiConsumer<NodeId, byte[]> network;
  private long lastIndex;
  private long lastTimeMillis;

  Node(EngineConfig config, @Nullable RaftRuntime runtime, BiConsumer<NodeId, byte[]> network) {
    this.id = config.self();
    this.network = network;
    this.engine =
        runtime == null
            ? new AtomixEngine(config, machine, this)
            : new AtomixEngine(config, runtime, machine, this);
  }

  static NodeId idOf(int number) {
    byte[] bytes = new byte[NodeId.BYTES];
    Arrays.fill(bytes, (byte) number);
    return NodeId.ofBytes(bytes);
  }

  static EngineConfig config(Path directory, int number) {
    return new EngineConfig(
        directory.resolve("node-" + number), idOf(number), 1_000, 250, 5_000, 30_000, 1 << 20);
  }

  @Override
  public void send(NodeId to, byte[] message) {
    network.accept(to, message);
  }

  @Override
  public synchronized void committed(long index, long timeMillis, byte[] command, byte[] result) {
    if (index <= lastIndex || timeMillis < lastTimeMillis) {
      broken.add("index " + index + " after " + lastIndex);
    }
    lastIndex = index;
    lastTimeMillis = timeMillis;
    committed.add(new String(command, StandardCharsets.UTF_8));
  }

  @Override
  public synchronized void restored(long index, byte[] snapshot) {
    if (index != 0 && index <= lastIndex) {
      broken.add("restored " + index + " after " + lastIndex);
    }
    lastIndex = index;
    if (index == 0) {
      lastTimeMillis = 0; // from the start again: the log tells everything anew
    }
    restoredAt.add(index);
  }

  @Override
  public synchronized void statusChanged(EngineStatus status) {
    statuses.add(status);
  }

  @Override
  public synchronized void failed(String cause) {
    faults.add(cause);
  }

  EngineStatus.Role role() {
    return engine.status().role();
  }

  boolean leads() {
    return role() == EngineStatus.Role.LEADER;
  }
}
