package io.weft.simulator.gossip;

import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** Who is who: host numbers from 0, names h1 to hN, identities drawn from the seed, addresses. */
final class Directory {
  private static final int PORT = 7940;

  private final List<NodeId> ids = new ArrayList<>();
  private final List<PeerAddress> addresses = new ArrayList<>();

  Directory(int hosts, RandomGenerator random) {
    for (int host = 0; host < hosts; host++) {
      byte[] id = new byte[NodeId.BYTES];
      random.nextBytes(id);
      ids.add(NodeId.ofBytes(id));
      int low = host + 1;
      PeerAddress address =
          PeerAddress.of(new byte[] {10, 0, (byte) (low >>> 8), (byte) low}, PORT);
      addresses.add(address);
    }
  }

  NodeId id(int host) {
    return ids.get(host);
  }

  PeerAddress address(int host) {
    return addresses.get(host);
  }

  String name(int host) {
    return "h" + (host + 1);
  }

  /** The host of a name. */
  int host(String name) {
    try {
      int host = Integer.parseInt(name.substring(1)) - 1;
      if (name.charAt(0) == 'h' && host >= 0 && host < ids.size()) {
        return host;
      }
    } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
      // Falls through to the one error for every name that is none.
    }
    throw new IllegalArgumentException(
        "there is no host '" + name + "': hosts are h1 to h" + ids.size());
  }

  /** The host at an address, or -1. */
  int hostAt(PeerAddress address) {
    // An IPv4 address hashes to itself; its lower half is the host's number and one.
    int host = (address.ip().hashCode() & 0xffff) - 1;
    return host >= 0 && host < addresses.size() && Objects.equals(addresses.get(host), address)
        ? host
        : -1;
  }
}
