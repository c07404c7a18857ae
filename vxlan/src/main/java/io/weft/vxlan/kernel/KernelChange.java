package io.weft.vxlan.kernel;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One change to the kernel's network configuration. Devices are named; whoever applies a change
 * finds the device's number at that moment. {@code Put} creates or replaces; {@code Remove} of what
 * is not there is no error.
 */
public sealed interface KernelChange {

  /** Name of the device that the change is about. */
  String device();

  /** The change in words, as after "cannot": {@code put fdb on wfx77}. */
  default String words() {
    String name = getClass().getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
    return name.toLowerCase(Locale.ROOT) + " on " + device();
  }

  /** Creates a bridge, down, without STP or multicast snooping. */
  record CreateBridge(String device, int mtu) implements KernelChange {}

  /** Creates a VXLAN device in the kernel's own namespace, down. */
  record CreateVxlan(VxlanSpec spec) implements KernelChange {
    @Override
    public String device() {
      return spec.name();
    }
  }

  /** Creates a veth pair, both ends down. */
  record CreateVeth(VethSpec spec) implements KernelChange {
    @Override
    public String device() {
      return spec.name();
    }
  }

  /** Deletes a device; of a veth pair also the far end. */
  record DeleteLink(String device) implements KernelChange {}

  /** Brings a device up or down. */
  record SetUp(String device, boolean up) implements KernelChange {}

  /** Sets the MTU in octets. */
  record SetMtu(String device, int mtu) implements KernelChange {}

  /** Sets the Ethernet address. */
  record SetMac(String device, MacAddress mac) implements KernelChange {}

  /** Renames a device. */
  record Rename(String device, String to) implements KernelChange {}

  /** Makes the device a port of the bridge, or of none when null. */
  record SetMaster(String device, @Nullable String bridge) implements KernelChange {}

  /** Keeps the kernel from making itself IPv6 addresses on the device. */
  record NoIpv6Autoconf(String device) implements KernelChange {}

  /** Sets what Weft sets on a bridge. */
  record TuneBridge(String device, BridgeSettings settings) implements KernelChange {}

  /** Sets what Weft sets on a bridge's port. */
  record TunePort(String device, PortSettings settings) implements KernelChange {}

  /** Moves a device to the namespace behind an open file descriptor. */
  record MoveToNamespace(String device, int namespaceFd) implements KernelChange {}

  /** Adds an address to a device (IPv6: without duplicate address detection). */
  record PutAddress(String device, IpPrefix prefix) implements KernelChange {}

  /** Takes an address from a device. */
  record RemoveAddress(String device, IpPrefix prefix) implements KernelChange {}

  /** Adds or replaces a route. */
  record PutRoute(Route route) implements KernelChange {
    @Override
    public String device() {
      return route.device();
    }
  }

  /** Removes a route. */
  record RemoveRoute(Route route) implements KernelChange {
    @Override
    public String device() {
      return route.device();
    }
  }

  /** Adds or replaces a permanent neighbour. */
  record PutNeighbour(Neighbour neighbour) implements KernelChange {
    @Override
    public String device() {
      return neighbour.device();
    }
  }

  /** Removes a neighbour. */
  record RemoveNeighbour(String device, InetAddress ip) implements KernelChange {}

  /** Adds an entry; one station's replaces its former one, the zero MAC's are kept side by side. */
  record PutFdb(FdbEntry entry) implements KernelChange {
    @Override
    public String device() {
      return entry.device();
    }
  }

  /** Removes an entry. */
  record RemoveFdb(FdbEntry entry) implements KernelChange {
    @Override
    public String device() {
      return entry.device();
    }
  }

  /** Adds or replaces a fixed entry of the bridge that {@code device} is a port of. */
  record PutBridgeFdb(String device, MacAddress mac) implements KernelChange {}

  /** Removes an entry of the bridge that {@code device} is a port of. */
  record RemoveBridgeFdb(String device, MacAddress mac) implements KernelChange {}
}
