package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.PeerLookup;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which address this host has towards its peers, with errors as the command line tells them. */
final class Underlay {
  private Underlay() {}

  /**
   * The configured address, or that of the route to the first peer that has one, or that of the
   * default route.
   */
  static InetAddress local(@Nullable String configured, List<PeerAddress> peers) {
    if (configured != null && !configured.isEmpty()) {
      try {
        return InetAddress.ofLiteral(configured);
      } catch (IllegalArgumentException e) {
        throw new ApiException(
            ErrorKind.USAGE, "advertise: '" + configured + "' is no IP address", e);
      }
    }
    return PeerLookup.localAddress(peers)
        .orElseThrow(
            () ->
                new ApiException(
                    ErrorKind.USAGE,
                    "cannot tell which address peers reach this host at: set advertise: in the"
                        + " configuration"));
  }

  /** The addresses of "host" or "host:port", all that a name resolves to. */
  static List<PeerAddress> resolve(String seed, int defaultPort) {
    try {
      return PeerLookup.resolve(seed, defaultPort);
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.USAGE, String.valueOf(e.getMessage()), e);
    } catch (UnknownHostException e) {
      throw new ApiException(ErrorKind.UNREACHABLE, String.valueOf(e.getMessage()), e);
    }
  }
}
