package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.TransportListener;
import io.weft.overlay.agent.HostInput;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.security.identity.NodeId;
import java.util.function.Consumer;

/** Turns what the transport and the consensus engine say into inputs of the control loop. */
final class Inbox implements TransportListener, ConsensusListener {
  private final Consumer<String> engineFailed;
  private volatile Consumer<HostInput> loop = input -> {};

  /**
   * An inbox that leads nowhere yet.
   *
   * @param engineFailed hears why the consensus engine has stopped for good
   */
  Inbox(Consumer<String> engineFailed) {
    this.engineFailed = engineFailed;
  }

  /** From now on inputs go here; what came before was lost, as before a start. */
  void open(Consumer<HostInput> target) {
    loop = target;
  }

  void put(HostInput input) {
    loop.accept(input);
  }

  @Override
  public void datagram(PeerAddress from, byte[] payload) {
    put(new HostInput.Datagram(from, payload));
  }

  @Override
  public void dialed(long linkId, NodeId peer) {
    put(new HostInput.Dialed(linkId, peer));
  }

  @Override
  public void dialFailed(long linkId, String cause) {
    put(new HostInput.DialFailed(linkId, cause));
  }

  @Override
  public void accepted(long linkId, NodeId peer, PeerAddress from) {
    put(new HostInput.Accepted(linkId, peer, from));
  }

  @Override
  public void acceptedAnonymous(long linkId, PeerAddress from) {
    put(new HostInput.JoinerAccepted(linkId, from));
  }

  @Override
  public void message(long linkId, Channel channel, byte[] payload) {
    put(new HostInput.Message(linkId, channel, payload));
  }

  @Override
  public void closed(long linkId, String cause) {
    put(new HostInput.Closed(linkId, cause));
  }

  @Override
  public void send(NodeId to, byte[] message) {
    put(new HostInput.EngineSends(to, message));
  }

  @Override
  public void committed(long index, long timeMillis, byte[] command, byte[] result) {
    put(new HostInput.Committed(index, timeMillis, command));
  }

  @Override
  public void restored(long index, byte[] snapshot) {
    put(new HostInput.Restored(index, snapshot));
  }

  @Override
  public void statusChanged(EngineStatus status) {
    put(new HostInput.EngineChanged(status));
  }

  @Override
  public void failed(String cause) {
    engineFailed.accept(cause);
  }
}
