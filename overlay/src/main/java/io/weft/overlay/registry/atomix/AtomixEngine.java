package io.weft.overlay.registry.atomix;

import io.weft.overlay.consensus.ConsensusEngine;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.consensus.NoQuorumException;
import io.weft.overlay.consensus.StateMachine;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consensus engine on Atomix's mended Raft core.
 *
 * <p>Every public method hands its work to the runtime's one thread. A {@link Voter} exists there
 * from bootstrap, restart or join until leave or close; an engine can join again after it left.
 */
public final class AtomixEngine implements ConsensusEngine {
  /** Messages from peers that may wait for the engine's thread; more are dropped, as if lost. */
  static final int MAX_QUEUED_MESSAGES = 8192;

  private static final Logger LOG = LoggerFactory.getLogger(AtomixEngine.class);
  private static final long CLOSE_SECONDS = 10;

  private final EngineConfig config;
  private final RaftRuntime thread;
  private final GuardedRuntime runtime;
  private final StateMachine machine;
  private final ConsensusListener listener;
  private final StateFile stateFile;
  private final Reachability reachability;
  private final AtomicInteger queuedMessages = new AtomicInteger();
  private volatile EngineStatus status = EngineStatus.STOPPED;

  /** Whether it is under way to leave the voters at its host's word. */
  private boolean leaves;

  private @Nullable Voter voter;
  private @Nullable Retreat retreat;
  private boolean closed;
  private @Nullable String fault;

  /** The join that was begun last. */
  private @Nullable Admission admission;

  /** An engine on a real thread of its own. */
  public AtomixEngine(EngineConfig config, StateMachine machine, ConsensusListener listener) {
    this(
        config, new ThreadRuntime("weft-registry-" + config.self().shortForm()), machine, listener);
  }

  /** An engine on the given runtime, for example one in virtual time. */
  public AtomixEngine(
      EngineConfig config, RaftRuntime runtime, StateMachine machine, ConsensusListener listener) {
    this.config = config;
    this.thread = runtime;
    this.runtime = new GuardedRuntime(runtime, this::broken);
    this.machine = machine;
    this.listener = listener;
    this.stateFile = new StateFile(config.directory());
    this.reachability = new Reachability(this.runtime, config.electionTimeoutMillis() * 2);
  }

  @Override
  public boolean hasState() {
    return stateFile.read().isPresent();
  }

  @Override
  public CompletableFuture<Void> bootstrap() {
    return start(
        () -> {
          if (hasState()) {
            throw new IllegalStateException(
                "there is a registry in " + config.directory() + " already: restart it, or leave");
          }
          stateFile.wipe();
          Voter made = open();
          CompletableFuture<Void> founded = made.found();
          stateFile.write(StateFile.Stage.VOTER, List.of());
          return founded;
        });
  }

