package io.weft.simulator.cli;

import io.weft.node.cli.CommandProvider;
import java.util.List;

/** Brings {@code weft sim} to the command line. */
public final class SimProvider implements CommandProvider {
  /** For the service loader. */
  public SimProvider() {}

  @Override
  public List<Object> commands() {
    return List.of(new SimCommand());
  }
}
