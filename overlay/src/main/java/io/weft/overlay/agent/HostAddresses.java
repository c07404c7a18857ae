package io.weft.overlay.agent;

import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryLimits;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A network whose subnet held the addresses by which hosts reach each other would draw their
 * packets, those of the tunnels among them, into itself.
 */
final class HostAddresses {
  private HostAddresses() {}

  /** The network whose subnet holds a host's address. */
  static Optional<Network> networkAround(InetAddress host, Collection<Network> networks) {
    IpAddress address = IpAddress.of(host);
    return networks.stream()
        .filter(
            network -> {
              AddressBlock subnet6 = network.subnet6();
              return network.subnet().contains(address)
                  || (subnet6 != null && subnet6.contains(address));
            })
        .findFirst();
  }

  /** The same request, with what it must not overlap of the hosts' own addresses. */
  static CreateNetwork avoid(CreateNetwork request, Collection<InetAddress> hosts) {
    TreeSet<AddressBlock> avoided = new TreeSet<>();
    for (InetAddress host : hosts) {
      IpAddress address = IpAddress.of(host);
      AddressBlock subnet = request.subnet();
      AddressBlock subnet6 = request.subnet6();
      boolean named =
          (subnet != null && subnet.contains(address))
              || (subnet6 != null && subnet6.contains(address));
      if (named) {
        // One is enough to refuse it, and so the request stays small.
        return request.avoiding(List.of(AddressBlock.around(address, address.bits())));
      }
      if (subnet == null && RegistryLimits.AUTOMATIC_SUBNETS.contains(address)) {
        avoided.add(AddressBlock.around(address, RegistryLimits.AUTOMATIC_SUBNET_LENGTH));
      }
    }
    return request.avoiding(List.copyOf(avoided));
  }
}
