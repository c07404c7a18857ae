package io.weft.overlay.registry.atomix;

import com.google.protobuf.InvalidProtocolBufferException;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.NoQuorumException;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.security.identity.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A voter that has lost its log, and with it what it had promised, has itself taken out by the
 * others. After that nobody counts on it, and it may join as if it came for the first time.
 */
final class Retreat {
  private final EngineConfig config;
  private final GuardedRuntime runtime;
  private final List<NodeId> others;
  private final Calls calls;
  private final Peers peers;
  private final CompletableFuture<Void> out = new CompletableFuture<>();
  private final long deadlineNanos;

  /**
   * One that has not begun.
   *
   * @param others whom to ask by turns; the one that leads answers, the rest pass it on
   */
  Retreat(
      EngineConfig config,
      GuardedRuntime runtime,
      ConsensusListener listener,
      List<NodeId> others) {
    this.config = config;
    this.runtime = runtime;
    this.others = others;
    calls = new Calls(runtime, (to, frame) -> listener.send(Members.node(to), frame.toByteArray()));
    peers = new Peers(calls, runtime, config.requestTimeoutMillis(), term -> {});
    deadlineNanos = runtime.monotonicNanos() + config.membershipTimeoutMillis() * 1_000_000;
  }

  /** Asks until it is out and that is committed, or the time is over. */
  CompletableFuture<Void> begin() {
    ask(0);
    return out;
  }

  private void ask(int attempt) {
    if (out.isDone()) {
      return;
    }
    if (runtime.monotonicNanos() > deadlineNanos) {
      out.completeExceptionally(
          new NoQuorumException(
              "the log here is damaged, and no majority of the voters took this node out", others));
      return;
    }
    MemberId self = Members.id(config.self());
    LeaveRequest request =
        LeaveRequest.builder()
            .withMember(
                new DefaultRaftMember(
                    self, RaftMember.Type.ACTIVE, Instant.ofEpochMilli(runtime.wallMillis())))
            .build();
    var _ =
        peers
            .leave(Members.id(others.get(attempt % others.size())), request)
            .whenComplete(
                (response, error) -> {
                  if (error == null && response.status() == RaftResponse.Status.OK) {
                    out.complete(null);
                  } else {
                    var _ =
                        runtime.schedule(
                            Duration.ofMillis(config.heartbeatMillis()), () -> ask(attempt + 1));
                  }
                });
  }

  /** Whether it was an answer that is waited for. */
  boolean receive(NodeId from, byte[] message) {
    try {
      return calls.answered(Members.id(from), Frame.parseFrom(message));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      return false;
    }
  }

  void stop() {
    out.completeExceptionally(new IllegalStateException("the engine is closed"));
    calls.failAll();
  }
}
