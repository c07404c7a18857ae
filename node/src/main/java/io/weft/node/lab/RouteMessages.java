package io.weft.node.lab;

import io.weft.vxlan.ffi.Sockets;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkSocket;
import java.net.InetAddress;

/**
 * The few rtnetlink requests (linux/rtnetlink.h, linux/if_link.h) that the wires of a lab need, in
 * the network namespace of the thread that opened it. The lab plays the underlay, so its routes
 * must not carry the route protocol by which an agent knows its own: the agent would take them
 * away.
 */
final class RouteMessages implements AutoCloseable {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_NEWADDR = 20;
  private static final int RTM_NEWROUTE = 24;
  private static final int IFF_UP = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_NET_NS_FD = 28;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFLA_INFO_DATA = 2;
  private static final int VETH_INFO_PEER = 1;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_F_NODAD = 2;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RTPROT_STATIC = 4;
  private static final int RT_SCOPE_UNIVERSE = 0;
  private static final int RT_SCOPE_LINK = 253;
  private static final int RTN_UNICAST = 1;
  private static final int IFINFOMSG_BYTES = 16;

  private final NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE);

  /** Makes a veth pair whose far end lies in another namespace; both ends are down. */
  void createVeth(String near, String far, int farNamespaceFd, int mtu) {
    MessageWriter request = request(RTM_NEWLINK).zeros(IFINFOMSG_BYTES);
    request.attributeString(IFLA_IFNAME, near).attributeU32(IFLA_MTU, mtu);
    int info = request.begin(IFLA_LINKINFO);
    request.attributeString(IFLA_INFO_KIND, "veth");
    int data = request.begin(IFLA_INFO_DATA);
    int peer = request.begin(VETH_INFO_PEER);
    request
        .zeros(IFINFOMSG_BYTES)
        .attributeString(IFLA_IFNAME, far)
        .attributeU32(IFLA_MTU, mtu)
        .attributeU32(IFLA_NET_NS_FD, farNamespaceFd);
    request.end(peer).end(data).end(info);
    socket.execute(request);
  }

  void setUp(String device) {
    socket.execute(
        new MessageWriter(RTM_NEWLINK, Netlink.ACK)
            .u8(0)
            .u8(0)
            .u16(0)
            .u32(index(device))
            .u32(IFF_UP)
            .u32(IFF_UP));
  }

  /** Adds an address that covers only itself; what else is on the link is said by routes. */
  void addAddress(String device, InetAddress address) {
    byte[] octets = address.getAddress();
    socket.execute(
        request(RTM_NEWADDR)
            .u8(family(address))
            .u8(octets.length * 8)
            .u8(IFA_F_NODAD)
            .u8(RT_SCOPE_UNIVERSE)
            .u32(index(device))
            .attribute(IFA_LOCAL, octets)
            .attribute(IFA_ADDRESS, octets));
  }

  /** A route to one address on the link itself. */
  void routeOnLink(InetAddress to, String device) {
    byte[] octets = to.getAddress();
    MessageWriter request =
        route(to, octets.length * 8, RT_SCOPE_LINK, device, request(RTM_NEWROUTE));
    socket.execute(request.attribute(RTA_DST, octets));
  }

  /** The default route of the gateway's family. */
  void routeDefault(InetAddress gateway, String device) {
    MessageWriter request = route(gateway, 0, RT_SCOPE_UNIVERSE, device, request(RTM_NEWROUTE));
    socket.execute(request.attribute(RTA_GATEWAY, gateway.getAddress()));
  }

  private static MessageWriter route(
      InetAddress family, int prefixLength, int scope, String device, MessageWriter into) {
    return into.u8(family(family))
        .u8(prefixLength)
        .u8(0)
        .u8(0)
        .u8(RT_TABLE_MAIN)
        .u8(RTPROT_STATIC)
        .u8(scope)
        .u8(RTN_UNICAST)
        .u32(0)
        .attributeU32(RTA_OIF, index(device));
  }

  private static MessageWriter request(int type) {
    return new MessageWriter(type, Netlink.ACK | Netlink.CREATE | Netlink.EXCLUSIVE);
  }

  /** The number of a device in the namespace of the calling thread. */
  static int index(String device) {
    int index = Sockets.ifNameToIndex(device);
    if (index == 0) {
      throw new IllegalStateException("there is no device " + device + " in this namespace");
    }
    return index;
  }

  private static int family(InetAddress address) {
    return address.getAddress().length == 4 ? Sockets.AF_INET : Sockets.AF_INET6;
  }

  @Override
  public void close() {
    socket.close();
  }
}
