package io.weft.vxlan.attach;

import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Attaches endpoints: a veth pair, one end a port of the network's bridge, the other in the
 * endpoint's namespace with its name, MAC and addresses. All or nothing: what fails midway is
 * undone.
 *
 * <p>The host side carries the whole endpoint id as its alias, so that what is attached can be read
 * from the kernel after a crash.
 */
public final class PortWiring {

  private static final String ALIAS = "weft endpoint ";
  private static final String LOOPBACK = "lo";

  private final Kernel host;

  /** Works on the host's namespace through this port. */
  public PortWiring(Kernel host) {
    this.host = host;
  }

  /**
   * Attaches an endpoint.
   *
   * @param netns path of the endpoint's namespace, as nsenter takes it
   * @param ifName name of the interface in it
   * @param endpointId at least 11 lower-case hexadecimal digits
   * @param mac Ethernet address of the interface
   * @param prefixes addresses of the interface
   * @param mtu octets
   * @param vni the network; when its bridge is not there yet, the next reconcile makes the port
   * @throws WiringException with one line that says what is wrong
   */
  public void attach(
      Path netns,
      String ifName,
      String endpointId,
      MacAddress mac,
      List<IpPrefix> prefixes,
      int mtu,
      int vni) {
    checkName(ifName);
    String port = DeviceNames.port(endpointId);
    if (host.link(port).isPresent()) {
      throw new WiringException(
          WiringException.Kind.ALREADY_ATTACHED,
          "endpoint " + endpointId + " is attached already (device " + port + ")");
    }
    try (NetworkNamespace target = open(netns);
        Kernel inside = LinuxKernel.open(target)) {
      if (inside.link(ifName).isPresent()) {
        throw taken(netns, ifName);
      }
      host.change(
          new KernelChange.CreateVeth(
              new VethSpec(port, ALIAS + endpointId, mtu, ifName, mac, target.fd())));
      try {
        setUpInside(inside, ifName, prefixes);
        setUpHostSide(port, vni);
      } catch (KernelException e) {
        host.apply(List.of(new KernelChange.DeleteLink(port)));
        throw e;
      }
    } catch (KernelException e) {
      throw wiring("attach " + endpointId + " to " + netns, e);
    } catch (MissingCapabilityException e) {
      throw new WiringException(WiringException.Kind.NOT_PERMITTED, message(e), e);
    }
  }

  private static void setUpInside(Kernel inside, String ifName, List<IpPrefix> prefixes) {
    List<KernelChange> changes = new ArrayList<>();
    changes.add(new KernelChange.SetUp(LOOPBACK, true));
    changes.add(new KernelChange.NoIpv6Autoconf(ifName));
    prefixes.forEach(prefix -> changes.add(new KernelChange.PutAddress(ifName, prefix)));
    changes.add(new KernelChange.SetUp(ifName, true));
    changes.forEach(inside::change);
  }

  private void setUpHostSide(String port, int vni) {
    host.change(new KernelChange.NoIpv6Autoconf(port));
    String bridge = DeviceNames.bridge(vni);
    boolean there =
        host.link(bridge).map(link -> link.kind().equals(LinkState.BRIDGE)).orElse(false);
    if (there) {
      host.change(new KernelChange.SetMaster(port, bridge));
    }
    host.change(new KernelChange.SetUp(port, true));
  }

  /**
   * Takes an endpoint off; does nothing when it is not attached.
   *
   * @return whether it was attached
   * @throws WiringException with one line that says what is wrong
   */
  public boolean detach(String endpointId) {
    String port = DeviceNames.port(endpointId);
    try {
      boolean there = host.link(port).map(link -> link.kind().equals(LinkState.VETH)).orElse(false);
      if (there) {
        host.change(new KernelChange.DeleteLink(port));
      }
      return there;
    } catch (KernelException e) {
      throw wiring("detach " + endpointId, e);
    }
  }

  /** Ids of the endpoints whose devices are there, in order. */
  public List<String> attached() {
    TreeSet<String> ids = new TreeSet<>();
    for (LinkState link : host.links()) {
      if (DeviceNames.isPort(link.name())
          && link.kind().equals(LinkState.VETH)
          && link.alias().startsWith(ALIAS)) {
        ids.add(link.alias().substring(ALIAS.length()));
      }
    }
    return List.copyOf(ids);
  }

  private static NetworkNamespace open(Path netns) {
    NetworkNamespace namespace;
    try {
      namespace = NetworkNamespace.open(netns);
    } catch (LibcException e) {
      if (e.notPermitted()) {
        throw new WiringException(
            WiringException.Kind.NOT_PERMITTED,
            "cannot open network namespace " + netns + ": " + message(e),
            e);
      }
      throw noNamespace(netns, e);
    }
    try {
      namespace.run(() -> {});
      return namespace;
    } catch (LibcException e) {
      namespace.close();
      if (e.errno() == Errno.EINVAL) { // a file, but of another kind
        throw noNamespace(netns, e);
      }
      throw new WiringException(WiringException.Kind.FAILED, message(e), e);
    } catch (MissingCapabilityException e) {
      namespace.close();
      throw e;
    }
  }

  private static WiringException noNamespace(Path netns, LibcException cause) {
    return new WiringException(
        WiringException.Kind.NO_SUCH_NAMESPACE,
        netns + " is no network namespace: give a path like /run/netns/NAME or /proc/PID/ns/net",
        cause);
  }

  private static void checkName(String ifName) {
    if (!DeviceNames.isInterfaceName(ifName)) {
      throw new WiringException(
          WiringException.Kind.INVALID,
          "'" + ifName + "' is no interface name: 1 to 15 characters without '/', ':' and spaces");
    }
  }

  private static WiringException taken(Path netns, String ifName) {
    return new WiringException(
        WiringException.Kind.NAME_TAKEN,
        netns + " has an interface " + ifName + " already: choose another name");
  }

  private static WiringException wiring(String doing, KernelException cause) {
    WiringException.Kind kind =
        switch (cause.kind()) {
          case NOT_PERMITTED -> WiringException.Kind.NOT_PERMITTED;
          case EXISTS -> WiringException.Kind.NAME_TAKEN;
          case INVALID -> WiringException.Kind.INVALID;
          case NOT_FOUND, BUSY, UNSUPPORTED, OTHER -> WiringException.Kind.FAILED;
        };
    return new WiringException(kind, "cannot " + doing + ": " + message(cause), cause);
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }
}
