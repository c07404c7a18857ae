package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.IpPrefix;

/**
 * An IP address of a device.
 *
 * @param device name of the device
 * @param prefix the address and the length of its network's prefix
 */
public record InterfaceAddress(String device, IpPrefix prefix) {}
