package io.weft.vxlan.user;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.ffi.Descriptors;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Route;
import io.weft.vxlan.netns.NetworkNamespace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The private namespace's only way out: a TAP device (linux/if_tun.h) that carries the VTEP's
 * address and the default route. It does no neighbour discovery (IFF_NOARP), so that every address
 * behind it is reached without asking. It lives as long as its descriptor is open.
 */
final class TapDevice implements AutoCloseable {
  static final String NAME = "weft-tap";

  /** Longest frame: a TAP's greatest MTU and its Ethernet header. */
  static final int MTU = 65_521;

  /** Ours, and that of everybody behind it; locally administered. */
  static final long OWN_MAC = 0x0277_6566_7401L;

  static final long FAR_MAC = 0x0277_6566_7402L;

  private static final long TUNSETIFF = 0x400454caL;
  private static final int IFF_TAP = 2;
  private static final int IFF_NO_PI = 0x1000;
  private static final int IFF_VNET_HDR = 0x4000;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUNSETVNETHDRSZ = 0x400454d8L;

  /** TUN_F_CSUM, TSO4, TSO6, USO4, USO6, UDP_TUNNEL_GSO, UDP_TUNNEL_GSO_CSUM (Linux 6.17). */
  private static final long SUPER_FRAMES = 1 | 2 | 4 | 0x20 | 0x40 | 0x80 | 0x100;

  private static final long SIOCGIFFLAGS = 0x8913;
  private static final long SIOCSIFFLAGS = 0x8914;
  private static final int IFF_NOARP = 0x80;
  private static final int IFREQ_BYTES = 40;
  private static final int IFREQ_UNION = 16;

  private final int fd;
  private final boolean superFrames;

  private TapDevice(int fd, boolean superFrames) {
    this.fd = fd;
    this.superFrames = superFrames;
  }

  /** Whether several packets of one flow pass as one frame, both ways. */
  boolean takesSuperFrames() {
    return superFrames;
  }

  int fd() {
    return fd;
  }

  /**
   * Makes the device in a namespace and sets it up.
   *
   * @param local the VTEP's address
   * @param offload whether to ask for super-frames; without it, or where the kernel has none, each
   *     packet passes by itself
   * @throws MissingCapabilityException without /dev/net/tun or CAP_NET_ADMIN
   */
  static TapDevice open(NetworkNamespace in, InetAddress local, boolean offload) {
    return in.call(
        () -> {
          int fd = create();
          TapDevice made = new TapDevice(fd, offload && superFrames(fd));
          try {
            made.configure(local);
            return made;
          } catch (RuntimeException | Error e) {
            made.close();
            throw e;
          }
        });
  }

  private static int create() {
    int fd;
    try {
      fd =
          Descriptors.open(
              "/dev/net/tun", Descriptors.O_RDWR | Descriptors.O_NONBLOCK | Descriptors.O_CLOEXEC);
    } catch (LibcException e) {
      throw new MissingCapabilityException(
          e.notPermitted() ? "access to /dev/net/tun" : "/dev/net/tun",
          "make the encryptor's device",
          e.notPermitted()
              ? "let this user read and write it: 'chmod 0666 /dev/net/tun' is what most systems have"
              : "load the module 'tun', or give the container this device",
          e);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena);
      request.set(
          ValueLayout.JAVA_SHORT, IFREQ_UNION, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
      Descriptors.ioctl(fd, TUNSETIFF, request);
      Descriptors.ioctl(
          fd, TUNSETVNETHDRSZ, arena.allocateFrom(ValueLayout.JAVA_INT, VnetHeader.BYTES));
      return fd;
    } catch (LibcException e) {
      Descriptors.close(fd);
      if (e.notPermitted()) {
        throw new MissingCapabilityException(
            "CAP_NET_ADMIN",
            "make the encryptor's device",
            "run as root, or as an ordinary user inside 'unshare -Urnm'",
            e);
      }
      throw e;
    }
  }

  /** Kernels that do not know all of these refuse them all. */
  private static boolean superFrames(int fd) {
    // The argument is the value itself, not where it stands.
    return Descriptors.tryIoctl(fd, TUNSETOFFLOAD, MemorySegment.ofAddress(SUPER_FRAMES)) >= 0;
  }

  private static MemorySegment request(Arena arena) {
    MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
    request.setString(0, NAME);
    return request;
  }

  private void configure(InetAddress local) {
    boolean six = local instanceof Inet6Address;
    if (six) {
      enableIpv6();
    }
    withoutNeighbourDiscovery();
    InetAddress any = InetAddress.ofLiteral(six ? "::" : "0.0.0.0");
    try (LinuxKernel kernel = LinuxKernel.open()) {
      for (KernelChange change :
          List.of(
              new KernelChange.SetMac(NAME, new MacAddress(OWN_MAC)),
              new KernelChange.SetMtu(NAME, MTU),
              new KernelChange.PutAddress(NAME, IpPrefix.host(local)),
              new KernelChange.SetUp(NAME, true),
              new KernelChange.PutRoute(new Route(new IpPrefix(any, 0), null, NAME)))) {
        kernel.change(change);
      }
    }
  }

  private static void withoutNeighbourDiscovery() {
    int socket = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = request(arena);
      Descriptors.ioctl(socket, SIOCGIFFLAGS, request);
      int flags = request.get(ValueLayout.JAVA_SHORT, IFREQ_UNION);
      request.set(ValueLayout.JAVA_SHORT, IFREQ_UNION, (short) (flags | IFF_NOARP));
      Descriptors.ioctl(socket, SIOCSIFFLAGS, request);
    } finally {
      Descriptors.close(socket);
    }
  }

  /** Container engines turn IPv6 off by default; this namespace needs it for an IPv6 underlay. */
  private static void enableIpv6() {
    try {
      Files.writeString(Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6"), "0");
    } catch (IOException e) {
      // Read-only in some containers: if IPv6 is off there, adding the address will say so.
      return;
    }
  }

  /** Whether the error says that the queue is only empty or full for the moment. */
  static boolean isTemporary(long result) {
    return result == -Errno.EAGAIN || result == -Errno.EINTR;
  }

  @Override
  public void close() {
    Descriptors.close(fd);
  }
}
