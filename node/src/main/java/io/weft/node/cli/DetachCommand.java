package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.EndpointView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft detach}. */
@Command(
    name = "detach",
    description = "Remove an endpoint of this host from its network.",
    footer = {"", "Example:", "  weft detach web1"})
final class DetachCommand extends AgentCall<EndpointView> {
  @Parameters(
      paramLabel = "ENDPOINT",
      description = "Its name, or its id, or a unique start of the id of at least 4 characters.")
  private String endpoint = "";

  @Override
  EndpointView ask(ApiClient client) {
    return client.detach(endpoint);
  }

  @Override
  String text(EndpointView removed) {
    return "endpoint " + removed.name() + " (" + removed.ip() + ") is removed\n";
  }
}
