package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.weft.overlay.registry.atomix.proto.SubmitReply;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The leader's side of submitting. Atomix takes commands only in a session; a leader opens one of
 * its own for its term and numbers all commands in it, those of other voters too.
 */
final class Proposer {
  /** A session of a former leader is dropped after this long, by the log's clock. */
  static final long SESSION_TIMEOUT_MILLIS = 600_000;

  /** After so many commands Atomix is told that their cached results are no longer needed. */
  static final int COMMANDS_BETWEEN_KEEP_ALIVES = 128;

  /** More commands than may wait for a session or a commit. */
  static final int MAX_WAITING = 4096;

  private record Waiting(ByteString command, CompletableFuture<SubmitReply> answer) {}

  private final RaftContext raft;
  private final ServerOnlyProtocol server;
  private final MemberId self;
  private final RegistryType type;
  private final GuardedRuntime runtime;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long sessionTerm;
  private long session;
  private long sequence;
  private long completed;
  private boolean opening;
  private int inFlight;

  Proposer(
      RaftContext raft,
      ServerOnlyProtocol server,
      MemberId self,
      RegistryType type,
      GuardedRuntime runtime) {
    this.raft = raft;
    this.server = server;
    this.self = self;
    this.type = type;
    this.runtime = runtime;
  }

  /** Proposes a command, when this node leads; the future always completes normally. */
  CompletableFuture<SubmitReply> propose(byte[] command) {
    if (raft.getRole() != RaftServer.Role.LEADER || waiting.size() + inFlight >= MAX_WAITING) {
      return CompletableFuture.completedFuture(retry());
    }
    if (sessionTerm != raft.getTerm()) {
      forgetSession();
      sessionTerm = raft.getTerm();
    }
    Waiting proposal = new Waiting(ByteString.copyFrom(command), new CompletableFuture<>());
    waiting.add(proposal);
    if (session != 0) {
      drain();
    } else if (!opening) {
      open();
    }
    return proposal.answer();
  }

  /** Gives up what waits, for example because leadership is lost. */
  void forgetSession() {
    session = 0;
    sequence = 0;
    completed = 0;
    opening = false;
    Waiting proposal;
    while ((proposal = waiting.poll()) != null) {
      proposal.answer().complete(retry());
    }
  }

  private void open() {
    var handler = server.onOpenSession;
    if (handler == null) {
      forgetSession();
      return;
    }
    opening = true;
    long term = sessionTerm;
    var _ =
        handler
            .apply(
                OpenSessionRequest.builder()
                    .withMemberId(self)
                    .withServiceName(RegistryType.SERVICE)
                    .withServiceType(type)
                    .withServiceConfig(LogCodec.serviceOptions())
                    .withReadConsistency(ReadConsistency.LINEARIZABLE)
                    .withMinTimeout(0)
                    .withMaxTimeout(SESSION_TIMEOUT_MILLIS)
                    .build())
            .whenComplete((response, error) -> opened(term, response, error));
  }

  private void opened(
      long term, @Nullable OpenSessionResponse response, @Nullable Throwable error) {
    if (term != sessionTerm || !opening) {
      return; // of a term that is over
    }
    opening = false;
    runtime.check(error);
    if (error != null || response == null || response.status() != RaftResponse.Status.OK) {
      forgetSession();
      return;
    }
    session = response.session();
    drain();
  }

  private void drain() {
    var handler = server.onCommand;
    Waiting proposal;
    while (session != 0 && (proposal = waiting.poll()) != null) {
      if (handler == null) {
        proposal.answer().complete(retry());
        continue;
      }
      long number = ++sequence;
      inFlight++;
      CompletableFuture<SubmitReply> answer = proposal.answer();
      var _ =
          handler
              .apply(
                  CommandRequest.builder()
                      .withSession(session)
                      .withSequence(number)
                      .withOperation(LogCodec.operation(proposal.command().toByteArray()))
                      .build())
              .whenComplete((response, error) -> committed(number, answer, response, error));
      if (number % COMMANDS_BETWEEN_KEEP_ALIVES == 0) {
        keepAlive();
      }
    }
  }

  private void committed(
      long number,
      CompletableFuture<SubmitReply> answer,
      @Nullable CommandResponse response,
      @Nullable Throwable error) {
    inFlight--;
    runtime.check(error);
    if (error != null || response == null || response.status() != RaftResponse.Status.OK) {
      // Unknown session and the like: a new session is cheap, and the asker asks again.
      if (raft.getRole() == RaftServer.Role.LEADER) {
        forgetSession();
      }
      answer.complete(retry());
      return;
    }
    completed = Math.max(completed, number);
    byte[] result = response.result();
    if (result == null || result.length == 0 || result[0] != RegistryService.ANSWERED) {
      answer.complete(SubmitReply.newBuilder().setOutcome(SubmitReply.Outcome.BROKEN).build());
      return;
    }
    answer.complete(
        SubmitReply.newBuilder()
            .setOutcome(SubmitReply.Outcome.DONE)
            .setResult(ByteString.copyFrom(result, 1, result.length - 1))
            .build());
  }

  private void keepAlive() {
    var handler = server.onKeepAlive;
    if (handler != null && completed > 0) {
      var _ =
          handler.apply(
              KeepAliveRequest.builder()
                  .withSessionIds(new long[] {session})
                  .withCommandSequences(new long[] {completed})
                  .withEventIndexes(new long[] {session})
                  .build());
    }
  }

  private static SubmitReply retry() {
    return SubmitReply.newBuilder().setOutcome(SubmitReply.Outcome.RETRY).build();
  }
}
