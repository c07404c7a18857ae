package io.weft.vxlan.driver;

import java.net.InetAddress;
import java.util.Objects;

/**
 * What a data plane is opened with.
 *
 * @param driver which driver to take
 * @param local this host's address on the underlay: also its VTEP address; not a wildcard
 * @param espUdpPort UDP port for ESP in UDP (RFC 3948), 1..65535
 * @param vxlanPort UDP port of the VXLAN devices, 1..65535
 * @param superFrames whether the {@code user} driver may let several packets of a flow pass the
 *     kernel as one, where it can do so
 */
public record DataPlaneConfig(
    DriverChoice driver, InetAddress local, int espUdpPort, int vxlanPort, boolean superFrames) {
  /** Weft's own port for ESP in UDP. */
  public static final int DEFAULT_ESP_UDP_PORT = 7942;

  /** Weft's own port for VXLAN. */
  public static final int DEFAULT_VXLAN_PORT = 7943;

  public DataPlaneConfig {
    Objects.requireNonNull(driver);
    if (local.isAnyLocalAddress() || local.isMulticastAddress()) {
      throw new IllegalArgumentException(
          "the underlay address must be one of this host's own, not " + local.getHostAddress());
    }
    checkPort("espUdpPort", espUdpPort);
    checkPort("vxlanPort", vxlanPort);
    if (espUdpPort == vxlanPort) {
      throw new IllegalArgumentException(
          "espUdpPort and vxlanPort must differ, both are " + espUdpPort);
    }
  }

  /** With super-frames. */
  public DataPlaneConfig(DriverChoice driver, InetAddress local, int espUdpPort, int vxlanPort) {
    this(driver, local, espUdpPort, vxlanPort, true);
  }

  /** With Weft's own ports. */
  public static DataPlaneConfig of(DriverChoice driver, InetAddress local) {
    return new DataPlaneConfig(driver, local, DEFAULT_ESP_UDP_PORT, DEFAULT_VXLAN_PORT);
  }

  /** As on a kernel that has no segmentation inside of tunnels. */
  public DataPlaneConfig withoutSuperFrames() {
    return new DataPlaneConfig(driver, local, espUdpPort, vxlanPort, false);
  }

  private static void checkPort(String name, int port) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(name + " must be in 1..65535, not " + port);
    }
  }
}
