package io.weft.overlay.registry.atomix;

import io.atomix.cluster.MemberId;
import io.weft.overlay.consensus.NoQuorumException;
import io.weft.overlay.registry.atomix.proto.SubmitReply;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The asking side of submitting: finds the leader, and asks again while there is time, when there
 * is none, when it changes, or when its link is lost. A command may so be committed more than once:
 * that is why each carries an idempotency key.
 */
final class Submissions {
  /** So many commands of this node may be under way at once. */
  static final int MAX_PENDING = 1024;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final RaftRuntime runtime;
  private final long timeoutMillis;
  private final Supplier<@Nullable MemberId> leader;
  private final Supplier<List<NodeId>> unreachable;
  private final BiFunction<MemberId, Pending, CompletableFuture<SubmitReply>> ask;
  private final Set<Pending> pending = new LinkedHashSet<>();

  /** One command on its way. */
  final class Pending {
    final byte[] command;
    final long deadlineNanos;
    private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
    private final RaftRuntime.Cancellable timer;
    private @Nullable MemberId asked;
    private int attempt;

    Pending(byte[] command) {
      this.command = command;
      this.deadlineNanos = runtime.monotonicNanos() + timeoutMillis * 1_000_000;
      this.timer = runtime.schedule(Duration.ofMillis(timeoutMillis), this::expire);
    }

    /** What is left of its time, at least a millisecond. */
    long remainingMillis() {
      return Math.max(1, (deadlineNanos - runtime.monotonicNanos()) / 1_000_000);
    }

    private void expire() {
      end();
      answer.completeExceptionally(
          new NoQuorumException("no majority of the voters committed it", unreachable.get()));
    }

    private void end() {
      timer.cancel();
      pending.remove(this);
      attempt++;
    }
  }

  Submissions(
      RaftRuntime runtime,
      long timeoutMillis,
      Supplier<@Nullable MemberId> leader,
      Supplier<List<NodeId>> unreachable,
      BiFunction<MemberId, Pending, CompletableFuture<SubmitReply>> ask) {
    this.runtime = runtime;
    this.timeoutMillis = timeoutMillis;
    this.leader = leader;
    this.unreachable = unreachable;
    this.ask = ask;
  }

  CompletableFuture<byte[]> submit(byte[] command) {
    if (pending.size() >= MAX_PENDING) {
      return CompletableFuture.failedFuture(
          new NoQuorumException("already " + MAX_PENDING + " commands wait", List.of()));
    }
    Pending made = new Pending(command);
    pending.add(made);
    attempt(made);
    return made.answer;
  }

  /** A leader was elected: what another leader was asked is asked of the new one. */
  void leaderChanged() {
    MemberId now = leader.get();
    if (now != null) {
      for (Pending each : new ArrayList<>(pending)) {
        if (each.asked == null || !Frames.sameMember(each.asked, now)) {
          attempt(each);
        }
      }
    }
  }

  /** The engine stops. */
  void failAll(String reason) {
    for (Pending each : new ArrayList<>(pending)) {
      each.end();
      each.answer.completeExceptionally(new NoQuorumException(reason, List.of()));
    }
  }

  private void attempt(Pending each) {
    if (!pending.contains(each)) {
      return;
    }
    int attempt = ++each.attempt;
    MemberId to = leader.get();
    each.asked = to;
    if (to == null) {
      retryLater(each, attempt);
      return;
    }
    var _ =
        ask.apply(to, each).whenComplete((reply, error) -> answered(each, attempt, reply, error));
  }

  private void answered(
      Pending each, int attempt, @Nullable SubmitReply reply, @Nullable Throwable error) {
    if (!pending.contains(each)) {
      return;
    }
    if (error == null && reply != null) {
      switch (reply.getOutcome()) {
        case DONE -> {
          each.end();
          each.answer.complete(reply.getResult().toByteArray());
          return;
        }
        case BROKEN -> {
          each.end();
          each.answer.completeExceptionally(
              new IllegalStateException("the state machine failed on this command"));
          return;
        }
        case RETRY, OUTCOME_UNSPECIFIED, UNRECOGNIZED -> {}
      }
    }
    retryLater(each, attempt);
  }

  private void retryLater(Pending each, int attempt) {
    var _ =
        runtime.schedule(
            PAUSE,
            () -> {
              if (each.attempt == attempt) {
                attempt(each);
              }
            });
  }
}
