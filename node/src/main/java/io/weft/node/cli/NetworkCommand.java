package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.NetworksView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft network create|rm|ls}. */
@Command(
    name = "network",
    description = "Create, remove and list overlay networks.",
    subcommands = {
      NetworkCommand.Create.class,
      NetworkCommand.Remove.class,
      NetworkCommand.Ls.class
    },
    footer = {"", "Example:", "  weft network create blue --subnet 10.32.0.0/16"})
final class NetworkCommand extends CommandGroup {
  @Command(
      name = "create",
      description = "Create a network; what is not given is chosen.",
      footer = {"", "Example:", "  weft network create blue --subnet 10.32.0.0/16 --host-block 24"})
  static final class Create extends AgentCall<NetworkView> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Option(names = "--subnet", paramLabel = "CIDR", description = "IPv4 subnet.")
    private @Nullable String subnet;

    @Option(names = "--subnet6", paramLabel = "CIDR", description = "IPv6 subnet.")
    private @Nullable String subnet6;

    @Option(names = "--vni", paramLabel = "N", description = "VXLAN network identifier.")
    private @Nullable Integer vni;

    @Option(names = "--mtu", paramLabel = "BYTES", description = "MTU of its endpoints.")
    private @Nullable Integer mtu;

    @Option(
        names = "--host-block",
        paramLabel = "LEN",
        description = "Prefix length of the address block that each host leases.")
    private @Nullable Integer hostBlock;

    @Override
    NetworkView ask(ApiClient client) {
      return client.createNetwork(
          new CreateNetworkRequest(name, subnet, subnet6, vni, mtu, hostBlock));
    }

    @Override
    String text(NetworkView network) {
      return QueryCommands.networks(List.of(network));
    }
  }

  @Command(
      name = "rm",
      description = "Remove a network that has no endpoints.",
      footer = {"", "Example:", "  weft network rm blue"})
  static final class Remove extends AgentCall<NetworkView> {
    @Parameters(paramLabel = "NAME", description = "Its name.")
    private String name = "";

    @Override
    NetworkView ask(ApiClient client) {
      return client.removeNetwork(name);
    }

    @Override
    String text(NetworkView network) {
      return "network " + network.name() + " is removed\n";
    }
  }

  @Command(
      name = "ls",
      description = "List the networks.",
      footer = {"", "Example:", "  weft network ls"})
  static final class Ls extends AgentCall<NetworksView> {
    @Override
    NetworksView ask(ApiClient client) {
      return client.networks();
    }

    @Override
    String text(NetworksView answer) {
      return QueryCommands.networks(answer.networks());
    }
  }
}
