package io.weft.overlay.registry.atomix;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.session.SessionId;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.ConfigureRequest;
import io.atomix.protocols.raft.protocol.ConfigureResponse;
import io.atomix.protocols.raft.protocol.HeartbeatRequest;
import io.atomix.protocols.raft.protocol.HeartbeatResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.MetadataRequest;
import io.atomix.protocols.raft.protocol.MetadataResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.PublishRequest;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.protocol.ReconfigureRequest;
import io.atomix.protocols.raft.protocol.ReconfigureResponse;
import io.atomix.protocols.raft.protocol.ResetRequest;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.protocols.raft.protocol.TransferResponse;
import io.atomix.protocols.raft.protocol.VoteRequest;
import io.atomix.protocols.raft.protocol.VoteResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the handlers that Atomix's server registers, for {@link Receiver} and {@link Proposer} to
 * call, and refuses what belongs to Atomix's clients, which Weft does not have.
 */
abstract class ServerOnlyProtocol implements RaftServerProtocol {
  @Nullable Function<OpenSessionRequest, CompletableFuture<OpenSessionResponse>> onOpenSession;
  @Nullable Function<KeepAliveRequest, CompletableFuture<KeepAliveResponse>> onKeepAlive;
  @Nullable Function<CommandRequest, CompletableFuture<CommandResponse>> onCommand;
  @Nullable Function<JoinRequest, CompletableFuture<JoinResponse>> onJoin;
  @Nullable Function<LeaveRequest, CompletableFuture<LeaveResponse>> onLeave;
  @Nullable Function<ConfigureRequest, CompletableFuture<ConfigureResponse>> onConfigure;
  @Nullable Function<ReconfigureRequest, CompletableFuture<ReconfigureResponse>> onReconfigure;
  @Nullable Function<InstallRequest, CompletableFuture<InstallResponse>> onInstall;
  @Nullable Function<PollRequest, CompletableFuture<PollResponse>> onPoll;
  @Nullable Function<VoteRequest, CompletableFuture<VoteResponse>> onVote;
  @Nullable Function<AppendRequest, CompletableFuture<AppendResponse>> onAppend;

  @Override
  public CompletableFuture<OpenSessionResponse> openSession(
      MemberId to, OpenSessionRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<CloseSessionResponse> closeSession(
      MemberId to, CloseSessionRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<KeepAliveResponse> keepAlive(MemberId to, KeepAliveRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId to, QueryRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<CommandResponse> command(MemberId to, CommandRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<MetadataResponse> metadata(MemberId to, MetadataRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<TransferResponse> transfer(MemberId to, TransferRequest request) {
    return refused();
  }

  @Override
  public CompletableFuture<HeartbeatResponse> heartbeat(MemberId to, HeartbeatRequest request) {
    return refused();
  }

  @Override
  public void publish(MemberId to, PublishRequest request) {}

  @Override
  public void registerResetListener(
      SessionId session, Consumer<ResetRequest> listener, Executor executor) {}

  @Override
  public void unregisterResetListener(SessionId session) {}

  private static <R> CompletableFuture<R> refused() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("clients' messages do not cross links"));
  }

  @Override
  public void registerOpenSessionHandler(
      Function<OpenSessionRequest, CompletableFuture<OpenSessionResponse>> handler) {
    onOpenSession = handler;
  }

  @Override
  public void unregisterOpenSessionHandler() {
    onOpenSession = null;
  }

  @Override
  public void registerCloseSessionHandler(
      Function<CloseSessionRequest, CompletableFuture<CloseSessionResponse>> handler) {}

  @Override
  public void unregisterCloseSessionHandler() {}

  @Override
  public void registerKeepAliveHandler(
      Function<KeepAliveRequest, CompletableFuture<KeepAliveResponse>> handler) {
    onKeepAlive = handler;
  }

  @Override
  public void unregisterKeepAliveHandler() {
    onKeepAlive = null;
  }

  @Override
  public void registerQueryHandler(
      Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {}

  @Override
  public void unregisterQueryHandler() {}

  @Override
  public void registerMetadataHandler(
      Function<MetadataRequest, CompletableFuture<MetadataResponse>> handler) {}

  @Override
  public void unregisterMetadataHandler() {}

  @Override
  public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {
    onJoin = handler;
  }

  @Override
  public void unregisterJoinHandler() {
    onJoin = null;
  }

  @Override
  public void registerLeaveHandler(
      Function<LeaveRequest, CompletableFuture<LeaveResponse>> handler) {
    onLeave = handler;
  }

  @Override
  public void unregisterLeaveHandler() {
    onLeave = null;
  }

  @Override
  public void registerTransferHandler(
      Function<TransferRequest, CompletableFuture<TransferResponse>> handler) {}

  @Override
  public void unregisterTransferHandler() {}

  @Override
  public void registerConfigureHandler(
      Function<ConfigureRequest, CompletableFuture<ConfigureResponse>> handler) {
    onConfigure = handler;
  }

  @Override
  public void unregisterConfigureHandler() {
    onConfigure = null;
  }

  @Override
  public void registerReconfigureHandler(
      Function<ReconfigureRequest, CompletableFuture<ReconfigureResponse>> handler) {
    onReconfigure = handler;
  }

  @Override
  public void unregisterReconfigureHandler() {
    onReconfigure = null;
  }

  @Override
  public void registerInstallHandler(
      Function<InstallRequest, CompletableFuture<InstallResponse>> handler) {
    onInstall = handler;
  }

  @Override
  public void unregisterInstallHandler() {
    onInstall = null;
  }

  @Override
  public void registerPollHandler(Function<PollRequest, CompletableFuture<PollResponse>> handler) {
    onPoll = handler;
  }

  @Override
  public void unregisterPollHandler() {
    onPoll = null;
  }

  @Override
  public void registerVoteHandler(Function<VoteRequest, CompletableFuture<VoteResponse>> handler) {
    onVote = handler;
  }

  @Override
  public void unregisterVoteHandler() {
    onVote = null;
  }

  @Override
  public void registerAppendHandler(
      Function<AppendRequest, CompletableFuture<AppendResponse>> handler) {
    onAppend = handler;
  }

  @Override
  public void unregisterAppendHandler() {
    onAppend = null;
  }

  @Override
  public void registerCommandHandler(
      Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
    onCommand = handler;
  }

  @Override
  public void unregisterCommandHandler() {
    onCommand = null;
  }
}
