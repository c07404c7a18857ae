package io.weft.overlay.consensus;

/**
 * What the replicated log drives. Every method is called on one thread, and must be deterministic:
 * the same commands in the same order give the same state and the same answers on every voter.
 */
public interface StateMachine {
  /**
   * Applies one committed command.
   *
   * @param index the log index, rising, with gaps
   * @param timeMillis the log's own clock in Unix milliseconds, never going back; not the wall
   *     clock
   * @param command the bytes that were submitted
   * @return the answer for whoever submitted it
   */
  byte[] apply(long index, long timeMillis, byte[] command);

  /** The whole state, as {@link #restore} takes it. */
  byte[] snapshot();

  /** Replaces the whole state; an empty array is the state before the first command. */
  void restore(byte[] snapshot);
}
