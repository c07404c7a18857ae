package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import io.weft.overlay.registry.atomix.proto.BallotReply;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.overlay.registry.atomix.proto.MembershipCall;
import io.weft.overlay.registry.atomix.proto.SubmitCall;
import io.weft.overlay.registry.atomix.proto.SubmitReply;
import io.weft.raft.RaftRuntime;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;

/** The sending half of Raft's protocol: what this voter asks of the others. */
final class Peers extends ServerOnlyProtocol {
  private final Calls calls;
  private final RaftRuntime runtime;
  private final long timeoutMillis;
  private final LongConsumer term;

  /**
   * Asks through these calls.
   *
   * @param runtime has this voter's clock for the log
   * @param timeoutMillis how long one of Raft's own messages may go unanswered
   * @param term hears the term of each one that refuses a configuration; Atomix's own answer has
   *     none, and a leader of an older term would offer its configuration for ever and nothing else
   */
  Peers(Calls calls, RaftRuntime runtime, long timeoutMillis, LongConsumer term) {
    this.calls = calls;
    this.runtime = runtime;
    this.timeoutMillis = timeoutMillis;
    this.term = term;
  }

  @Override
  public CompletableFuture<PollResponse> poll(MemberId to, PollRequest request) {
    return calls.call(
        to,
        Frame.newBuilder().setPoll(Frames.write(request)),
        Frame.BodyCase.POLL_REPLY,
        timeoutMillis,
        frame -> Frames.readPoll(heed(frame.getPollReply())));
  }

  @Override
  public CompletableFuture<VoteResponse> vote(MemberId to, VoteRequest request) {
    return calls.call(
        to,
        Frame.newBuilder().setVote(Frames.write(request)),
        Frame.BodyCase.VOTE_REPLY,
        timeoutMillis,
        frame -> Frames.readVote(heed(frame.getVoteReply())));
  }

  /** Who is elected stamps the log's entries: it has to know what time it is to the others. */
  private BallotReply heed(BallotReply reply) {
    Frames.readTime(reply).ifPresent(runtime::told);
    return reply;
  }

  @Override
  public CompletableFuture<AppendResponse> append(MemberId to, AppendRequest request) {
    return calls.call(
        to,
        Frame.newBuilder().setAppend(Frames.write(request, runtime.leaderMillis())),
        Frame.BodyCase.APPEND_REPLY,
        timeoutMillis,
        frame -> Frames.read(frame.getAppendReply()));
  }

  @Override
  public CompletableFuture<ConfigureResponse> configure(MemberId to, ConfigureRequest request) {
    return calls.call(
        to,
        Frame.newBuilder().setConfigure(Frames.write(request)),
        Frame.BodyCase.CONFIGURE_REPLY,
        timeoutMillis,
        frame -> {
          if (frame.getConfigureReply().hasRefusal()) {
            term.accept(Bounds.term(frame.getConfigureReply().getTerm()));
          }
          return Frames.readConfigure(frame.getConfigureReply());
        });
  }

  @Override
  public CompletableFuture<InstallResponse> install(MemberId to, InstallRequest request) {
    return calls.call(
        to,
        Frame.newBuilder().setInstall(Frames.write(request)),
        Frame.BodyCase.INSTALL_REPLY,
        timeoutMillis,
        frame -> Frames.readInstall(frame.getInstallReply()));
  }

  // A change of members is answered when it is committed: that takes longer than one message.

  @Override
  public CompletableFuture<JoinResponse> join(MemberId to, JoinRequest request) {
    return calls.call(
        to,
        Frame.newBuilder()
            .setMembership(Frames.write(MembershipCall.Change.JOIN, request.member(), 0, 0)),
        Frame.BodyCase.MEMBERSHIP_REPLY,
        timeoutMillis * 4,
        frame -> Frames.readMembership(JoinResponse.builder(), frame.getMembershipReply()));
  }

  @Override
  public CompletableFuture<LeaveResponse> leave(MemberId to, LeaveRequest request) {
    return calls.call(
        to,
        Frame.newBuilder()
            .setMembership(Frames.write(MembershipCall.Change.LEAVE, request.member(), 0, 0)),
        Frame.BodyCase.MEMBERSHIP_REPLY,
        timeoutMillis * 4,
        frame -> Frames.readMembership(LeaveResponse.builder(), frame.getMembershipReply()));
  }

  @Override
  public CompletableFuture<ReconfigureResponse> reconfigure(
      MemberId to, ReconfigureRequest request) {
    return calls.call(
        to,
        Frame.newBuilder()
            .setMembership(
                Frames.write(
                    MembershipCall.Change.RECONFIGURE,
                    request.member(),
                    request.index(),
                    request.term())),
        Frame.BodyCase.MEMBERSHIP_REPLY,
        timeoutMillis * 4,
        frame -> Frames.readMembership(ReconfigureResponse.builder(), frame.getMembershipReply()));
  }

  /** Brings a command to the leader. */
  CompletableFuture<SubmitReply> submit(MemberId to, byte[] command, long submitTimeoutMillis) {
    return calls.call(
        to,
        Frame.newBuilder()
            .setSubmit(SubmitCall.newBuilder().setCommand(ByteString.copyFrom(command))),
        Frame.BodyCase.SUBMIT_REPLY,
        submitTimeoutMillis,
        Frame::getSubmitReply);
  }
}
