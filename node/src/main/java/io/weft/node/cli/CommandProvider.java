package io.weft.node.cli;

import java.util.List;

/**
 * Adds commands to {@code weft} from another module; found through {@link java.util.ServiceLoader},
 * so that this module depends on none of them.
 */
public interface CommandProvider {
  /**
   * Top-level commands: objects annotated as picocli commands, with name, description and an
   * example. They throw {@link io.weft.node.api.ApiException} for what the user can mend and return
   * exit codes.
   */
  List<Object> commands();
}
