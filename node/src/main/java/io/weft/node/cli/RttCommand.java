package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.RttView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft rtt}. */
@Command(
    name = "rtt",
    description = {
      "Show the round trip between two members.",
      "Where this host is one of them, it is what its probes measured; between others it is",
      "estimated, by network coordinates."
    },
    footer = {"", "Example:", "  weft rtt host2 host3"})
final class RttCommand extends AgentCall<RttView> {
  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "A member's name, or its id as 'weft members' shows it.")
  private String from = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "B",
      description = "Another one. Default: the host that is asked.")
  private @Nullable String to;

  @Override
  RttView ask(ApiClient client) {
    return client.rtt(from, to);
  }

  @Override
  String text(RttView rtt) {
    return "%s - %s: %s, %s\n"
        .formatted(
            rtt.from(),
            rtt.to(),
            QueryCommands.rtt(rtt.rttMillis()),
            rtt.measured() ? "measured" : "estimated");
  }
}
