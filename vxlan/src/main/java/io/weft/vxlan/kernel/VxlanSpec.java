package io.weft.vxlan.kernel;

import java.net.InetAddress;
import java.util.Objects;

/**
 * A VXLAN device to create: learning off, ARP and ND proxied, outer UDP checksums zero (the payload
 * is protected by ESP; RFC 6935 for IPv6). The family of {@code local} is the underlay's.
 *
 * @param name device name
 * @param vni VXLAN network identifier
 * @param local source address on the underlay
 * @param port UDP port
 * @param mtu octets of the largest inner IP packet
 * @param dontFragment whether outer IPv4 headers have DF set
 */
public record VxlanSpec(
    String name, int vni, InetAddress local, int port, int mtu, boolean dontFragment) {

  /** Checks what must be there. */
  public VxlanSpec {
    Objects.requireNonNull(name);
    Objects.requireNonNull(local);
  }

  /** What the kernel must report of a device made from this, or it has to be made anew. */
  public VxlanSettings settings() {
    return new VxlanSettings(vni, local, port, false, true, dontFragment);
  }
}
