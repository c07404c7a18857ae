package io.weft.gossip.transport;

import io.weft.gossip.PeerAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where peers are, and which of this host's addresses leads to them. Blocks for name servers. */
public final class PeerLookup {
  /** TEST-NET-1 (RFC 5737): nothing is sent there, only the route is looked up. */
  private static final String ANYWHERE = "192.0.2.1";

  private PeerLookup() {}

  /**
   * The addresses of "host" or "host:port", all that a name resolves to.
   *
   * @throws IllegalArgumentException with one line, when it is no such text
   * @throws UnknownHostException with one line, when the name has no address
   */
  public static List<PeerAddress> resolve(String seed, int defaultPort)
      throws UnknownHostException {
    // An IPv6 literal without brackets has several colons and no port.
    int colon = seed.lastIndexOf(':');
    boolean hasPort =
        colon > 0
            && (seed.startsWith("[") ? seed.charAt(colon - 1) == ']' : seed.indexOf(':') == colon);
    String host = hasPort ? seed.substring(0, colon) : seed;
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    List<PeerAddress> found = new ArrayList<>();
    try {
      int port = hasPort ? Integer.parseInt(seed.substring(colon + 1)) : defaultPort;
      for (InetAddress address : InetAddress.getAllByName(bare)) {
        found.add(new PeerAddress(address, port));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + seed + "' is no address: write host:port, such as 10.0.0.1:7940", e);
    } catch (UnknownHostException e) {
      UnknownHostException clear =
          new UnknownHostException("no address for '" + seed + "': check the name, or give an IP");
      clear.initCause(e);
      throw clear;
    }
    return found;
  }

  /**
   * This host's address on the route to the first peer that has one, or on the default route; never
   * a loopback address.
   */
  public static Optional<InetAddress> localAddress(List<PeerAddress> peers) {
    List<InetSocketAddress> targets = new ArrayList<>();
    peers.forEach(p -> targets.add(p.socketAddress()));
    targets.add(new InetSocketAddress(InetAddress.ofLiteral(ANYWHERE), 9));
    for (InetSocketAddress target : targets) {
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.connect(target);
        InetAddress found = socket.getLocalAddress();
        if (!found.isAnyLocalAddress() && !found.isLoopbackAddress()) {
          return Optional.of(found);
        }
      } catch (IOException | UncheckedIOException e) {
        // No route to this one; the next may have one.
      }
    }
    return Optional.empty();
  }
}
