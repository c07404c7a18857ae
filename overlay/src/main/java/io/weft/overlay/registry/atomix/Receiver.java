package io.weft.overlay.registry.atomix;

import com.google.protobuf.InvalidProtocolBufferException;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.ConfigurationResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.roles.WeftHooks;
import io.atomix.protocols.raft.storage.log.entry.ConfigurationEntry;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.protocols.raft.storage.system.Configuration;
import io.weft.overlay.registry.atomix.proto.Frame;
import io.weft.overlay.registry.atomix.proto.MembershipCall;
import io.weft.overlay.registry.atomix.proto.PlainReply;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what other voters send. Everything is checked before Atomix sees it: the shape, the
 * numbers, and that a message's member is the one whose certificate the link showed (INV-SEC-4).
 * What fails a check is dropped and counted.
 */
final class Receiver {
  /**
   * How far a message's term may be ahead of ours. A single vote moves a term by one; a peer that
   * skips millions wants to use the terms up.
   */
  static final long MAX_TERM_JUMP = 1L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  private final RaftContext raft;
  private final ServerOnlyProtocol server;
  private final Calls calls;
  private final Proposer proposer;
  private final GuardedRuntime runtime;
  private final BiConsumer<MemberId, Frame> send;
  private long refused;

  Receiver(
      RaftContext raft,
      ServerOnlyProtocol server,
      Calls calls,
      Proposer proposer,
      GuardedRuntime runtime,
      BiConsumer<MemberId, Frame> send) {
    this.raft = raft;
    this.server = server;
    this.calls = calls;
    this.proposer = proposer;
    this.runtime = runtime;
    this.send = send;
  }

  /** How many messages were dropped. */
  long refused() {
    return refused;
  }

  /**
   * Whether the message was good.
   *
   * @param outside it comes from no voter: only its wish to be taken out is good
   */
  boolean receive(MemberId from, byte[] message, boolean outside) {
    try {
      Frame frame = Frame.parseFrom(message);
      if (frame.getVersion() != Calls.VERSION) {
        throw new IllegalArgumentException("version " + frame.getVersion());
      }
      if (outside && !wantsOut(from, frame)) {
        throw new IllegalArgumentException(from + " is no voter");
      }
      handle(from, frame);
      return true;
    } catch (InvalidProtocolBufferException | IllegalArgumentException | NullPointerException e) {
      // NullPointerException: Atomix's builders complain so of what is missing.
      refused++;
      LOG.debug("dropped a message from {}", from, e);
      return false;
    }
  }

  private static boolean wantsOut(MemberId from, Frame frame) {
    MembershipCall call = frame.getMembership();
    return frame.getBodyCase() == Frame.BodyCase.MEMBERSHIP
        && call.getChange() == MembershipCall.Change.LEAVE
        && Frames.sameMember(Members.read(call.getMember()).memberId(), from);
  }

  private void handle(MemberId from, Frame frame) {
    switch (frame.getBodyCase()) {
      case POLL -> {
        var request = Frames.read(frame.getPoll());
        check(from, request.candidate(), request.term());
        answer(
            from,
            frame,
            WeftHooks.isJoining(raft) ? r -> WeftHooks.pollWhileJoining(raft, r) : server.onPoll,
            request,
            (out, r) -> out.setPollReply(Frames.write(r, runtime.agreedMillis())));
      }
      case VOTE -> {
        var request = Frames.read(frame.getVote());
        check(from, request.candidate(), request.term());
        answer(
            from,
            frame,
            WeftHooks.isJoining(raft) ? r -> WeftHooks.voteWhileJoining(raft, r) : server.onVote,
            request,
            (out, r) -> out.setVoteReply(Frames.write(r, runtime.agreedMillis())));
      }
      case APPEND -> {
        var request = Frames.read(frame.getAppend());
        check(from, request.leader(), request.term());
        long leaderMillis = Bounds.count(frame.getAppend().getTimeMillis(), "time");
        // 0: a voter that does not say it yet.
        if (leaderMillis > 0 && request.term() >= raft.getTerm()) {
          runtime.heard(leaderMillis);
        }
        answer(
            from,
            frame,
            server.onAppend,
            request,
            (out, r) -> {
              adoptConfigurations(request, r);
              out.setAppendReply(Frames.write(r));
            });
      }
      case CONFIGURE -> {
        var request = Frames.read(frame.getConfigure());
        check(from, request.leader(), request.term());
        answer(
            from,
            frame,
            server.onConfigure,
            request,
            (out, r) ->
                out.setConfigureReply(
                    Frames.write((RaftResponse) r).toBuilder().setTerm(raft.getTerm())));
      }
      case INSTALL -> {
        var request = Frames.read(frame.getInstall());
        check(from, request.leader(), request.term());
        answer(
            from,
            frame,
            server.onInstall,
            request,
            (out, r) -> out.setInstallReply(Frames.write((RaftResponse) r)));
      }
      case MEMBERSHIP -> membership(from, frame, frame.getMembership());
      case SUBMIT -> {
        byte[] command = Bounds.bytes(frame.getSubmit().getCommand(), LogCodec.MAX_ENTRY_BYTES);
        var _ =
            proposer
                .propose(command)
                .thenAccept(reply -> reply(from, frame, Frame.newBuilder().setSubmitReply(reply)));
      }
      case POLL_REPLY,
          VOTE_REPLY,
          APPEND_REPLY,
          CONFIGURE_REPLY,
          INSTALL_REPLY,
          MEMBERSHIP_REPLY,
          SUBMIT_REPLY,
          FAILURE -> {
        if (!calls.answered(from, frame)) {
          throw new IllegalArgumentException("an answer that nobody waits for");
        }
      }
      case BODY_NOT_SET -> throw new IllegalArgumentException("an empty frame");
    }
  }

