package io.weft.simulator.checker.linear;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.weft.simulator.history.Operation;
import org.jspecify.annotations.Nullable;

/**
 * One operation on one object, from its call to its return.
 *
 * @param invoked the line that says what was asked for; its value is {@code [key, argument]}
 * @param returned the line that says what came back, with the value {@code [key, answer]} or none;
 *     null when it may or may not have been done, at any time after its call
 */
public record Call(Operation invoked, @Nullable Operation returned) {
  /** What was asked for. */
  public String f() {
    return invoked.f();
  }

  /** What it was asked with; JSON's null when with nothing. */
  public JsonNode argument() {
    return part(invoked);
  }

  /** What came back; JSON's null when nothing did. */
  public JsonNode answer() {
    return returned == null ? NullNode.getInstance() : part(returned);
  }

  private static JsonNode part(Operation line) {
    JsonNode value = line.value();
    return value == null ? NullNode.getInstance() : value.path(1);
  }
}
