package io.weft.overlay.records;

import java.net.InetAddress;

/**
 * How a host's tunnels are reached, as it tells all others under the key {@link #KEY}.
 *
 * @param vtep where its tunnels end
 * @param espPort its UDP port for ESP in UDP (RFC 3948)
 * @param innerMtu bytes of the largest overlay packet that its tunnels carry; 0 when not known
 * @param registryRole its part in the registry: {@code leader}, {@code follower}, {@code client}...
 * @param registryIndex the last index of the log that it had applied when it last had something
 *     else to say; it is not gossiped for its own sake, as every commit would then make every host
 *     speak
 */
public record HostRecord(
    InetAddress vtep,
    int espPort,
    DriverKind driver,
    int innerMtu,
    String registryRole,
    long registryIndex) {

  /** The key under which it is gossiped. */
  public static final String KEY = "host";

  /** The same record, as of another index. */
  public HostRecord withRegistryIndex(long index) {
    return new HostRecord(vtep, espPort, driver, innerMtu, registryRole, index);
  }
}
