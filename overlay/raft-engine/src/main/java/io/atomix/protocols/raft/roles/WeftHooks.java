package io.atomix.protocols.raft.roles;

import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftClusterContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.raft.RaftRuntime;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What the mended roles call. Weft's own code; it stands in this package because a leader's
 * appender is visible only here. Which mend calls what is said in io.weft.raft.mend.
 */
public final class WeftHooks {
  private WeftHooks() {}

  /**
   * Mend 1: on a leader or candidate, a configure request of a higher term makes it a follower, and
   * the follower handles the request.
   *
   * @return the follower's answer, or null when the role is to handle the request itself
   */
  public static @Nullable CompletableFuture<ConfigureResponse> stepDown(
      RaftContext raft, ConfigureRequest request) {
    raft.checkThread();
    boolean leading = raft.getRole() == RaftServer.Role.LEADER;
    if (request.term() < raft.getTerm()) {
      return null; // mend 4 refuses it
    }
    if (request.term() == raft.getTerm() && leading) {
      return CompletableFuture.completedFuture(refusal()); // there can be no other leader
    }
    raft.setTerm(request.term());
    raft.transition(RaftServer.Role.FOLLOWER);
    return raft.getRaftRole().onConfigure(request);
  }

  /** Mend 4: the refusal of a request whose term is over, or null when it is not. */
  public static @Nullable CompletableFuture<ConfigureResponse> refuseStale(
      RaftContext raft, ConfigureRequest request) {
    return request.term() < raft.getTerm() ? CompletableFuture.completedFuture(refusal()) : null;
  }

  private static ConfigureResponse refusal() {
    return ConfigureResponse.builder()
        .withStatus(RaftResponse.Status.ERROR)
        .withError(RaftError.Type.ILLEGAL_MEMBER_STATE)
        .build();
  }

  /**
   * Mend 3: the answer to a query that has to wait until this leader's first entry is applied, or
   * null when it need not wait.
   */
  static @Nullable CompletableFuture<QueryResponse> awaitFirstEntry(
      RaftRole leader, RaftContext raft, LeaderAppender appender, QueryRequest request) {
    long first = appender.getIndex();
    if (raft.getLastApplied() >= first) {
      return null;
    }
    CompletableFuture<QueryResponse> answer = new CompletableFuture<>();
    var _ =
        appender
            .appendEntries(first)
            .thenCompose(
                index ->
                    raft.getLastApplied() >= first
                        ? CompletableFuture.completedFuture(null)
                        : raft.getServiceManager().<Object>apply(first))
            .thenComposeAsync(
                applied ->
                    raft.getRaftRole() == leader
                        ? leader.onQuery(request)
                        : CompletableFuture.failedFuture(new IllegalStateException("not leader")),
                raft.getThreadContext())
            .whenComplete(
                (response, error) -> {
                  if (error == null) {
                    answer.complete(response);
                  } else {
                    answer.complete(
                        QueryResponse.builder()
                            .withStatus(RaftResponse.Status.ERROR)
                            .withError(RaftError.Type.QUERY_FAILURE, "leadership was lost")
                            .build());
                  }
                });
    return answer;
  }

  /** Whether this node is about to become a voter, as far as it knows. */
  public static boolean isJoining(RaftContext raft) {
    return switch (raft.getRole()) {
      case PASSIVE, PROMOTABLE -> true;
      case INACTIVE, FOLLOWER, CANDIDATE, LEADER -> false;
    };
  }

  /**
   * A node that is about to become a voter answers candidates, as any server does by the Raft
   * paper's section 6: the configuration that counts it in may be known only to the one who asks,
   * and there may be no majority without its vote.
   */
  public static CompletableFuture<VoteResponse> voteWhileJoining(
      RaftContext raft, VoteRequest request) {
    return CompletableFuture.completedFuture(new Joiner(raft).vote(request));
  }

  /** The same for the question that comes before a vote. */
  public static CompletableFuture<PollResponse> pollWhileJoining(
      RaftContext raft, PollRequest request) {
    return CompletableFuture.completedFuture(new Joiner(raft).handlePoll(request));
  }

  /** Votes like a follower, and is none: it never stands for election itself. */
  private static final class Joiner extends ActiveRole {
    Joiner(RaftContext raft) {
      super(raft);
    }

    @Override
    public RaftServer.Role role() {
      return raft.getRole();
    }

    VoteResponse vote(VoteRequest request) {
      if (request.term() > raft.getTerm()) {
        raft.setTerm(request.term()); // no leader and no vote is known of it yet
      }
      return handleVote(request);
    }
  }

  /**
   * Mend 12: how many make a majority, this server counted in by whoever asks. One that is not in
   * the configuration any more makes one more of it, so that the rest is a majority by itself.
   */
  public static int quorum(RaftClusterContext cluster) {
    int others = cluster.getActiveMemberStates().size();
    Configuration configuration = cluster.getConfiguration();
    boolean counts = configuration == null || configuration.members().contains(cluster.getMember());
    return counts ? (others + 1) / 2 + 1 : others / 2 + 2;
  }

  /**
   * Mend 13: the known configuration, or null when it has to give way to one of a later term,
   * though that one's index is not above it.
   */
  public static @Nullable Configuration unlessOverruled(
      @Nullable Configuration known, Configuration told) {
    boolean overruled =
        known != null && told.term() > known.term() && told.index() <= known.index();
    return overruled ? null : known;
  }

  /** Mend 6: everything appended so far is on disk when this returns; else it throws. */
  public static void flush(RaftContext raft) {
    try {
      raft.getLogWriter().flush();
    } catch (RuntimeException | Error e) {
      // Told here, because Atomix may keep what is thrown in a future that nobody looks at.
      RaftRuntime.current().diskFailed(e);
      throw e;
    }
  }
}
