package io.weft.simulator.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The answer to the operation {@value #F}: what one host believes of all.
 *
 * @param observer the host that was asked
 * @param states each member's name and its state: alive, suspect, failed or left
 */
public record MembersRead(String observer, SortedMap<String, String> states) {
  /** The operation's name in a history. */
  public static final String F = "members";

  /** Copies, so that a view once recorded stays as it was. */
  public MembersRead {
    states = Collections.unmodifiableSortedMap(new TreeMap<>(states));
  }

  /** {@code {"observer":"h1","members":{"h1":"alive"}}}. */
  public JsonNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("observer", observer);
    ObjectNode members = node.putObject("members");
    states.forEach(members::put);
    return node;
  }

  /** Reads an operation's value; empty when it is no membership view. */
  public static Optional<MembersRead> of(@Nullable JsonNode value) {
    if (value == null || !value.path("observer").isTextual() || !value.path("members").isObject()) {
      return Optional.empty();
    }
    SortedMap<String, String> states = new TreeMap<>();
    for (var entry : value.path("members").properties()) {
      states.put(entry.getKey(), entry.getValue().asText());
    }
    return Optional.of(new MembersRead(value.path("observer").asText(), states));
  }
}
