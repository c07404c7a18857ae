package io.weft.vxlan.kernel;

import static io.weft.vxlan.kernel.Rtnetlink.*;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.netlink.Attributes;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkMessage;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * Messages about what hangs on devices: neighbours and forwarding entries ({@code struct ndmsg}),
 * addresses ({@code struct ifaddrmsg}) and routes ({@code struct rtmsg}).
 */
final class EntryCodec {

  private static final int PUT = Netlink.ACK | Netlink.CREATE | Netlink.REPLACE;

  private EntryCodec() {}

  static MessageWriter dumpNeighbours(int family) {
    return new MessageWriter(RTM_GETNEIGH, Netlink.DUMP)
        .u8(family)
        .u8(0)
        .u16(0)
        .u32(0)
        .u16(0)
        .u8(0)
        .u8(0);
  }

  static MessageWriter putNeighbour(int index, InetAddress ip, MacAddress mac) {
    return nd(RTM_NEWNEIGH, PUT, family(ip), index, NUD_PERMANENT, 0)
        .attribute(NDA_DST, ip.getAddress())
        .attribute(NDA_LLADDR, mac.octets());
  }

  static MessageWriter removeNeighbour(int index, InetAddress ip) {
    return nd(RTM_DELNEIGH, Netlink.ACK, family(ip), index, 0, 0)
        .attribute(NDA_DST, ip.getAddress());
  }

  static MessageWriter putFdb(int index, FdbEntry entry) {
    // The kernel replaces one station's destination in place, and keeps the zero MAC's side by
    // side.
    int flags =
        entry.mac().equals(MacAddress.ZERO) ? Netlink.ACK | Netlink.CREATE | Netlink.APPEND : PUT;
    return nd(RTM_NEWNEIGH, flags, AF_BRIDGE, index, NUD_PERMANENT, NTF_SELF)
        .attribute(NDA_LLADDR, entry.mac().octets())
        .attribute(NDA_DST, entry.vtep().getAddress());
  }

  static MessageWriter removeFdb(int index, FdbEntry entry) {
    return nd(RTM_DELNEIGH, Netlink.ACK, AF_BRIDGE, index, 0, NTF_SELF)
        .attribute(NDA_LLADDR, entry.mac().octets())
        .attribute(NDA_DST, entry.vtep().getAddress());
  }

  static MessageWriter putBridgeFdb(int index, MacAddress mac) {
    return nd(RTM_NEWNEIGH, PUT, AF_BRIDGE, index, NUD_NOARP, NTF_MASTER | NTF_STICKY)
        .attribute(NDA_LLADDR, mac.octets());
  }

  static MessageWriter removeBridgeFdb(int index, MacAddress mac) {
    return nd(RTM_DELNEIGH, Netlink.ACK, AF_BRIDGE, index, 0, NTF_MASTER)
        .attribute(NDA_LLADDR, mac.octets());
  }

  private static MessageWriter nd(
      int type, int flags, int family, int index, int state, int ntfFlags) {
    return new MessageWriter(type, flags)
        .u8(family)
        .u8(0)
        .u16(0)
        .u32(index)
        .u16(state)
        .u8(ntfFlags)
        .u8(0);
  }

  /** A VXLAN device's own entry; empty for any other. */
  static Optional<FdbEntry> decodeFdb(NetlinkMessage message, Map<Integer, String> names) {
    Attributes all = message.attributes(NDMSG_BYTES);
    String device = names.get(message.payload().getInt(4));
    byte[] mac = all.octets(NDA_LLADDR);
    InetAddress vtep = LinkCodec.address(all.octets(NDA_DST));
    boolean own = (message.payload().get(10) & NTF_SELF) != 0;
    if (!own || device == null || vtep == null || mac == null || mac.length != MacAddress.BYTES) {
      return Optional.empty();
    }
    return Optional.of(new FdbEntry(device, MacAddress.of(mac), vtep));
  }

  /** A bridge's entry; empty for any other, and for a port's own address. */
  static Optional<BridgeFdbEntry> decodeBridgeFdb(
      NetlinkMessage message, Map<Integer, String> names) {
    Attributes all = message.attributes(NDMSG_BYTES);
    String port = names.get(message.payload().getInt(4));
    byte[] mac = all.octets(NDA_LLADDR);
    int state = message.payload().getShort(8);
    int flags = message.payload().get(10);
    boolean own = (flags & NTF_SELF) != 0;
    boolean ofPort = (state & NUD_PERMANENT) != 0;
    boolean ofBridge = all.find(NDA_MASTER) != null;
    if (own || ofPort || !ofBridge || port == null || mac == null || mac.length != 6) {
      return Optional.empty();
    }
    boolean fixed = (state & NUD_NOARP) != 0 && (flags & NTF_STICKY) != 0;
    return Optional.of(new BridgeFdbEntry(port, MacAddress.of(mac), fixed));
  }

