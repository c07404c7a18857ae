package io.weft.vxlan.kernel;

import static io.weft.vxlan.kernel.Rtnetlink.*;

import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.netlink.Attributes;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkMessage;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages about devices: RTM_NEWLINK and its kin, {@code struct ifinfomsg} and IFLA_*. */
final class LinkCodec {

  private static final int ACKED = Netlink.ACK;
  private static final int CREATED = Netlink.ACK | Netlink.CREATE | Netlink.EXCLUSIVE;

  private LinkCodec() {}

  static MessageWriter dump() {
    return info(new MessageWriter(RTM_GETLINK, Netlink.DUMP), AF_UNSPEC, 0, 0, 0);
  }

  static MessageWriter get(String name) {
    return named(RTM_GETLINK, ACKED, name);
  }

  static MessageWriter createBridge(String name, int mtu) {
    MessageWriter message = named(RTM_NEWLINK, CREATED, name).attributeU32(IFLA_MTU, mtu);
    int info = message.begin(IFLA_LINKINFO);
    message.attributeString(IFLA_INFO_KIND, LinkState.BRIDGE);
    int data = message.begin(IFLA_INFO_DATA);
    bridge(message, BridgeSettings.WEFT);
    // No VLANs: else each entry of the forwarding database would be kept twice.
    message.attributeU16(IFLA_BR_VLAN_DEFAULT_PVID, 0);
    return message.end(data).end(info);
  }

  static MessageWriter tuneBridge(String name, BridgeSettings settings) {
    MessageWriter message = named(RTM_NEWLINK, ACKED, name);
    int info = message.begin(IFLA_LINKINFO);
    message.attributeString(IFLA_INFO_KIND, LinkState.BRIDGE);
    int data = message.begin(IFLA_INFO_DATA);
    bridge(message, settings);
    return message.end(data).end(info);
  }

  private static void bridge(MessageWriter message, BridgeSettings settings) {
    message.attributeU32(IFLA_BR_STP_STATE, settings.stp() ? 1 : 0);
    message.attributeU8(IFLA_BR_MCAST_SNOOPING, settings.multicastSnooping() ? 1 : 0);
  }

  static MessageWriter tunePort(String name, PortSettings settings) {
    MessageWriter message = named(RTM_NEWLINK, ACKED, name);
    int info = message.begin(IFLA_LINKINFO);
    message.attributeString(IFLA_INFO_SLAVE_KIND, LinkState.BRIDGE);
    int data = message.begin(IFLA_INFO_SLAVE_DATA);
    message.attributeU8(IFLA_BRPORT_LEARNING, settings.learning() ? 1 : 0);
    return message.end(data).end(info);
  }

  static MessageWriter createVxlan(VxlanSpec spec) {
    MessageWriter message =
        named(RTM_NEWLINK, CREATED, spec.name()).attributeU32(IFLA_MTU, spec.mtu());
    int info = message.begin(IFLA_LINKINFO);
    message.attributeString(IFLA_INFO_KIND, LinkState.VXLAN);
    int data = message.begin(IFLA_INFO_DATA);
    message.attributeU32(IFLA_VXLAN_ID, spec.vni());
    if (spec.local() instanceof Inet6Address) {
      // The kernel takes the family of the underlay from the group, so an empty one must be given.
      message.attribute(IFLA_VXLAN_GROUP6, new byte[16]);
      message.attribute(IFLA_VXLAN_LOCAL6, spec.local().getAddress());
    } else {
      message.attribute(IFLA_VXLAN_LOCAL, spec.local().getAddress());
    }
    message.attributeU8(IFLA_VXLAN_LEARNING, 0);
    message.attributeU8(IFLA_VXLAN_PROXY, 1);
    message.attributeBe16(IFLA_VXLAN_PORT, spec.port());
    message.attributeU8(IFLA_VXLAN_UDP_CSUM, 0);
    message.attributeU8(IFLA_VXLAN_UDP_ZERO_CSUM6_TX, 1);
    message.attributeU8(IFLA_VXLAN_UDP_ZERO_CSUM6_RX, 1);
    if (spec.dontFragment()) {
      message.attributeU8(IFLA_VXLAN_DF, VXLAN_DF_SET);
    }
    return message.end(data).end(info);
  }

  static MessageWriter createVeth(VethSpec spec) {
    MessageWriter message =
        named(RTM_NEWLINK, CREATED, spec.name()).attributeU32(IFLA_MTU, spec.mtu());
    int info = message.begin(IFLA_LINKINFO);
    message.attributeString(IFLA_INFO_KIND, LinkState.VETH);
    int data = message.begin(IFLA_INFO_DATA);
    int peer = message.begin(VETH_INFO_PEER);
    info(message, AF_UNSPEC, 0, 0, 0);
    message.attributeString(IFLA_IFNAME, spec.peerName()).attributeU32(IFLA_MTU, spec.mtu());
    MacAddress mac = spec.peerMac();
    if (mac != null) {
      message.attribute(IFLA_ADDRESS, mac.octets());
    }
    if (spec.peerNamespaceFd() != VethSpec.SAME_NAMESPACE) {
      message.attributeU32(IFLA_NET_NS_FD, spec.peerNamespaceFd());
    }
    return message.end(peer).end(data).end(info);
  }

  static MessageWriter delete(String name) {
    return named(RTM_DELLINK, ACKED, name);
  }

