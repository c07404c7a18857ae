package io.weft.overlay.registry;

import io.weft.overlay.consensus.StateMachine;

/** The registry as the replicated log drives it. One thread at a time. */
public final class RegistryMachine implements StateMachine {
  private RegistryState state = new RegistryState();

  /** The state as it is now; another object after a restore. */
  public RegistryState state() {
    return state;
  }

  @Override
  public byte[] apply(long index, long timeMillis, byte[] command) {
    return state.apply(index, timeMillis, command);
  }

  @Override
  public byte[] snapshot() {
    return state.snapshot();
  }

  /**
   * @throws IllegalStateException when the snapshot is of another version or damaged: a host that
   *     went on without the state would answer wrongly, so it must not go on
   */
  @Override
  public void restore(byte[] snapshot) {
    if (snapshot.length == 0) {
      state = new RegistryState();
      return;
    }
    try {
      state = RegistryState.restore(snapshot);
    } catch (MalformedRegistryException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }
}