  /**
   * A server goes by the newest configuration in its log (Raft paper, section 6). Atomix tells its
   * members of one by a message beside the log and goes by that; but a member that had it only so,
   * started again, and gets the entry now, would never hear of it.
   */
  private void adoptConfigurations(AppendRequest request, AppendResponse response) {
    if (response.status() != RaftResponse.Status.OK || !response.succeeded()) {
      return;
    }
    long index = request.prevLogIndex();
    for (RaftLogEntry each : request.entries()) {
      index++;
      if (each instanceof ConfigurationEntry entry && index <= response.lastLogIndex()) {
        raft.getCluster()
            .configure(new Configuration(index, entry.term(), entry.timestamp(), entry.members()));
      }
    }
  }

  private void check(MemberId from, MemberId named, long term) {
    if (!Frames.sameMember(named, from)) {
      throw new IllegalArgumentException(from + " claims to be " + named);
    }
    // A node that has not joined yet knows no term to compare with.
    if (raft.getTerm() > 0 && term > raft.getTerm() + MAX_TERM_JUMP) {
      throw new IllegalArgumentException("term " + term + " is far ahead of " + raft.getTerm());
    }
  }

  /** Who may ask for a change: the member itself, or a member that passes the wish on. */
  private void membership(MemberId from, Frame frame, MembershipCall call) {
    RaftMember member = Members.read(call.getMember());
    if (!Frames.sameMember(member.memberId(), from) && raft.getCluster().getMember(from) == null) {
      throw new IllegalArgumentException(from + " is no member and speaks for another");
    }
    switch (call.getChange()) {
      case JOIN -> {
        // Only as one that is yet to be promoted: a voter that was removed cannot slip back in.
        boolean known = raft.getCluster().getMember(member.memberId()) != null;
        if (!known && member.getType() != RaftMember.Type.PROMOTABLE) {
          throw new IllegalArgumentException(member.memberId() + " was removed");
        }
        answer(
            from,
            frame,
            server.onJoin,
            JoinRequest.builder().withMember(member).build(),
            Receiver::membershipReply);
      }
      case LEAVE ->
          answer(
              from,
              frame,
              this::leave,
              LeaveRequest.builder().withMember(member).build(),
              Receiver::membershipReply);
      case RECONFIGURE ->
          answer(
              from,
              frame,
              server.onReconfigure,
              ReconfigureRequest.builder()
                  .withMember(member)
                  .withIndex(Bounds.count(call.getIndex(), "index"))
                  .withTerm(configurationTerm(call))
                  .build(),
              Receiver::membershipReply);
      case CHANGE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("an unknown change of members");
    }
  }

  /**
   * The term of the configuration that a wish to reconfigure goes by. A leader tells others its
   * configuration under its own term, but compares wishes with the term that the configuration is
   * from: a member that was told by a leader who did not make it himself would be refused for ever.
   * The index says by itself which configuration is meant.
   */
  private long configurationTerm(MembershipCall call) {
    Configuration ours = raft.getCluster().getConfiguration();
    return ours != null && ours.index() == call.getIndex()
        ? ours.term()
        : Bounds.term(call.getTerm());
  }

  /**
   * Takes a member out. Atomix fails to build its own answer when the member is out already, which
   * is what a repeated wish meets; that case is answered here.
   */
  CompletableFuture<LeaveResponse> leave(LeaveRequest request) {
    Configuration configuration = raft.getCluster().getConfiguration();
    boolean leads = raft.getRole() == RaftServer.Role.LEADER;
    if (leads
        && configuration.members().stream()
            .noneMatch(m -> Frames.sameMember(m.memberId(), request.member().memberId()))) {
      boolean committed = raft.getCommitIndex() >= configuration.index();
      LeaveResponse.Builder answer = LeaveResponse.builder();
      return CompletableFuture.completedFuture(
          committed
              ? answer
                  .withStatus(RaftResponse.Status.OK)
                  .withIndex(configuration.index())
                  .withTerm(configuration.term())
                  .withTime(configuration.time())
                  .withMembers(configuration.members())
                  .build()
              : answer
                  .withStatus(RaftResponse.Status.ERROR)
                  .withError(RaftError.Type.PROTOCOL_ERROR)
                  .build());
    }
    return raft.getRaftRole().onLeave(request);
  }

  private static void membershipReply(Frame.Builder out, ConfigurationResponse response) {
    out.setMembershipReply(Frames.writeMembership(response));
  }

  private <Q, R> void answer(
      MemberId from,
      Frame call,
      @Nullable Function<Q, CompletableFuture<R>> handler,
      Q request,
      BiConsumer<Frame.Builder, ? super R> write) {
    if (handler == null) {
      reply(from, call, failure());
      return;
    }
    var _ =
        handler
            .apply(request)
            .whenComplete(
                (response, error) -> {
                  Frame.Builder out = Frame.newBuilder();
                  if (error == null) {
                    write.accept(out, response);
                    reply(from, call, out);
                  } else {
                    runtime.check(error);
                    reply(from, call, failure());
                  }
                });
  }

  private static Frame.Builder failure() {
    return Frame.newBuilder().setFailure(PlainReply.getDefaultInstance());
  }

  private void reply(MemberId to, Frame call, Frame.Builder answer) {
    send.accept(to, answer.setVersion(Calls.VERSION).setCall(call.getCall()).build());
  }
}
