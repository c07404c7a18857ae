package io.weft.node.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What a user's event or query says. */
final class UserMessage {
  @Parameters(index = "0", paramLabel = "NAME", description = "What it is about.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "PAYLOAD",
      arity = "0..1",
      description = "What goes with it.")
  private @Nullable String payload;

  String name() {
    return name;
  }

  @Nullable String payload() {
    return payload;
  }
}
