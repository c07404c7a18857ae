package io.weft.simulator.fleet;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.HostInput;
import io.weft.security.identity.NodeId;
import io.weft.simulator.network.FabricHost;

/** What comes to a host from the network: it is for the agent, or for the join command. */
final class HostDoor implements FabricHost {
  private final FleetHost host;

  HostDoor(FleetHost host) {
    this.host = host;
  }

  @Override
  public Door door() {
    if (host.machineOff()) {
      return Door.DEAD;
    }
    if (!host.running()) {
      return Door.CLOSED;
    }
    return host.paused() ? Door.FROZEN : Door.OPEN;
  }

  @Override
  public NodeId identity() {
    return host.identity();
  }

  @Override
  public void datagram(PeerAddress from, byte[] bytes) {
    if (!host.turns().dropsDatagram()) {
      put(new HostInput.Datagram(from, bytes));
    }
  }

  @Override
  public void dialed(long linkId, NodeId peer) {
    Joining command = host.joining();
    if (command != null) {
      command.dialed(linkId);
    } else {
      put(new HostInput.Dialed(linkId, peer));
    }
  }

  @Override
  public void dialFailed(long linkId, String cause) {
    Joining command = host.joining();
    if (command != null) {
      command.failed(linkId);
    } else {
      put(new HostInput.DialFailed(linkId, cause));
    }
  }

  @Override
  public void accepted(long linkId, NodeId peer, PeerAddress from) {
    put(new HostInput.Accepted(linkId, peer, from));
  }

  @Override
  public void joinerAccepted(long linkId, PeerAddress from) {
    put(new HostInput.JoinerAccepted(linkId, from));
  }

  @Override
  public void message(long linkId, Channel channel, byte[] bytes) {
    Joining command = host.joining();
    if (command != null) {
      command.message(linkId, channel, bytes);
    } else {
      put(new HostInput.Message(linkId, channel, bytes));
    }
  }

  @Override
  public void closed(long linkId, String cause) {
    Joining command = host.joining();
    if (command != null) {
      command.failed(linkId);
    } else {
      put(new HostInput.Closed(linkId, cause));
    }
  }

  private void put(HostInput input) {
    host.put(host.life(), input);
  }
}
