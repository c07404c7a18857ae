package io.weft.overlay.registry.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.atomix.storage.StorageLevel;
import io.atomix.storage.journal.Indexed;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.consensus.NoQuorumException;
import io.weft.overlay.consensus.StateMachine;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.overlay.registry.atomix.proto.SubmitReply;
import io.weft.raft.EngineContext;
import io.weft.raft.RaftRuntime;
import io.weft.security.identity.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One running Raft member, from the opening of its log to its stop; lives on the engine's thread.
 *
 * <p>It works on Atomix's {@code RaftContext} and leaves its server, client and partitions aside:
 * the server's start and stop hop to the JDK's common pool, and its restart asks the others to take
 * it in again, by which a removed voter would come back.
 */
final class Voter {
  private final EngineConfig config;
  private final GuardedRuntime runtime;
  private final Reachability reachability;
  private final Consumer<EngineStatus> publish;
  private final ConsensusListener listener;
  private final MemberId self;
  private final Calls calls;
  private final Peers peers;
  private final RaftContext raft;
  private final Proposer proposer;
  private final Submissions submissions;
  private final Receiver receiver;
  private RaftRuntime.Cancellable ticker = () -> {};
  private boolean stopped;
  private boolean out;
  private boolean muted;

  Voter(
      EngineConfig config,
      GuardedRuntime runtime,
      StateMachine machine,
      ConsensusListener listener,
      Reachability reachability,
      Consumer<EngineStatus> publish) {
    this.config = config;
    this.runtime = runtime;
    this.reachability = reachability;
    this.publish = publish;
    this.listener = listener;
    self = Members.id(config.self());
    calls = new Calls(runtime, this::send);
    peers = new Peers(calls, runtime, config.requestTimeoutMillis(), this::othersAreInTerm);
    RegistryService service = new RegistryService(machine, listener);
    service.reset();
    RegistryType type = new RegistryType(service);
    raft =
        new RaftContext(
            RegistryType.SERVICE,
            self,
            new LocalMembership(self),
            peers,
            storage(config),
            type,
            EngineContext::new,
            false);
    raft.setElectionTimeout(Duration.ofMillis(config.electionTimeoutMillis()));
    raft.setHeartbeatInterval(Duration.ofMillis(config.heartbeatMillis()));
    proposer = new Proposer(raft, peers, self, type, runtime);
    submissions =
        new Submissions(
            runtime, config.submitTimeoutMillis(), this::leader, this::unreachable, this::ask);
    receiver = new Receiver(raft, peers, calls, proposer, runtime, this::send);
    raft.addRoleChangeListener(role -> changed());
    raft.addLeaderElectionListener(member -> changed());
    tick();
  }

  /** A leader or candidate of an older term is none any more (Raft paper, figure 2). */
  private void othersAreInTerm(long term) {
    if (!stopped && term > raft.getTerm() && term <= raft.getTerm() + Receiver.MAX_TERM_JUMP) {
      raft.setTerm(term);
      raft.transition(RaftServer.Role.FOLLOWER);
    }
  }

  private static RaftStorage storage(EngineConfig config) {
    return RaftStorage.builder()
        .withPrefix(RegistryType.SERVICE)
        .withDirectory(config.directory().toFile())
        .withStorageLevel(StorageLevel.MAPPED) // DISK diverges even when mended
        .withNamespace(new LogCodec())
        .withMaxSegmentSize(config.segmentBytes())
        .withMaxEntrySize(LogCodec.MAX_ENTRY_BYTES)
        .withDynamicCompaction(false)
        .withFreeDiskBuffer(0.0001)
        .withFreeMemoryBuffer(0.0001)
        .withFlushOnCommit(false) // mend 6 flushes earlier, before anything is acknowledged
        .build();
  }

  /** Founds a cluster of one; completes when it can commit. */
  CompletableFuture<Void> found() {
    CompletableFuture<Void> founded = new CompletableFuture<>();
    var _ =
        raft.getCluster()
            .bootstrap(Set.of(self))
            .whenComplete(
                (none, error) -> {
                  if (error != null) {
                    founded.completeExceptionally(error);
                    return;
                  }
                  raft.awaitState(RaftContext.State.READY, state -> founded.complete(null));
                  electSelfIfAlone();
                });
    return founded;
  }

  /** Goes on as the member that the stored configuration says this is. */
  void resume() {
    adoptLoggedConfiguration();
    raft.transition(raft.getCluster().getMember().getType());
    electSelfIfAlone();
  }

  /** Whether the stored configuration has this node in it. */
  boolean isConfigured() {
    Configuration configuration = raft.getCluster().getConfiguration();
    return configuration != null
        && configuration.members().stream().anyMatch(m -> Frames.sameMember(m.memberId(), self));
  }

  /**
   * Whether others may rely on what is on disk here: the newest configuration in the log counts
   * this node in, or it has given its vote away.
   */
  boolean hasPromised() {
    adoptLoggedConfiguration();
    return isConfigured() || raft.getLastVotedFor() != null;
  }

