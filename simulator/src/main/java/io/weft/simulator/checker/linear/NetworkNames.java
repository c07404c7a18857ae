package io.weft.simulator.checker.linear;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * The name of a network in the registry: at any time one network has it, or none. {@link #CREATE}
 * answers the id of the network that was made, {@link #REMOVE} of the one that is gone; both answer
 * null where there was nothing to do, because the name was taken, or nobody's. The state is the
 * network's id, {@link #FREE} when nobody has the name, or {@link #TAKEN} while the id is what only
 * a call without an answer could tell.
 */
public final class NetworkNames implements SequentialModel<String> {
  /** Makes a network of this name. */
  public static final String CREATE = "create-network";

  /** Removes the network of this name. */
  public static final String REMOVE = "remove-network";

  private static final String FREE = "";
  private static final String TAKEN = "?";

  @Override
  public String initial() {
    return FREE;
  }

  @Override
  public boolean knows(String f) {
    return f.equals(CREATE) || f.equals(REMOVE);
  }

  @Override
  public boolean readsOnly(String f) {
    return false;
  }

  @Override
  public Optional<String> step(String state, Call call) {
    boolean free = state.equals(FREE);
    JsonNode answer = call.answer();
    return switch (call.f()) {
      case CREATE -> {
        if (call.returned() == null) {
          yield Optional.of(free ? TAKEN : state);
        }
        yield free == answer.isNull() ? Optional.empty() : Optional.of(free ? id(answer) : state);
      }
      case REMOVE -> {
        boolean explained =
            call.returned() == null
                || (free
                    ? answer.isNull()
                    : !answer.isNull() && (state.equals(TAKEN) || state.equals(id(answer))));
        yield explained ? Optional.of(FREE) : Optional.empty();
      }
      default -> throw new IllegalArgumentException("a network's name has no " + call.f());
    };
  }

  private static String id(JsonNode answer) {
    return answer.asText();
  }
}
