package io.weft.vxlan.netlink;

/** Numbers of {@code linux/netlink.h} that requests and replies carry. */
public final class Netlink {

  /** Protocol of links, addresses, neighbours and routes (NETLINK_ROUTE). */
  public static final int PROTOCOL_ROUTE = 0;

  /** Protocol of IPsec (NETLINK_XFRM). */
  public static final int PROTOCOL_XFRM = 6;

  /** NLM_F_REQUEST. */
  public static final int REQUEST = 0x1;

  /** NLM_F_ACK: answer even success. */
  public static final int ACK = 0x4;

  /** NLM_F_DUMP_INTR: what was dumped changed meanwhile. */
  public static final int DUMP_INTERRUPTED = 0x10;

  /** NLM_F_DUMP: NLM_F_ROOT and NLM_F_MATCH. */
  public static final int DUMP = 0x300;

  /** NLM_F_REPLACE. */
  public static final int REPLACE = 0x100;

  /** NLM_F_EXCL: fail when it is there. */
  public static final int EXCLUSIVE = 0x200;

  /** NLM_F_CREATE. */
  public static final int CREATE = 0x400;

  /** NLM_F_APPEND. */
  public static final int APPEND = 0x800;

  /** NLM_F_CAPPED, in an acknowledgement: the request's payload was left out. */
  static final int CAPPED = 0x100;

  /** NLM_F_ACK_TLVS, in an acknowledgement: attributes follow. */
  static final int ACK_ATTRIBUTES = 0x200;

  /** NLMSG_ERROR, also an acknowledgement with error 0. */
  static final int TYPE_ERROR = 2;

  /** NLMSG_DONE, the end of a dump. */
  static final int TYPE_DONE = 3;

  private Netlink() {}
}
