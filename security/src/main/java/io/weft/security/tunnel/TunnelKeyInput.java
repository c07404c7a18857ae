package io.weft.security.tunnel;

import io.weft.security.identity.NodeId;
import org.jspecify.annotations.Nullable;

/** What can happen to {@link TunnelKeyCore}. */
public sealed interface TunnelKeyInput {
  /** An authenticated link to the peer is there: leads to a fresh exchange, whatever was before. */
  record PeerUp(NodeId peer) implements TunnelKeyInput {}

  /** The link is lost. The keys stay in use: a lost link says nothing about the tunnel. */
  record PeerDown(NodeId peer) implements TunnelKeyInput {}

  /** The peer is a peer no more (left, revoked): all its keys go. */
  record PeerGone(NodeId peer) implements TunnelKeyInput {}

  /** A message of the peer's core came by its link. */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Message(NodeId peer, byte[] payload) implements TunnelKeyInput {}

  /** Fresh keys are wanted, with one peer or with all (null). */
  record Rekey(@Nullable NodeId peer) implements TunnelKeyInput {}

  /** What has gone out to a peer since this was last told. */
  record Sent(NodeId peer, long packets, long bytes) implements TunnelKeyInput {}

  /** The deadline has come. */
  record Timer() implements TunnelKeyInput {}
}
