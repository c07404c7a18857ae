package io.weft.vxlan.driver;

import io.weft.vxlan.desired.DesiredState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One host's data plane: what carries overlay frames to its peers. It works in the network
 * namespace in which {@link #open} was called.
 *
 * <p>{@code apply} and {@code close} are for one thread at a time; the readers for any.
 */
public interface DataPlane extends AutoCloseable {

  /**
   * Chooses a driver, checks that its ports are free and takes them. No overlay frame moves before
   * the first {@link #apply}.
   *
   * @throws PortTakenException when a port belongs to somebody else
   * @throws io.weft.vxlan.ffi.MissingCapabilityException when the process may not do it
   * @throws DriverUnavailableException when this kernel cannot do what was asked for
   */
  static DataPlane open(DataPlaneConfig config) {
    return Drivers.open(config);
  }

  /** The driver in use. */
  DriverKind kind();

  /** Why this driver, one line for people. */
  String why();

  /**
   * The greatest inner IP packet in bytes for an underlay MTU. With the {@code kernel} driver it is
   * what fits into ESP in UDP, so that it holds towards every peer.
   *
   * @throws IllegalArgumentException when the underlay's MTU leaves no room
   */
  int innerMtu(int underlayMtu);

  /**
   * Brings the host to this state: devices, forwarding entries, neighbours and keys. Applying the
   * same state again changes nothing (INV-NET-3). A key taken away and given again goes on where it
   * was (INV-SEC-2).
   */
  ApplyReport apply(DesiredState desired);

  /** One entry a tunnel of the last applied state, ordered by peer address. */
  List<TunnelStats> tunnels();

  /** Why nothing is carried any more, until this is opened anew; empty while all is well. */
  default Optional<String> failure() {
    return Optional.empty();
  }

  /** What an underlay firewall must let through, such as {@code "udp 7942"}; ordered. */
  Set<String> ports();

  /**
   * Lets go of sockets, threads and private namespaces. With the {@code kernel} and {@code clear}
   * drivers the devices stay and go on carrying frames (INV-NET-4); with {@code user} the VXLAN
   * devices go, as they go when the process dies. Apply {@link DesiredState#empty} first to leave
   * nothing behind.
   */
  @Override
  void close();

  /**
   * The MTU in bytes of the link that carries an address, in the calling thread's network
   * namespace.
   *
   * @throws IllegalArgumentException when no link carries it
   */
  static int underlayMtu(InetAddress local) {
    try {
      NetworkInterface link = NetworkInterface.getByInetAddress(local);
      if (link == null) {
        throw new IllegalArgumentException(
            "no link of this host has the address " + local.getHostAddress());
      }
      return link.getMTU();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the MTU of the underlay's link", e);
    }
  }
}
