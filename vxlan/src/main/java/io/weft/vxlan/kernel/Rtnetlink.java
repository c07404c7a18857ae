package io.weft.vxlan.kernel;

/**
 * Numbers of {@code linux/rtnetlink.h}, {@code linux/if_link.h}, {@code linux/neighbour.h} and
 * {@code linux/if_addr.h}.
 */
final class Rtnetlink {

  static final int AF_UNSPEC = 0;
  static final int AF_INET = 2;
  static final int AF_BRIDGE = 7;
  static final int AF_INET6 = 10;

  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_DELADDR = 21;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_GETROUTE = 26;
  static final int RTM_NEWNEIGH = 28;
  static final int RTM_DELNEIGH = 29;
  static final int RTM_GETNEIGH = 30;

  /** {@code struct ifinfomsg}. */
  static final int IFINFOMSG_BYTES = 16;

  /** {@code struct ifaddrmsg}. */
  static final int IFADDRMSG_BYTES = 8;

  /** {@code struct rtmsg}. */
  static final int RTMSG_BYTES = 12;

  /** {@code struct ndmsg}. */
  static final int NDMSG_BYTES = 12;

  static final int IFF_UP = 1;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_MASTER = 10;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_IFALIAS = 20;
  static final int IFLA_AF_SPEC = 26;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int IFLA_INFO_SLAVE_KIND = 4;
  static final int IFLA_INFO_SLAVE_DATA = 5;
  static final int IFLA_INET6_ADDR_GEN_MODE = 8;
  static final int IN6_ADDR_GEN_MODE_NONE = 1;
  static final int VETH_INFO_PEER = 1;

  static final int IFLA_BR_STP_STATE = 5;
  static final int IFLA_BR_MCAST_SNOOPING = 23;
  static final int IFLA_BR_VLAN_DEFAULT_PVID = 39;
  static final int IFLA_BRPORT_LEARNING = 8;

  static final int IFLA_VXLAN_ID = 1;
  static final int IFLA_VXLAN_LOCAL = 4;
  static final int IFLA_VXLAN_LEARNING = 7;
  static final int IFLA_VXLAN_PROXY = 11;
  static final int IFLA_VXLAN_PORT = 15;
  static final int IFLA_VXLAN_GROUP6 = 16;
  static final int IFLA_VXLAN_LOCAL6 = 17;
  static final int IFLA_VXLAN_UDP_CSUM = 18;
  static final int IFLA_VXLAN_UDP_ZERO_CSUM6_TX = 19;
  static final int IFLA_VXLAN_UDP_ZERO_CSUM6_RX = 20;
  static final int IFLA_VXLAN_DF = 29;
  static final int VXLAN_DF_SET = 1;

  static final int NUD_NOARP = 0x40;
  static final int NUD_PERMANENT = 0x80;
  static final int NTF_SELF = 0x02;
  static final int NTF_MASTER = 0x04;
  static final int NTF_STICKY = 0x40;
  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
  static final int NDA_MASTER = 9;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_FLAGS = 8;
  static final int IFA_F_NODAD = 0x02;
  static final int IFA_F_NOPREFIXROUTE = 0x200;

  static final int RT_TABLE_MAIN = 254;
  static final int RT_SCOPE_UNIVERSE = 0;
  static final int RT_SCOPE_LINK = 253;
  static final int RTN_UNICAST = 1;
  static final int RTNH_F_ONLINK = 4;
  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;

  private Rtnetlink() {}
}
