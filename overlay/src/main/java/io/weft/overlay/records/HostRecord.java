package io.weft.overlay.records;

import java.net.InetAddress;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

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
 * @param keys which gossip keys it holds
 */
public record HostRecord(
    InetAddress vtep,
    int espPort,
    DriverKind driver,
    int innerMtu,
    String registryRole,
    long registryIndex,
    HeldKeys keys) {

  /** The key under which it is gossiped. */
  public static final String KEY = "host";

  /** The same record, as of another index. */
  public HostRecord withRegistryIndex(long index) {
    return new HostRecord(vtep, espPort, driver, innerMtu, registryRole, index, keys);
  }

  /**
   * The gossip keys that a host holds. By this it acknowledges each step of a rotation.
   *
   * @param accepted epochs; the keys of these are on its disk
   * @param used the epoch that it seals with; 0 when it does not say
   */
  public record HeldKeys(SortedSet<Integer> accepted, int used) {
    /** Of a host that does not say. */
    public static final HeldKeys UNKNOWN = new HeldKeys(new TreeSet<>(), 0);

    /** Copies the set. */
    public HeldKeys {
      accepted = Collections.unmodifiableSortedSet(new TreeSet<>(accepted));
    }
  }
}
