package io.weft.node.agent;

import io.weft.gossip.PeerAddress;
import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which address this host has towards its peers. */
final class Underlay {
  /** TEST-NET-1 (RFC 5737): nothing is sent there, only the route is looked up. */
  private static final String ANYWHERE = "192.0.2.1";

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
    List<InetSocketAddress> targets = new ArrayList<>();
    peers.forEach(p -> targets.add(p.socketAddress()));
    targets.add(new InetSocketAddress(InetAddress.ofLiteral(ANYWHERE), 9));
    for (InetSocketAddress target : targets) {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(target);
        InetAddress found = socket.getLocalAddress();
        if (!found.isAnyLocalAddress() && !found.isLoopbackAddress()) {
          return found;
        }
      } catch (IOException | java.io.UncheckedIOException e) {
        // No route to this one; the next may have one.
      }
    }
    throw new ApiException(
        ErrorKind.USAGE,
        "cannot tell which address peers reach this host at: set advertise: in the configuration");
  }

  /** The addresses of "host" or "host:port", all that a name resolves to. */
  static List<PeerAddress> resolve(String seed, int defaultPort) {
    // An IPv6 literal without brackets has several colons and no port.
    int colon = seed.lastIndexOf(':');
    boolean hasPort =
        colon > 0
            && (seed.startsWith("[") ? seed.charAt(colon - 1) == ']' : seed.indexOf(':') == colon);
    String host = hasPort ? seed.substring(0, colon) : seed;
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    try {
      int port = hasPort ? Integer.parseInt(seed.substring(colon + 1)) : defaultPort;
      List<PeerAddress> found = new ArrayList<>();
      for (InetAddress address : InetAddress.getAllByName(bare)) {
        found.add(new PeerAddress(address, port));
      }
      return found;
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          ErrorKind.USAGE,
          "'" + seed + "' is no address: write host:port, such as 10.0.0.1:7940",
          e);
    } catch (UnknownHostException e) {
      throw new ApiException(
          ErrorKind.UNREACHABLE, "no address for '" + seed + "': check the name, or give an IP", e);
    }
  }
}
