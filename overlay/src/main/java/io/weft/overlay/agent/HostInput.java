package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.identity.NodeId;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that can happen to a {@link HostCore}. The arrays are given away. */
@SuppressWarnings("ArrayRecordComponent") // messages in passing: never compared, never changed
public sealed interface HostInput {

  /** The process begins: take up what is on disk, look for the others. Once, as the first. */
  record Start() implements HostInput {}

  /** The deadline that the core named has come. */
  record Timer() implements HostInput {}

  /** A sealed datagram; nothing about its sender is proven yet. */
  record Datagram(PeerAddress from, byte[] bytes) implements HostInput {}

  /** The transport's answer to a dial. */
  record Dialed(long linkId, NodeId peer) implements HostInput {}

  /** The transport's other answer to a dial. */
  record DialFailed(long linkId, String cause) implements HostInput {}

  /** A member opened a link. */
  record Accepted(long linkId, NodeId peer, PeerAddress from) implements HostInput {}

  /** Somebody without a certificate opened a link, in order to join. */
  record JoinerAccepted(long linkId, PeerAddress from) implements HostInput {}

  /** A link is gone. */
  record Closed(long linkId, String cause) implements HostInput {}

  /** A message on a link. */
  record Message(long linkId, Channel channel, byte[] bytes) implements HostInput {}

  /** The consensus engine wants this carried to its counterpart. */
  record EngineSends(NodeId to, byte[] message) implements HostInput {}

  /** The engine committed a command here. */
  record Committed(long index, long timeMillis, byte[] command) implements HostInput {}

  /** The engine replaced its state by a snapshot. */
  record Restored(long index, byte[] state) implements HostInput {}

  /** The engine's role, term, leader or voters changed. */
  record EngineChanged(EngineStatus status) implements HostInput {}

  /** A task that was given to the engine has ended; error is null when it was carried out. */
  record EngineTaskEnded(EngineTask task, @Nullable String error) implements HostInput {}

  /** The engine's answer to a submitted command. */
  record Submitted(long requestId, byte[] result) implements HostInput {}

  /** The engine could not commit a submitted command; it may still take effect later. */
  record SubmitFailed(long requestId, String cause) implements HostInput {}

  /** The data plane has applied a plan, except for what failed. */
  record PlanApplied(long version, List<PlanFailure> failures) implements HostInput {}

  /** An endpoint's interface was made, or could not be. */
  record Wired(String endpointId, @Nullable String error) implements HostInput {}

  /** An endpoint's interface is gone, or could not be removed. */
  record Unwired(String endpointId, @Nullable String error) implements HostInput {}

  /** What went to a peer since the last time. */
  record Carried(InetAddress peer, long packets, long bytes) implements HostInput {}

  /** Bring a command to the registry; answered once this host's own view holds it. */
  record Submit(RegistryCommand command, Reply<CommandResult.Answer> reply) implements HostInput {}

  /**
   * Put another gossip key in the place of the present one; answered with its epoch when the
   * rotation has begun.
   *
   * @param secret 32 random bytes
   */
  record RotateGossipKey(byte[] secret, Reply<Integer> reply) implements HostInput {}

  /** Fire a user's event, for all members; answered with its Lamport time when it is on its way. */
  record FireEvent(String name, byte[] payload, Reply<Long> reply) implements HostInput {}

  /**
   * Ask the members that the filter meets; answered when all have, or with the time.
   *
   * @param timeoutMillis 0: as long as the size of the cluster takes
   */
  record Ask(
      String name, byte[] payload, QueryFilter whom, long timeoutMillis, Reply<QueryResult> reply)
      implements HostInput {}

  /** Make an endpoint on this host. */
  record Attach(AttachOrder order, Reply<LocalEndpoint> reply) implements HostInput {}

  /** Remove an endpoint of this host, by id or by name. */
  record Detach(String idOrName, Reply<LocalEndpoint> reply) implements HostInput {}

  /** Leave the cluster in good order; {@link HostEffects#left} follows. */
  record Leave(Reply<NodeId> reply) implements HostInput {}
}
