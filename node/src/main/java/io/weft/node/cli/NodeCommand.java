package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.RevokedView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code weft node revoke}. */
@Command(
    name = "node",
    description = "Decide on the hosts of the cluster.",
    subcommands = {NodeCommand.Revoke.class},
    footer = {"", "Example:", "  weft node revoke 3f2a91c07be4"})
final class NodeCommand extends CommandGroup {
  @Command(
      name = "revoke",
      description = {
        "Shut a host out for good; asked of a voter.",
        "Its identity is refused everywhere, its links and tunnels are cut, its address blocks are",
        "fenced, it votes no more. It can come back only as a new host, with a new token."
      },
      footer = {"", "Example:", "  weft node revoke 3f2a91c07be4"})
  static final class Revoke extends AgentCall<RevokedView> {
    @Parameters(
        paramLabel = "ID",
        description = "Its id as 'weft members' shows it, at least 8 characters, or its name.")
    private String node = "";

    @Override
    RevokedView ask(ApiClient client) {
      return client.revokeNode(node);
    }

    @Override
    String text(RevokedView revoked) {
      return "node "
          + QueryCommands.shortId(revoked.node())
          + " ("
          + revoked.name()
          + ") is revoked; address blocks fenced: "
          + revoked.fencedBlocks()
          + "\n";
    }
  }
}