  @Override
  public CompletableFuture<Void> restart() {
    return start(
        () -> {
          StateFile.Content content =
              stateFile
                  .read()
                  .orElseThrow(
                      () ->
                          new IllegalStateException(
                              "there is no registry in " + config.directory() + " to restart"));
          LogCheck.damage(config.directory())
              .ifPresent(
                  damage -> {
                    throw new IllegalStateException(
                        damage + ": this voter has to be taken out by the others and to join anew");
                  });
          if (content.stage() == StateFile.Stage.JOINING) {
            return resumeJoin(content.voters());
          }
          open().resume();
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> join(List<NodeId> voters) {
    return start(
        () -> {
          Optional<StateFile.Content> content = stateFile.read();
          if (content.isPresent() && LogCheck.damage(config.directory()).isPresent()) {
            return retreat(voters).thenCompose(none -> resumeJoin(voters));
          }
          if (content.isPresent() && content.get().stage() == StateFile.Stage.VOTER) {
            throw new IllegalStateException(
                "this node is a voter already, by " + config.directory());
          }
          return resumeJoin(voters);
        });
  }

  /** Has the others take this node out, and then forgets its log, which is damaged. */
  private CompletableFuture<Void> retreat(List<NodeId> voters) {
    Retreat begun = new Retreat(config, runtime, listener, others(voters));
    retreat = begun;
    return begun
        .begin()
        .whenComplete((none, error) -> retreat = null)
        .thenRun(
            () -> {
              LOG.warn(
                  "the damaged log in {} is dropped, as nobody counts on it", config.directory());
              wipe();
            });
  }

  private List<NodeId> others(List<NodeId> voters) {
    List<NodeId> others = voters.stream().filter(v -> !v.equals(config.self())).sorted().toList();
    if (others.isEmpty()) {
      throw new IllegalArgumentException("nobody to join: the list names no other voter");
    }
    return others;
  }

  /**
   * Joins, or goes on joining. A log of a node that no configuration counts in and that never voted
   * promised nothing to anybody and is dropped; any other is kept, because this node may be a voter
   * by now.
   */
  private CompletableFuture<Void> resumeJoin(List<NodeId> voters) {
    List<NodeId> others = others(voters);
    Voter made = null;
    if (hasState()) {
      made = open();
      if (!made.hasPromised()) {
        made.stop();
        made = null;
      }
    }
    if (made == null) {
      stateFile.wipe();
      stateFile.write(StateFile.Stage.JOINING, others);
      made = open();
    }
    Admission begun =
        new Admission(config, runtime, stateFile, reachability, others, made, this::stop);
    admission = begun;
    return begun.begin();
  }

  @Override
  public CompletableFuture<Void> leave(List<NodeId> voters) {
    return onThread(
        () -> {
          Voter leaving = running();
          if (leaving.voters().equals(List.of(config.self()))) {
            throw new IllegalStateException("the last voter cannot leave; close it");
          }
          leaves = true;
          return leaving
              .leave(voters, config.membershipTimeoutMillis())
              .whenComplete((none, error) -> leaves = false)
              .thenRun(
                  () -> {
                    stop("this node left the voters");
                    wipe();
                  });
        });
  }

  /**
   * A leader may commit its own removal for another, who asked for it and is gone: then nobody
   * waits here to end it, and it could never join again.
   */
  private void dropIfOut() {
    Voter present = voter;
    if (present != null && present.isOut() && !leaves) {
      stop("this node was taken out of the voters");
      wipe();
    }
  }

  private void wipe() {
    try {
      stateFile.wipe();
    } catch (RuntimeException e) {
      runtime.check(e);
      throw e;
    }
  }

  @Override
  public CompletableFuture<Void> remove(NodeId dead) {
    return onThread(
        () -> {
          if (dead.equals(config.self())) {
            throw new IllegalArgumentException("a voter does not remove itself; it leaves");
          }
          return running().remove(dead, config.membershipTimeoutMillis());
        });
  }

  @Override
  public CompletableFuture<byte[]> submit(byte[] command) {
    if (command.length > MAX_COMMAND_BYTES) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "a command of " + command.length + " bytes; at most " + MAX_COMMAND_BYTES + " fit"));
    }
    byte[] copy = command.clone();
    return onThread(
        () -> {
          if (voter == null) {
            throw new NoQuorumException("this node is no voter of the registry", List.of());
          }
          return voter.submit(copy);
        });
  }

  @Override
  public void receive(NodeId from, byte[] message) {
    receive(from, message, false);
  }

  @Override
  public void receiveFromOutside(NodeId from, byte[] message) {
    receive(from, message, true);
  }

  private void receive(NodeId from, byte[] message, boolean outside) {
    if (message.length > MAX_MESSAGE_BYTES) {
      LOG.debug("dropped a message of {} bytes from {}", message.length, from);
      return;
    }
    if (queuedMessages.incrementAndGet() > MAX_QUEUED_MESSAGES) {
      queuedMessages.decrementAndGet();
      return;
    }
    runtime.execute(
        () -> {
          queuedMessages.decrementAndGet();
          boolean good =
              voter != null
                  ? voter.receive(from, message, outside)
                  : retreat != null && retreat.receive(from, message);
          if (good) {
            reachability.heard(from);
          }
        });
  }

