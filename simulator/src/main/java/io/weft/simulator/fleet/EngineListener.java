package io.weft.simulator.fleet;

import io.weft.overlay.agent.HostInput;
import io.weft.overlay.consensus.ConsensusListener;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.security.identity.NodeId;

/** Hands what one life's engine says to the host's core, and what it has committed to the judge. */
final class EngineListener implements ConsensusListener {
  private final FleetHost host;
  private final long life;

  EngineListener(FleetHost host, long life) {
    this.host = host;
    this.life = life;
  }

  private boolean lives() {
    return host.life() == life;
  }

  @Override
  public void send(NodeId to, byte[] message) {
    host.put(life, new HostInput.EngineSends(to, message));
  }

  @Override
  public void committed(long index, long timeMillis, byte[] command, byte[] result) {
    if (lives()) {
      host.fleet.judge().committed(host, index, timeMillis, command);
    }
    host.put(life, new HostInput.Committed(index, timeMillis, command));
  }

  @Override
  public void restored(long index, byte[] snapshot) {
    if (lives()) {
      host.fleet.judge().restored(host, index, snapshot);
    }
    host.put(life, new HostInput.Restored(index, snapshot));
  }

  @Override
  public void statusChanged(EngineStatus status) {
    if (lives()) {
      switch (status.role()) {
        case FOLLOWER, CANDIDATE, LEADER -> host.disk().lostLog = false;
        case STOPPED, JOINING -> {}
      }
      host.fleet.judge().engineChanged(host, status);
    }
    host.put(life, new HostInput.EngineChanged(status));
  }
}
