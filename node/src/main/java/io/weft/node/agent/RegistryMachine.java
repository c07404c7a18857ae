package io.weft.node.agent;

import io.weft.overlay.consensus.StateMachine;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryState;

/** The registry as the consensus engine runs it, on the engine's own thread. */
final class RegistryMachine implements StateMachine {
  private RegistryState state = new RegistryState();

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    return state.apply(index, timeMillis, command);
  }

  @Override
  public byte[] snapshot() {
    return state.snapshot();
  }

  @Override
  public void restore(byte[] snapshot) {
    try {
      state = snapshot.length == 0 ? new RegistryState() : RegistryState.restore(snapshot);
    } catch (MalformedRegistryException e) {
      throw new IllegalArgumentException("a snapshot of the registry that cannot be read", e);
    }
  }
}
