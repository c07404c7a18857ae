package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft event}. */
@Command(
    name = "event",
    description = {
      "Fire an event of your own: all members are told, by gossip.",
      "Name and payload have at most 512 bytes together. 'weft events --follow' shows events,",
      "on every host. Nobody says that it has arrived; for that, 'weft query'."
    },
    footer = {"", "Example:", "  weft event deploy v1.2.3"})
final class EventCommand extends AgentCall<FiredView> {
  @Parameters(index = "0", paramLabel = "NAME", description = "What kind of event it is.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "PAYLOAD",
      arity = "0..1",
      description = "What goes with it.")
  private @Nullable String payload;

  @Override
  FiredView ask(ApiClient client) {
    return client.fire(new FireRequest(name, payload, null));
  }

  @Override
  String text(FiredView fired) {
    return "event %s is on its way (ltime %d)%n".formatted(fired.name(), fired.ltime());
  }
}