  /** A permanent neighbour; empty for any other. */
  static Optional<Neighbour> decodeNeighbour(NetlinkMessage message, Map<Integer, String> names) {
    int family = message.payload().get(0);
    if (family != AF_INET && family != AF_INET6) {
      return Optional.empty();
    }
    Attributes all = message.attributes(NDMSG_BYTES);
    String device = names.get(message.payload().getInt(4));
    byte[] mac = all.octets(NDA_LLADDR);
    InetAddress ip = LinkCodec.address(all.octets(NDA_DST));
    boolean permanent = (message.payload().getShort(8) & NUD_PERMANENT) != 0;
    if (!permanent || device == null || ip == null || mac == null || mac.length != 6) {
      return Optional.empty();
    }
    return Optional.of(new Neighbour(device, ip, MacAddress.of(mac)));
  }

  static MessageWriter dumpAddresses() {
    return new MessageWriter(RTM_GETADDR, Netlink.DUMP).u8(AF_UNSPEC).u8(0).u8(0).u8(0).u32(0);
  }

  static MessageWriter putAddress(int index, IpPrefix prefix) {
    return address(RTM_NEWADDR, PUT, index, prefix);
  }

  static MessageWriter removeAddress(int index, IpPrefix prefix) {
    return address(RTM_DELADDR, Netlink.ACK, index, prefix);
  }

  private static MessageWriter address(int type, int flags, int index, IpPrefix prefix) {
    byte[] octets = prefix.address().getAddress();
    // The registry has made sure that the address is free: detection would only delay its use.
    int addressFlags = prefix.isIpv6() ? IFA_F_NODAD : 0;
    return new MessageWriter(type, flags)
        .u8(family(prefix.address()))
        .u8(prefix.length())
        .u8(addressFlags)
        .u8(0)
        .u32(index)
        .attribute(IFA_LOCAL, octets)
        .attribute(IFA_ADDRESS, octets);
  }

  static Optional<InterfaceAddress> decodeAddress(
      NetlinkMessage message, Map<Integer, String> names) {
    Attributes all = message.attributes(IFADDRMSG_BYTES);
    String device = names.get(message.payload().getInt(4));
    byte[] local = all.octets(IFA_LOCAL);
    InetAddress ip = LinkCodec.address(local != null ? local : all.octets(IFA_ADDRESS));
    if (device == null || ip == null) {
      return Optional.empty();
    }
    int length = Byte.toUnsignedInt(message.payload().get(1));
    return Optional.of(new InterfaceAddress(device, new IpPrefix(ip, length)));
  }

  static MessageWriter dumpRoutes() {
    return new MessageWriter(RTM_GETROUTE, Netlink.DUMP).zeros(RTMSG_BYTES);
  }

  static MessageWriter putRoute(int index, Route route) {
    return route(RTM_NEWROUTE, PUT, index, route);
  }

  static MessageWriter removeRoute(int index, Route route) {
    return route(RTM_DELROUTE, Netlink.ACK, index, route);
  }

  private static MessageWriter route(int type, int flags, int index, Route route) {
    InetAddress via = route.via();
    MessageWriter message =
        new MessageWriter(type, flags)
            .u8(family(route.destination().address()))
            .u8(route.destination().length())
            .u8(0)
            .u8(0)
            .u8(RT_TABLE_MAIN)
            .u8(Route.PROTOCOL)
            .u8(via == null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
            .u8(RTN_UNICAST)
            .u32(via == null ? 0 : RTNH_F_ONLINK)
            .attribute(RTA_DST, route.destination().address().getAddress())
            .attributeU32(RTA_OIF, index);
    return via == null ? message : message.attribute(RTA_GATEWAY, via.getAddress());
  }

  /** A route of Weft's in the main table; empty for any other. */
  static Optional<Route> decodeRoute(NetlinkMessage message, Map<Integer, String> names) {
    Attributes all = message.attributes(RTMSG_BYTES);
    int family = message.payload().get(0);
    int table = Byte.toUnsignedInt(message.payload().get(4));
    int protocol = Byte.toUnsignedInt(message.payload().get(5));
    String device = names.get(all.u32(RTA_OIF, 0));
    boolean ip = family == AF_INET || family == AF_INET6;
    if (!ip || table != RT_TABLE_MAIN || protocol != Route.PROTOCOL || device == null) {
      return Optional.empty();
    }
    byte[] octets = all.octets(RTA_DST);
    InetAddress to =
        LinkCodec.address(octets != null ? octets : new byte[family == AF_INET6 ? 16 : 4]);
    if (to == null) {
      return Optional.empty();
    }
    int length = Byte.toUnsignedInt(message.payload().get(1));
    return Optional.of(
        new Route(new IpPrefix(to, length), LinkCodec.address(all.octets(RTA_GATEWAY)), device));
  }

  private static int family(InetAddress address) {
    return address instanceof Inet6Address ? AF_INET6 : AF_INET;
  }
}