  /** Whether this node acts as a voter, by a configuration that need not be committed. */
  boolean votes() {
    return switch (raft.getRole()) {
      case FOLLOWER, CANDIDATE, LEADER -> voters().contains(config.self());
      case INACTIVE, PASSIVE, PROMOTABLE -> false;
    };
  }

  /** Keeps the configuration on disk as it is now; Atomix itself keeps only committed ones. */
  void keepConfiguration() {
    Configuration configuration = raft.getCluster().getConfiguration();
    if (configuration != null) {
      raft.getMetaStore().storeConfiguration(configuration);
    }
  }

  /** Becomes a voter through one of these. */
  CompletableFuture<Void> join(List<NodeId> voters) {
    adoptLoggedConfiguration();
    CompletableFuture<Void> joined = new CompletableFuture<>();
    join(voters, joined);
    return joined;
  }

  private void join(List<NodeId> voters, CompletableFuture<Void> joined) {
    var _ =
        raft.getCluster()
            .join(voters.stream().map(Members::id).toList())
            .whenComplete(
                (none, error) -> {
                  if (error == null) {
                    raft.awaitState(RaftContext.State.READY, state -> joined.complete(null));
                  } else {
                    // The configuration changed in between, for example; the caller bounds the
                    // time.
                    var _ =
                        runtime.schedule(
                            Duration.ofMillis(config.electionTimeoutMillis()),
                            () -> {
                              if (!stopped && !votes()) {
                                join(voters, joined);
                              }
                            });
                  }
                });
  }

  /**
   * Atomix learns of a configuration from a message before it is in the log, and keeps on disk only
   * committed ones. After a restart the newest in the log counts (Raft paper, section 6).
   */
  private void adoptLoggedConfiguration() {
    Configuration stored = raft.getCluster().getConfiguration();
    if (stored == null) {
      return;
    }
    Configuration newest = stored;
    try (RaftLogReader reader = raft.getLog().openReader(1, RaftLogReader.Mode.ALL)) {
      while (reader.hasNext()) {
        Indexed<RaftLogEntry> next = reader.next();
        if (next.entry() instanceof ConfigurationEntry entry && next.index() > newest.index()) {
          newest =
              new Configuration(next.index(), entry.term(), entry.timestamp(), entry.members());
        }
      }
    }
    if (newest.index() > stored.index()) {
      raft.getCluster().configure(newest);
    }
  }

  private void electSelfIfAlone() {
    if (raft.getCluster().getActiveMemberStates().isEmpty()
        && raft.getCluster().getMember().getType() == RaftMember.Type.ACTIVE
        && raft.getRole() == RaftServer.Role.FOLLOWER) {
      raft.transition(RaftServer.Role.CANDIDATE);
    }
  }

  /** Takes a member out; completes when that is committed, or fails when the time is over. */
  CompletableFuture<Void> remove(NodeId member, long timeoutMillis) {
    return remove(member, timeoutMillis, List.of());
  }

  /**
   * Takes this node out. By turns with the leader that it knows, if any, it asks the voters it
   * knows and these: one that was taken out while it was away hears of no leader any more.
   */
  CompletableFuture<Void> leave(List<NodeId> voters, long timeoutMillis) {
    TreeSet<NodeId> others = new TreeSet<>(voters());
    others.addAll(voters);
    others.remove(config.self());
    return remove(config.self(), timeoutMillis, List.copyOf(others));
  }

  private CompletableFuture<Void> remove(NodeId member, long timeoutMillis, List<NodeId> others) {
    CompletableFuture<Void> removed = new CompletableFuture<>();
    remove(member, removed, runtime.monotonicNanos() + timeoutMillis * 1_000_000, others, 0);
    return removed;
  }

  private void remove(
      NodeId member,
      CompletableFuture<Void> removed,
      long deadlineNanos,
      List<NodeId> others,
      int attempt) {
    if (stopped || runtime.monotonicNanos() > deadlineNanos) {
      removed.completeExceptionally(
          new NoQuorumException(
              "no majority of the voters took " + member.shortForm() + " out", unreachable()));
      return;
    }
    LeaveRequest request =
        LeaveRequest.builder()
            .withMember(
                new DefaultRaftMember(
                    Members.id(member),
                    RaftMember.Type.ACTIVE,
                    Instant.ofEpochMilli(runtime.wallMillis())))
            .build();
    // An answer that never comes must not hold up the next try.
    boolean[] ended = {false};
    Runnable again =
        () -> {
          if (!ended[0]) {
            ended[0] = true;
            remove(member, removed, deadlineNanos, others, attempt + 1);
          }
        };
    var _ = runtime.schedule(Duration.ofMillis(config.electionTimeoutMillis() * 2), again);
    CompletableFuture<LeaveResponse> asked =
        others.isEmpty() || attempt % 2 == 0
            ? receiver.leave(request)
            : peers.leave(Members.id(others.get(attempt / 2 % others.size())), request);
    var _ =
        asked.whenComplete(
            (response, error) -> {
              if (error == null && response.status() == RaftResponse.Status.OK) {
                ended[0] = true;
                removed.complete(null);
              } else {
                var _ = runtime.schedule(Duration.ofMillis(config.heartbeatMillis()), again);
              }
            });
  }

