package io.weft.overlay.consensus;

import io.weft.security.identity.NodeId;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A replicated log with a state machine behind it: one voter's part. The engine has a thread of its
 * own; every method may be called from any thread and none blocks, but for {@link #close}. The
 * futures complete on the engine's thread, so what hangs on them only enqueues.
 */
public interface ConsensusEngine extends AutoCloseable {
  /**
   * The longest message that {@link #receive} takes, in bytes; also a command's and a snapshot
   * chunk's bound.
   */
  int MAX_MESSAGE_BYTES = 2 << 20;

  /** The longest command that {@link #submit} takes, in bytes. */
  int MAX_COMMAND_BYTES = 256 << 10;

  /** Whether there is a log on disk that {@link #restart} can go on from. */
  boolean hasState();

  /**
   * Founds a cluster with this node as its only voter. Refused with IllegalStateException when
   * there is state on disk already.
   */
  CompletableFuture<Void> bootstrap();

  /** Goes on from disk as the voter this node was. Refused when there is no state. */
  CompletableFuture<Void> restart();

  /**
   * Becomes a voter of the cluster whose voters these are (self may be among them). Completes when
   * this node is in the committed configuration and has caught up.
   */
  CompletableFuture<Void> join(List<NodeId> voters);

  /**
   * Leaves the voters, so that the rest need this node no more, then stops and forgets the log on
   * disk. The last voter cannot leave; it closes.
   *
   * @param voters whom to ask beside those that this node knows as voters: it may have been taken
   *     out while it was away, and all of them since
   */
  CompletableFuture<Void> leave(List<NodeId> voters);

  /**
   * Takes another voter, dead for good, out of the voters. Needs a majority of the present voters
   * (itself counted among them).
   */
  CompletableFuture<Void> remove(NodeId voter);

  /**
   * Commits a command, through the leader, wherever that is.
   *
   * @return the state machine's answer; fails within a bounded time with {@link NoQuorumException}
   *     (the command may still take effect later), or with IllegalArgumentException when the
   *     command is larger than {@link #MAX_COMMAND_BYTES}
   */
  CompletableFuture<byte[]> submit(byte[] command);

  /**
   * A message from another node's engine. What is malformed, too large or not in order is dropped
   * and counted, never thrown.
   *
   * @param from who sent it, as the link's certificate proved
   */
  void receive(NodeId from, byte[] message);

  /**
   * A message from the engine of a node that is no voter, as far as the owner knows. Only its wish
   * to leave the voters is heard.
   */
  void receiveFromOutside(NodeId from, byte[] message);

  /** The link to that node is up. */
  void peerUp(NodeId peer);

  /** The link to that node is down: what it still owes us will not come. */
  void peerDown(NodeId peer);

  /** What this engine believes now; a snapshot, from any thread. */
  EngineStatus status();

  /** Stops without leaving; what was acknowledged is on disk. Waits for a bounded time. */
  @Override
  void close();
}
