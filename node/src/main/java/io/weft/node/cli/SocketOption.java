package io.weft.node.cli;

import io.weft.node.api.ApiClient;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which agent to talk to. */
final class SocketOption {
  @Option(
      names = "--socket",
      paramLabel = "PATH",
      defaultValue = "${env:WEFT_SOCKET:-/run/weft/weft.sock}",
      description = "The agent's socket, also WEFT_SOCKET (default: ${DEFAULT-VALUE}).")
  private Path socket = Path.of("/run/weft/weft.sock");

  ApiClient client() {
    return new ApiClient(socket);
  }
}
