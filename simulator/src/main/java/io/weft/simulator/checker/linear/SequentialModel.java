package io.weft.simulator.checker.linear;

import java.util.Optional;

/**
 * How one object answers when it is asked by one process at a time.
 *
 * @param <S> its state: a value, equal to another exactly if both answer alike for ever
 */
public interface SequentialModel<S> {
  /** Before the first operation. */
  S initial();

  /** Whether this is one of the object's operations; others of a history are passed over. */
  boolean knows(String f);

  /**
   * Whether the operation leaves the state as it is, so that one without an answer says nothing.
   */
  boolean readsOnly(String f);

  /**
   * Does it. An operation that never returned may have had any answer.
   *
   * @return the state after it; empty when the object would not have answered so
   */
  Optional<S> step(S state, Call call);
}
