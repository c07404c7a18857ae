package io.weft.vxlan.desired;

/**
 * An endpoint of this host in a network.
 *
 * @param endpointId at least 11 lower-case hexadecimal digits
 */
public record LocalPort(String endpointId) {

  /** Checks the id. */
  public LocalPort {
    DeviceNames.port(endpointId);
  }

  /** Name of the host side of the endpoint's veth pair. */
  public String deviceName() {
    return DeviceNames.port(endpointId);
  }
}