  static MessageWriter setUp(String name, boolean up) {
    int flags = up ? IFF_UP : 0;
    MessageWriter message = new MessageWriter(RTM_SETLINK, ACKED);
    return info(message, AF_UNSPEC, 0, flags, IFF_UP).attributeString(IFLA_IFNAME, name);
  }

  static MessageWriter setMtu(String name, int mtu) {
    return named(RTM_SETLINK, ACKED, name).attributeU32(IFLA_MTU, mtu);
  }

  static MessageWriter setMac(String name, MacAddress mac) {
    return named(RTM_SETLINK, ACKED, name).attribute(IFLA_ADDRESS, mac.octets());
  }

  static MessageWriter setAlias(String name, String alias) {
    return named(RTM_SETLINK, ACKED, name)
        .attribute(IFLA_IFALIAS, alias.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  static MessageWriter rename(int index, String to) {
    MessageWriter message = new MessageWriter(RTM_SETLINK, ACKED);
    return info(message, AF_UNSPEC, index, 0, 0).attributeString(IFLA_IFNAME, to);
  }

  /**
   * Makes a port of the bridge with that number; 0 frees it.
   *
   * @param bridgeIndex number of the bridge
   */
  static MessageWriter setMaster(String name, int bridgeIndex) {
    return named(RTM_SETLINK, ACKED, name).attributeU32(IFLA_MASTER, bridgeIndex);
  }

  static MessageWriter moveToNamespace(String name, int namespaceFd) {
    return named(RTM_SETLINK, ACKED, name).attributeU32(IFLA_NET_NS_FD, namespaceFd);
  }

  static MessageWriter noIpv6Autoconf(String name) {
    MessageWriter message = named(RTM_SETLINK, ACKED, name);
    int families = message.begin(IFLA_AF_SPEC);
    int inet6 = message.begin(AF_INET6);
    message.attributeU8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
    return message.end(inet6).end(families);
  }

  private static MessageWriter named(int type, int flags, String name) {
    MessageWriter message = new MessageWriter(type, flags);
    return info(message, AF_UNSPEC, 0, 0, 0).attributeString(IFLA_IFNAME, name);
  }

  private static MessageWriter info(
      MessageWriter message, int family, int index, int flags, int changeMask) {
    return message.u8(family).u8(0).u16(0).u32(index).u32(flags).u32(changeMask);
  }

  static int index(NetlinkMessage message) {
    return message.payload().getInt(4);
  }

  static String name(NetlinkMessage message) {
    return message.attributes(IFINFOMSG_BYTES).string(IFLA_IFNAME, "");
  }

  /** Reads one device; {@code names} gives the name of its bridge. */
  static LinkState decode(NetlinkMessage message, Map<Integer, String> names) {
    Attributes all = message.attributes(IFINFOMSG_BYTES);
    Attributes info = all.nested(IFLA_LINKINFO);
    String kind = info.string(IFLA_INFO_KIND, "");
    Attributes data = info.nested(IFLA_INFO_DATA);
    byte[] mac = all.octets(IFLA_ADDRESS);
    int master = all.u32(IFLA_MASTER, 0);
    boolean bridgePort = info.string(IFLA_INFO_SLAVE_KIND, "").equals(LinkState.BRIDGE);
    Attributes port = info.nested(IFLA_INFO_SLAVE_DATA);
    Attributes inet6 = all.nested(IFLA_AF_SPEC).nested(AF_INET6);
    return new LinkState(
        index(message),
        all.string(IFLA_IFNAME, ""),
        kind,
        all.u32(IFLA_MTU, 0),
        mac != null && mac.length == MacAddress.BYTES ? MacAddress.of(mac) : null,
        (message.payload().getInt(8) & IFF_UP) != 0,
        master == 0 ? null : names.getOrDefault(master, "index " + master),
        inet6.u8(IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE) != IN6_ADDR_GEN_MODE_NONE,
        all.string(IFLA_IFALIAS, ""),
        kind.equals(LinkState.VXLAN) ? vxlan(data) : null,
        kind.equals(LinkState.BRIDGE) ? bridge(data) : null,
        bridgePort ? new PortSettings(port.u8(IFLA_BRPORT_LEARNING, 1) != 0) : null);
  }

  private static VxlanSettings vxlan(Attributes data) {
    byte[] four = data.octets(IFLA_VXLAN_LOCAL);
    return new VxlanSettings(
        data.u32(IFLA_VXLAN_ID, 0),
        address(four != null ? four : data.octets(IFLA_VXLAN_LOCAL6)),
        data.be16(IFLA_VXLAN_PORT, 0),
        data.u8(IFLA_VXLAN_LEARNING, 0) != 0,
        data.u8(IFLA_VXLAN_PROXY, 0) != 0,
        data.u8(IFLA_VXLAN_DF, 0) == VXLAN_DF_SET);
  }

  private static BridgeSettings bridge(Attributes data) {
    return new BridgeSettings(
        data.u32(IFLA_BR_STP_STATE, 0) != 0, data.u8(IFLA_BR_MCAST_SNOOPING, 0) != 0);
  }

  /** Four or sixteen octets as an address; null for null and for any other number. */
  static @Nullable InetAddress address(byte @Nullable [] octets) {
    if (octets == null) {
      return null;
    }
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException wrongLength) {
      return null;
    }
  }
}
