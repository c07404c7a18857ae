package io.weft.overlay.consensus;

import io.weft.security.identity.NodeId;

/**
 * What the engine tells its owner. Called on the engine's own thread: an implementation only
 * enqueues and returns.
 */
public interface ConsensusListener {
  /**
   * Carry these bytes to that node, whose engine takes them by {@link ConsensusEngine#receive}. May
   * be lost, late, doubled; the engine asks again.
   */
  void send(NodeId to, byte[] message);

  /**
   * A command was committed and applied on this voter. In the log's order, once for each index;
   * after a restart the calls go on after the index of the last {@link #restored}.
   *
   * @param timeMillis the log's clock in Unix milliseconds
   */
  void committed(long index, long timeMillis, byte[] command, byte[] result);

  /** The state was replaced by a snapshot that holds everything up to {@code index}. */
  void restored(long index, byte[] snapshot);

  /** Role, term, leader or voters changed. */
  void statusChanged(EngineStatus status);

  /**
   * The engine has stopped for good, because its disk or its JVM failed: it answers nothing more,
   * and only a new one, after the cause is mended, can go on from what is on disk. The status has
   * become {@link EngineStatus#STOPPED} before.
   *
   * @param cause one clause for people, without a full stop
   */
  default void failed(String cause) {}
}