  @Override
  public void peerUp(NodeId peer) {
    runtime.execute(
        () -> {
          reachability.up(peer);
          if (voter != null) {
            voter.peerUp(peer);
          }
        });
  }

  @Override
  public void peerDown(NodeId peer) {
    runtime.execute(
        () -> {
          reachability.down(peer);
          if (voter != null) {
            voter.peerDown(peer);
          }
        });
  }

  @Override
  public EngineStatus status() {
    return status;
  }

  @Override
  public void close() {
    if (runtime.isCurrent()) {
      closeNow();
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    runtime.always(
        () -> {
          try {
            closeNow();
          } finally {
            done.countDown();
          }
        });
    try {
      if (!done.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the registry's engine did not close in {} s", CLOSE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    stop("the engine is closed");
    if (thread instanceof ThreadRuntime real) {
      real.close();
    }
  }

  private Voter open() {
    Voter made = new Voter(config, runtime, machine, listener, reachability, this::publish);
    voter = made;
    return made;
  }

  private void stop(String reason) {
    if (retreat != null) {
      retreat.stop();
    }
    Voter stopping = voter;
    if (stopping != null) {
      voter = null;
      admission = null;
      LOG.debug("stopping: {}", reason);
      stopping.stop();
      publish(EngineStatus.STOPPED);
    }
  }

  /**
   * In the midst of a task that met a fault: from here on nothing may leave this node. The rest is
   * done after that task, for Atomix is not to be stopped from within itself.
   */
  private void broken(Throwable cause) {
    String why =
        "the registry's engine cannot go on with its log in %s: %s"
            .formatted(config.directory(), rootMessage(cause));
    fault = why;
    LOG.error("{}", why, cause);
    if (voter != null) {
      voter.mute();
    }
    runtime.always(
        () -> {
          try {
            stop(why);
          } catch (RuntimeException e) {
            LOG.warn("the registry's engine did not stop in good order", e);
          }
          publish(EngineStatus.STOPPED);
          listener.failed(why);
        });
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < GuardedRuntime.MAX_CAUSES; depth++) {
      root = root.getCause();
    }
    return root instanceof Error || root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private Voter running() {
    if (voter == null) {
      throw new IllegalStateException("this node is no voter of the registry");
    }
    return voter;
  }

  private void publish(EngineStatus now) {
    EngineStatus before = status;
    status = now;
    Voter present = voter;
    Admission begun = admission;
    if (begun != null && present != null && present.votes()) {
      begun.counted();
    }
    if (present != null && present.isOut()) {
      runtime.always(this::dropIfOut); // Atomix is not to be stopped from within itself
    }
    if (before.role() != now.role()
        || before.term() != now.term()
        || !before.leader().equals(now.leader())
        || !before.voterIds().equals(now.voterIds())) {
      listener.statusChanged(now);
    }
  }

  private CompletableFuture<Void> start(Supplier<CompletableFuture<Void>> task) {
    return onThread(
        () -> {
          if (voter != null || retreat != null) {
            throw new IllegalStateException("the engine runs already");
          }
          try {
            return task.get();
          } catch (RuntimeException e) {
            stop("it could not start");
            throw e;
          }
        });
  }

  private <T> CompletableFuture<T> onThread(Supplier<CompletableFuture<T>> task) {
    CompletableFuture<T> result = new CompletableFuture<>();
    runtime.always(
        () -> {
          if (closed || fault != null) {
            String why = fault == null ? "the engine is closed" : fault;
            result.completeExceptionally(new IllegalStateException(why));
            return;
          }
          try {
            var _ =
                task.get()
                    .whenComplete(
                        (value, error) -> {
                          if (error == null) {
                            result.complete(value);
                          } else {
                            result.completeExceptionally(error);
                          }
                        });
          } catch (RuntimeException e) {
            runtime.check(e);
            result.completeExceptionally(e);
          }
        });
    return result;
  }
}