  CompletableFuture<byte[]> submit(byte[] command) {
    return submissions.submit(command);
  }

  boolean receive(NodeId from, byte[] message, boolean outside) {
    return receiver.receive(Members.id(from), message, outside);
  }

  void peerUp(NodeId peer) {
    // Atomix waits ever longer for a silent member, up to a minute; now there is news of it.
    RaftMemberContext state = raft.getCluster().getMemberState(Members.id(peer));
    if (state != null) {
      state.resetFailureCount();
    }
  }

  void peerDown(NodeId peer) {
    calls.fail(Members.id(peer));
  }

  /** Sends nothing any more and answers no command: its log cannot be written. */
  void mute() {
    muted = true;
    submissions.failAll("the registry's log on this host cannot be written");
  }

  /** Ends everything; what was acknowledged is on disk. */
  void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    ticker.cancel();
    submissions.failAll("the registry's engine stops");
    calls.failAll();
    raft.transition(RaftServer.Role.INACTIVE);
    proposer.forgetSession();
    raft.getCluster().close();
    raft.close();
  }

  /** Whether it led until it had committed that it votes no more. */
  boolean isOut() {
    return out;
  }

  /** The voters by the newest configuration, in order. */
  List<NodeId> voters() {
    Configuration configuration = raft.getCluster().getConfiguration();
    if (configuration == null) {
      return List.of();
    }
    return configuration.members().stream()
        .filter(member -> member.getType() == RaftMember.Type.ACTIVE)
        .map(member -> Members.node(member.memberId()))
        .sorted()
        .toList();
  }

  private List<NodeId> unreachable() {
    return reachability.unreachable(
        voters().stream().filter(voter -> !voter.equals(config.self())).toList());
  }

  private @Nullable MemberId leader() {
    DefaultRaftMember leader = raft.getLeader();
    return leader == null ? null : leader.memberId();
  }

  private CompletableFuture<SubmitReply> ask(MemberId leader, Submissions.Pending pending) {
    return Frames.sameMember(leader, self)
        ? proposer.propose(pending.command)
        : peers.submit(leader, pending.command, pending.remainingMillis());
  }

  private void send(MemberId to, Frame frame) {
    if (!stopped && !muted) {
      listener.send(Members.node(to), frame.toByteArray());
    }
  }

  private void changed() {
    if (stopped || muted) {
      return;
    }
    if (raft.getRole() != RaftServer.Role.LEADER) {
      proposer.forgetSession();
    }
    publish.accept(status());
    submissions.leaderChanged();
  }

  /** Looks at what Atomix has no event for: indices, and the members. */
  private void tick() {
    ticker = runtime.schedule(Duration.ofMillis(config.heartbeatMillis()), this::tick);
    boolean removedLeader =
        raft.getRole() == RaftServer.Role.LEADER
            && !isConfigured()
            && raft.getCommitIndex() >= raft.getCluster().getConfiguration().index();
    if (removedLeader) {
      out = true;
      raft.transition(RaftServer.Role.INACTIVE);
    }
    publish.accept(status());
  }

  private EngineStatus status() {
    // One that hears of a newer leader takes over its term first and steps down a moment later: in
    // between it is no leader, and certainly not of that term (INV-RAFT-1).
    MemberId known = leader();
    boolean leads =
        raft.getRole() == RaftServer.Role.LEADER && known != null && Frames.sameMember(known, self);
    Optional<NodeId> leader = Optional.ofNullable(known).map(Members::node);
    List<EngineStatus.Voter> voters =
        voters().stream().map(voter -> describe(voter, leads)).toList();
    RaftServer.Role role = raft.getRole();
    return new EngineStatus(
        role(role == RaftServer.Role.LEADER && !leads ? RaftServer.Role.FOLLOWER : role),
        raft.getTerm(),
        leader,
        voters,
        raft.getCommitIndex());
  }

  private EngineStatus.Voter describe(NodeId voter, boolean leads) {
    if (voter.equals(config.self())) {
      return new EngineStatus.Voter(voter, leads ? raft.getLogWriter().getLastIndex() : -1, true);
    }
    RaftMemberContext state = raft.getCluster().getMemberState(Members.id(voter));
    long match = leads && state != null ? state.getMatchIndex() : -1;
    return new EngineStatus.Voter(voter, match, reachability.isUp(voter));
  }

  private static EngineStatus.Role role(RaftServer.Role role) {
    return switch (role) {
      case INACTIVE -> EngineStatus.Role.STOPPED;
      case PASSIVE, PROMOTABLE -> EngineStatus.Role.JOINING;
      case FOLLOWER -> EngineStatus.Role.FOLLOWER;
      case CANDIDATE -> EngineStatus.Role.CANDIDATE;
      case LEADER -> EngineStatus.Role.LEADER;
    };
  }
}
