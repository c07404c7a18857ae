package io.weft.simulator.history;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One line of a history.
 *
 * @param index the line's number, from 0, without gaps
 * @param timeNanos nanoseconds since the run began; virtual in the simulator, monotonic in chaos
 * @param process who asks: a client, or {@link #NEMESIS}
 * @param type how far the operation has come
 * @param f what is asked for, such as {@code members} or {@code partition}
 * @param value the argument of an invocation, or the answer; null when there is none
 * @param error why it failed or is unknown; null when nothing went wrong
 */
public record Operation(
    long index,
    long timeNanos,
    String process,
    OperationType type,
    String f,
    @Nullable JsonNode value,
    @Nullable String error) {

  /** The process that injects and lifts faults. */
  public static final String NEMESIS = "nemesis";
}
