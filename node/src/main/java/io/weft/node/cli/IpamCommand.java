package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.IpamFindingView;
import io.weft.node.api.view.SubnetUseView;
import picocli.CommandLine.Command;

/** {@code weft ipam check}. */
@Command(
    name = "ipam",
    description = "Look after the addresses.",
    subcommands = {IpamCommand.Check.class},
    footer = {"", "Example:", "  weft ipam check"})
final class IpamCommand extends CommandGroup {
  @Command(
      name = "check",
      description = {
        "Show how full each network is, and what does not fit.",
        "Found are addresses that two endpoints have, or that lie in no block of their host's,",
        "endpoints of removed networks, blocks of hosts that are gone, blocks that a host does not",
        "need, and networks without a free block; each with what can be done.",
        "It is what the host that is asked believes. Exit code 0: nothing was found; 1: something."
      },
      footer = {"", "Example:", "  weft ipam check -o json"})
  static final class Check extends AgentCall<IpamCheckView> {
    @Override
    IpamCheckView ask(ApiClient client) {
      return client.ipamCheck();
    }

    @Override
    int exitCode(IpamCheckView answer) {
      return answer.findings().isEmpty() ? ExitCodes.DONE : ErrorKind.NOT_FOUND_OR_FALSE.exitCode();
    }

    @Override
    String text(IpamCheckView answer) {
      Table table =
          new Table(
              "NETWORK",
              "SUBNET",
              "BLOCKS",
              "LEASED",
              "QUARANTINED",
              "FENCED",
              "FREE",
              "ENDPOINTS",
              "ADDRESSES");
      for (SubnetUseView n : answer.networks()) {
        table.row(
            n.network(),
            n.subnet(),
            n.blocks(),
            n.leased(),
            n.quarantined(),
            n.fenced(),
            n.free(),
            n.endpoints(),
            n.addresses());
      }
      StringBuilder text = new StringBuilder(table.format());
      answer.findings().forEach(finding -> text.append(lines(finding)));
      int count = answer.findings().size();
      text.append(count == 0 ? "nothing found" : count == 1 ? "1 finding" : count + " findings");
      if (!answer.registryInReach()) {
        text.append(
            "; the registry is out of reach: this is how it stood at index %d, and hosts may only be cut off from this one"
                .formatted(answer.registryIndex()));
      }
      return text.append('\n').toString();
    }

    private static String lines(IpamFindingView finding) {
      String where = finding.block() == null ? finding.address() : finding.block();
      return Table.printable(
              "%s: %s%s: %s"
                  .formatted(
                      finding.kind(),
                      finding.network(),
                      where == null ? "" : " " + where,
                      finding.wrong()))
          + "\n  mend: "
          + Table.printable(finding.mend())
          + "\n";
    }
  }
}
