package io.weft.node.lab;

import io.weft.node.api.ApiException;
import io.weft.node.api.ErrorKind;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The wires of a lab: a router namespace, "wire", with one veth to each host. Host {@code i} has
 * 10.99.0.i and fd99::i, each alone, and reaches everything through the router: the underlay is
 * routed, as between racks, and whatever goes from host to host passes the router's forward hook.
 */
public final class LabNetwork {
  /** The device of a host towards the wire. */
  public static final String HOST_DEVICE = "eth0";

  /** So many hosts have addresses that end in their number. */
  public static final int MAX_HOSTS = 50;

  /** The smallest MTU that IPv6 works on (RFC 8200, section 5), and the largest of a veth. */
  public static final int MIN_MTU = 1280;

  public static final int MAX_MTU = 65_535;

  private static final InetAddress ROUTER4 = literal("10.99.0.254");
  private static final InetAddress ROUTER6 = literal("fd99::fe");

  private LabNetwork() {}

  /** The IPv4 underlay address of a host. */
  public static InetAddress address(int host) {
    return literal("10.99.0." + host);
  }

  /** The IPv6 underlay address of a host. */
  public static InetAddress address6(int host) {
    return literal("fd99::" + Integer.toHexString(host));
  }

  /** Makes a fresh namespace into the router. */
  public static void prepareWire(NetworkNamespace wire) {
    wire.run(
        () -> {
          sysctl("net/ipv4/ip_forward", "1");
          sysctl("net/ipv6/conf/all/forwarding", "1");
          sysctl("net/ipv6/conf/default/accept_dad", "0");
          try (RouteMessages messages = new RouteMessages()) {
            messages.setUp("lo");
          }
        });
  }

  /** Connects a fresh namespace to the router as that host. */
  public static void connect(
      NetworkNamespace wire, NetworkNamespace hostNamespace, int host, int mtu) {
    String wireDevice = wireDevice(host);
    hostNamespace.run(() -> sysctl("net/ipv6/conf/default/accept_dad", "0"));
    wire.run(
        () -> {
          try (RouteMessages messages = new RouteMessages()) {
            messages.createVeth(wireDevice, HOST_DEVICE, hostNamespace.fd(), mtu);
            messages.addAddress(wireDevice, ROUTER4);
            messages.addAddress(wireDevice, ROUTER6);
            messages.setUp(wireDevice);
          }
        });
    hostNamespace.run(
        () -> {
          try (RouteMessages messages = new RouteMessages()) {
            messages.setUp("lo");
            messages.addAddress(HOST_DEVICE, address(host));
            messages.addAddress(HOST_DEVICE, address6(host));
            messages.setUp(HOST_DEVICE);
            messages.routeOnLink(ROUTER4, HOST_DEVICE);
            messages.routeDefault(ROUTER4, HOST_DEVICE);
            messages.routeOnLink(ROUTER6, HOST_DEVICE);
            messages.routeDefault(ROUTER6, HOST_DEVICE);
          }
        });
    wire.run(
        () -> {
          try (RouteMessages messages = new RouteMessages()) {
            messages.routeOnLink(address(host), wireDevice);
            messages.routeOnLink(address6(host), wireDevice);
          }
        });
  }

  /**
   * Puts these faults in the place of all former ones, at one moment.
   *
   * @param cuts what is lost altogether
   * @param lossPercent share lost, each way, by host
   * @throws LibcException when this kernel has no nf_tables
   */
  public static void setFaults(
      NetworkNamespace wire, SortedSet<Direction> cuts, SortedMap<Integer, Double> lossPercent) {
    wire.run(
        () -> {
          SortedSet<WireRules.Cut> deviceCuts = new TreeSet<>();
          for (Direction cut : cuts) {
            deviceCuts.add(new WireRules.Cut(device(cut.from()), device(cut.to())));
          }
          SortedMap<Integer, Integer> loss = new TreeMap<>();
          lossPercent.forEach(
              (host, percent) ->
                  loss.put(device(host), (int) Math.round(percent * WireRules.LOSS_SCALE / 100)));
          NetfilterBatch.commit(WireRules.replace(deviceCuts, loss));
        });
  }

  /** Whether a failure of {@link #setFaults} means that the kernel cannot do it at all. */
  static boolean isUnsupported(LibcException e) {
    return e.errno() == Errno.EPROTONOSUPPORT
        || e.errno() == Errno.EOPNOTSUPP
        || e.errno() == Errno.ENOENT;
  }

  private static int device(int host) {
    return RouteMessages.index(wireDevice(host));
  }

  private static String wireDevice(int host) {
    return "h" + host;
  }

  /** Writes a setting of the calling thread's network namespace. */
  private static void sysctl(String name, String value) {
    Path file = Path.of("/proc/sys").resolve(name);
    try {
      Files.writeString(file, value);
    } catch (AccessDeniedException e) {
      throw new MissingCapabilityException(
          "CAP_NET_ADMIN", "set " + file, "run it as root, or with that capability", e);
    } catch (IOException e) {
      throw new ApiException(
          ErrorKind.REFUSED, "cannot set " + file + ": is /proc/sys mounted read-only?", e);
    }
  }

  private static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(address, e);
    }
  }
}
