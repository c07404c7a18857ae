package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.node.api.view.AttachRequest;
import io.weft.node.api.view.EndpointView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weft attach}. */
@Command(
    name = "attach",
    description = {
      "Put a network namespace on an overlay network.",
      "Without --netns or --pid it is the namespace that the command runs in."
    },
    footer = {"", "Example:", "  weft attach blue --netns web1 --name web1 --label app=web"})
final class AttachCommand extends AgentCall<EndpointView> {
  @Parameters(paramLabel = "NETWORK", description = "The network's name.")
  private String network = "";

  @ArgGroup(exclusive = true)
  private Target target = new Target();

  @Option(
      names = "--ip",
      paramLabel = "ADDRESS",
      description = "The address wanted, out of this host's block (default: the next free one).")
  private @Nullable String ip;

  @Option(names = "--name", paramLabel = "NAME", description = "The endpoint's name.")
  private @Nullable String name;

  @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label; may be repeated.")
  private Map<String, String> labels = new TreeMap<>();

  @Option(
      names = "--ifname",
      paramLabel = "NAME",
      description = "The interface inside the namespace (default: weft0, or the next free).")
  private @Nullable String ifname;

  /** Where the endpoint is to be. */
  static final class Target {
    @Option(
        names = "--netns",
        paramLabel = "NAME",
        description = "A namespace of /run/netns, or a path to one.")
    private @Nullable String netns;

    @Option(names = "--pid", paramLabel = "P", description = "The namespace of that process.")
    private @Nullable Long pid;

    Path path() {
      String name = netns;
      Path path;
      if (name != null) {
        path = name.contains("/") ? Path.of(name) : Path.of("/run/netns", name);
      } else {
        // The agent opens the path, so "self" would be the agent itself.
        long process = pid == null ? ProcessHandle.current().pid() : pid;
        path = Path.of("/proc", Long.toString(process), "ns", "net");
      }
      if (!Files.exists(path)) {
        throw new ApiException(
            ErrorKind.NOT_FOUND_OR_FALSE,
            name != null
                ? "there is no network namespace " + path + ": make it with 'ip netns add'"
                : "there is no process " + pid);
      }
      return path.toAbsolutePath();
    }
  }

  @Override
  EndpointView ask(ApiClient client) {
    return client.attach(
        new AttachRequest(
            network, target.path().toString(), ip, name, new TreeMap<>(labels), ifname));
  }

  @Override
  String text(EndpointView endpoint) {
    return QueryCommands.endpoints(List.of(endpoint));
  }
}
