package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.List;

/**
 * One network as it should be on this host.
 *
 * @param vni VXLAN network identifier, 1..2^24-1 (RFC 7348)
 * @param mtu octets of the largest IP packet inside
 * @param ports endpoints of this host
 * @param remotes endpoints of other hosts
 * @param floodTo underlay addresses that get a copy of broadcast, multicast and unknown unicast
 */
public record DesiredNetwork(
    int vni,
    int mtu,
    List<LocalPort> ports,
    List<RemoteEndpoint> remotes,
    List<InetAddress> floodTo) {

  /** Least MTU: IPv6's (RFC 8200, section 5). */
  public static final int MIN_MTU = 1280;

  /** Greatest MTU: a 16-bit packet length less VXLAN's headers. */
  public static final int MAX_MTU = 65_000;

  /** Checks VNI and MTU, copies the lists. */
  public DesiredNetwork {
    if (vni < 1 || vni > 0xff_ffff) {
      throw new IllegalArgumentException("VNI " + vni + " is not in 1..16777215");
    }
    if (mtu < MIN_MTU || mtu > MAX_MTU) {
      throw new IllegalArgumentException(
          "MTU " + mtu + " of VNI " + vni + " is not in " + MIN_MTU + ".." + MAX_MTU);
    }
    ports = List.copyOf(ports);
    remotes = List.copyOf(remotes);
    floodTo = List.copyOf(floodTo);
  }

  /** Name of the network's bridge. */
  public String bridgeName() {
    return DeviceNames.bridge(vni);
  }

  /** Name of the network's VXLAN device. */
  public String vxlanName() {
    return DeviceNames.vxlan(vni);
  }
}
