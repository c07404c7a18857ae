package io.weft.simulator.checker.linear;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A register that is read, written, and compared and set, with Jepsen's names: {@code read} answers
 * the value, {@code write} takes the new one, {@code cas} takes {@code [expected, new]} and is done
 * only where the expected value stood; where it did not, the history says {@code fail}. The state
 * is the value as JSON text, in which 1 is 1 whatever Java type it had.
 */
public final class RegisterModel implements SequentialModel<String> {
  private static final String READ = "read";
  private static final String WRITE = "write";
  private static final String CAS = "cas";

  @Override
  public String initial() {
    return "null";
  }

  @Override
  public boolean knows(String f) {
    return f.equals(READ) || f.equals(WRITE) || f.equals(CAS);
  }

  @Override
  public boolean readsOnly(String f) {
    return f.equals(READ);
  }

  @Override
  public Optional<String> step(String state, Call call) {
    return switch (call.f()) {
      case READ ->
          call.returned() == null || state.equals(call.answer().toString())
              ? Optional.of(state)
              : Optional.empty();
      case WRITE -> Optional.of(call.argument().toString());
      case CAS -> {
        JsonNode both = call.argument();
        yield state.equals(both.path(0).toString())
            ? Optional.of(both.path(1).toString())
            : Optional.empty();
      }
      default -> throw new IllegalArgumentException("a register has no operation " + call.f());
    };
  }
}
