package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.FireRequest;
import io.weft.node.api.view.FiredView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
  @Mixin private final UserMessage message = new UserMessage();

  @Override
  FiredView ask(ApiClient client) {
    return client.fire(new FireRequest(message.name(), message.payload(), null));
  }

  @Override
  String text(FiredView fired) {
    return "event %s is on its way (ltime %d)%n".formatted(fired.name(), fired.ltime());
  }
}
