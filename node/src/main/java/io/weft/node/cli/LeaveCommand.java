package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.LeaveRequest;
import io.weft.node.api.view.LeftView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weft leave}. */
@Command(
    name = "leave",
    description = {
      "Leave the cluster for good: endpoints are detached, address blocks released, the peers told; the agent ends.",
      "To restart an agent, stop it with SIGTERM instead."
    },
    footer = {"", "Example:", "  weft leave --purge"})
final class LeaveCommand extends AgentCall<LeftView> {
  @Option(names = "--purge", description = "Empty the data directory as well.")
  private boolean purge;

  @Override
  LeftView ask(ApiClient client) {
    return client.leave(new LeaveRequest(purge));
  }

  @Override
  String text(LeftView left) {
    return "node "
        + QueryCommands.shortId(left.node())
        + " has left"
        + (left.purged() ? "; its data directory is empty" : "")
        + "\n";
  }
}
