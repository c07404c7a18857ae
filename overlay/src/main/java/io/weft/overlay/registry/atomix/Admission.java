package io.weft.overlay.registry.atomix;

import io.weft.overlay.consensus.NoQuorumException;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One join of the voters, from its beginning to its end. It is over when this node is a voter in
 * the newest configuration that it was told of, though that may not be committed: its vote may be
 * what is wanting for that, and the leader that asked may be no more. Were it given up then, a
 * cluster that grows from one voter to two would never have a leader again.
 */
final class Admission {
  private final EngineConfig config;
  private final GuardedRuntime runtime;
  private final StateFile stateFile;
  private final Reachability reachability;
  private final List<NodeId> others;
  private final Voter joining;
  private final Consumer<String> stop;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private RaftRuntime.@Nullable Cancellable timer;

  /** Whether being counted in ends it no more. */
  private boolean over;

  /**
   * A join that is about to begin.
   *
   * @param others who is asked
   * @param stop stops the voter, and says why
   */
  Admission(
      EngineConfig config,
      GuardedRuntime runtime,
      StateFile stateFile,
      Reachability reachability,
      List<NodeId> others,
      Voter joining,
      Consumer<String> stop) {
    this.config = config;
    this.runtime = runtime;
    this.stateFile = stateFile;
    this.reachability = reachability;
    this.others = others;
    this.joining = joining;
    this.stop = stop;
  }

  /** Asks; ends with the admission, or fails when there was none in time. */
  CompletableFuture<Void> begin() {
    timer = runtime.schedule(Duration.ofMillis(config.membershipTimeoutMillis()), this::giveUp);
    var _ = joining.join(others).whenComplete((none, error) -> answered(error));
    return done;
  }

  private void giveUp() {
    if (!done.isDone()) {
      stop.accept("the join was given up");
      done.completeExceptionally(
          new NoQuorumException(
              "the voters did not take this node in within "
                  + config.membershipTimeoutMillis()
                  + " ms",
              reachability.unreachable(others)));
    }
  }

  /** This node is a voter in the newest configuration that it was told of. */
  void counted() {
    if (over) {
      return;
    }
    over = true;
    cancelTimer();
    // First the configuration: a voter that does not know itself for one answers no candidate.
    joining.keepConfiguration();
    stateFile.write(StateFile.Stage.VOTER, List.of());
    done.complete(null);
  }

  private void answered(@Nullable Throwable error) {
    cancelTimer();
    if (done.isDone()) {
      return;
    }
    over = true;
    if (error == null) {
      try {
        stateFile.write(StateFile.Stage.VOTER, List.of());
        done.complete(null);
      } catch (RuntimeException e) {
        runtime.check(e);
        done.completeExceptionally(e);
      }
    } else {
      stop.accept("the join failed");
      done.completeExceptionally(error);
    }
  }

  private void cancelTimer() {
    RaftRuntime.Cancellable running = timer;
    if (running != null) {
      running.cancel();
    }
  }
}
