package io.weft.overlay.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeys;
import io.weft.vxlan.desired.DesiredState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step of {@link HostCore} wants done. The {@code save} methods return only when the bytes
 * are durable (but for {@link #saveRegistry}, see there): what a step sends after them may rely on
 * it. Nothing else blocks.
 */
public interface HostEffects {

  /** Sends a sealed datagram; it may be lost. */
  void sendDatagram(PeerAddress to, byte[] bytes);

  /** Opens a link; null expects any member. */
  void dial(long linkId, PeerAddress to, @Nullable NodeId expected);

  /** Closes a link. */
  void closeLink(long linkId);

  /** Sends on a link. */
  void sendLink(long linkId, Channel channel, byte[] bytes);

  /** Gives the consensus engine a task; {@link HostInput.EngineTaskEnded} follows. */
  void engineTask(EngineTask task);

  /** Hands the engine a message of its counterpart at {@code from}. */
  void engineReceive(NodeId from, byte[] message);

  /** Hands the engine a message of a node that is no voter, as far as this host knows. */
  void engineReceiveFromOutside(NodeId from, byte[] message);

  /** Tells the engine whether a peer is linked. */
  void enginePeer(NodeId peer, boolean up);

  /** Submits a command; {@link HostInput.Submitted} or {@code SubmitFailed} follows. */
  void engineSubmit(long requestId, byte[] command);

  /** Makes this the data plane's desired state; {@link HostInput.PlanApplied} follows. */
  void plan(long version, DesiredState desired);

  /** Makes an endpoint's interfaces; {@link HostInput.Wired} follows. */
  void wire(WireOrder order);

  /** Removes an endpoint's interfaces; {@link HostInput.Unwired} follows. */
  void unwire(String endpointId);

  /** Keeps what only this host knows of its endpoints. */
  void saveLocal(LocalState state);

  /**
   * Keeps the registry as this host knows it, for a start without the others. May return before it
   * is durable, but is durable before a later {@link #saveLocal} returns and before {@link #left}
   * ends the process; of two in a row only the second need be written.
   */
  void saveRegistry(long index, byte[] state);

  /**
   * Keeps the gossip keyring.
   *
   * @return whether it is durable; if not, this host goes on with the one it had
   */
  boolean saveGossipKeys(GossipKeys keys);

  /**
   * Keeps where the other members are, for a start without seeds.
   *
   * @return whether they are on disk
   */
  boolean savePeers(List<KnownPeer> peers);

  /**
   * This peer's identity is revoked: no handshake with it is to succeed any more. Said once for
   * each in a run. Where it is this host itself, the process should end.
   */
  default void shutOut(NodeId peer) {}

  /** Tells the operator. */
  void emit(HostEvent event);

  /** The cluster has been left; the process should end. */
  void left();
}
