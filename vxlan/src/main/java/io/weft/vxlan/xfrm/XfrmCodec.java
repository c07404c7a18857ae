package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.netlink.Attributes;
import io.weft.vxlan.netlink.MessageWriter;
import io.weft.vxlan.netlink.Netlink;
import io.weft.vxlan.netlink.NetlinkMessage;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Messages of {@code linux/xfrm.h}; offsets and sizes are those of its structures. */
final class XfrmCodec {

  /** {@code struct xfrm_usersa_info}. */
  static final int SA_BYTES = 224;

  /** {@code struct xfrm_userpolicy_info}. */
  static final int POLICY_BYTES = 168;

  private static final int NEWSA = 16;
  private static final int DELSA = 17;
  private static final int GETSA = 18;
  private static final int DELPOLICY = 20;
  private static final int GETPOLICY = 21;
  private static final int UPDPOLICY = 25;
  private static final int XFRMA_ENCAP = 4;
  private static final int XFRMA_TMPL = 5;
  private static final int XFRMA_ALG_AEAD = 18;
  private static final int XFRMA_REPLAY_ESN_VAL = 23;
  private static final int STATE_ESN = 0x80;
  private static final int MODE_TRANSPORT = 0;
  private static final int IPPROTO_UDP = 17;
  private static final int IPPROTO_ESP = 50;
  private static final int UDP_ENCAP_ESPINUDP = 2;
  private static final int ACTION_ALLOW = 0;
  private static final int ACTION_BLOCK = 1;
  private static final int ADDRESS_BYTES = 16;
  private static final int ALGORITHM_NAME_BYTES = 64;
  private static final String ALGORITHM = "rfc4106(gcm(aes))";
  private static final int ICV_BITS = 128;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private XfrmCodec() {}

  static MessageWriter addAssociation(SaSpec sa) {
    MessageWriter message =
        new MessageWriter(NEWSA, Netlink.ACK | Netlink.CREATE | Netlink.EXCLUSIVE);
    selector(message, IpPrefix.host(sa.source()), IpPrefix.host(sa.destination()), sa.udpPort());
    id(message, sa.destination(), sa.keys().spi());
    address(message, sa.source());
    lifetime(message);
    message.zeros(32).zeros(12); // current lifetime, statistics
    message.u32(0).u32(Xfrm.REQUEST_ID).u16(family(sa.source()));
    message.u8(MODE_TRANSPORT).u8(0).u8(STATE_ESN).zeros(7);
    aead(message, sa.keys());
    replayState(message);
    UdpEncapsulation udp = sa.encapsulation();
    if (udp != null) {
      int mark = message.begin(XFRMA_ENCAP);
      message.u16(UDP_ENCAP_ESPINUDP).be16(udp.sourcePort()).be16(udp.destinationPort());
      message.u16(0).zeros(ADDRESS_BYTES).end(mark);
    }
    return message;
  }

  private static void aead(MessageWriter message, SecurityAssociation keys) {
    byte[] key = Arrays.copyOf(keys.key32(), 36);
    System.arraycopy(keys.salt4(), 0, key, 32, 4); // RFC 4106, section 8.1: key, then salt
    int mark = message.begin(XFRMA_ALG_AEAD);
    message.padded(ALGORITHM.getBytes(StandardCharsets.US_ASCII), ALGORITHM_NAME_BYTES);
    message.u32(8 * key.length).u32(ICV_BITS).bytes(key).end(mark);
    Arrays.fill(key, (byte) 0);
  }

  /**
   * {@code struct xfrm_replay_state_esn}: all counters zero, a bit for each packet of the window.
   */
  private static void replayState(MessageWriter message) {
    int words = Xfrm.REPLAY_WINDOW_PACKETS / 32;
    int mark = message.begin(XFRMA_REPLAY_ESN_VAL);
    message.u32(words).zeros(16).u32(Xfrm.REPLAY_WINDOW_PACKETS).zeros(4 * words).end(mark);
  }

  static MessageWriter removeAssociation(InetAddress destination, int spi) {
    MessageWriter message = new MessageWriter(DELSA, Netlink.ACK);
    address(message, destination);
    return message.be32(spi).u16(family(destination)).u8(IPPROTO_ESP).u8(0);
  }

  static MessageWriter dumpAssociations() {
    return new MessageWriter(GETSA, Netlink.DUMP);
  }

  static MessageWriter dumpPolicies() {
    return new MessageWriter(GETPOLICY, Netlink.DUMP);
  }

  static MessageWriter putPolicy(Policy policy) {
    // UPDPOLICY adds what is not there, and swaps what is without a gap.
    MessageWriter message = new MessageWriter(UPDPOLICY, Netlink.ACK);
    selector(message, policy.source(), policy.destination(), policy.udpPort());
    lifetime(message);
    message.zeros(32);
    switch (policy.rule()) {
      case Policy.Block _ -> policyTail(message, policy, Xfrm.BLOCK_PRIORITY, ACTION_BLOCK);
      case Policy.Protect protect -> {
        policyTail(message, policy, Xfrm.PROTECT_PRIORITY, ACTION_ALLOW);
        template(message, policy, protect.spi());
      }
    }
    return message;
  }

  private static void policyTail(MessageWriter message, Policy policy, int priority, int action) {
    message.u32(priority).u32(0).u8(policy.direction().code()).u8(action).u8(0).u8(0).zeros(4);
  }

  private static void template(MessageWriter message, Policy policy, int spi) {
    int mark = message.begin(XFRMA_TMPL);
    id(message, policy.destination().address(), spi);
    message.u16(family(policy.source().address())).u16(0);
    address(message, policy.source().address());
    message.u32(Xfrm.REQUEST_ID).u8(MODE_TRANSPORT).u8(0).u8(0).u8(0);
    message.u32(-1).u32(-1).u32(-1).end(mark);
  }

  static MessageWriter removePolicy(Policy policy) {
    MessageWriter message = new MessageWriter(DELPOLICY, Netlink.ACK);
    selector(message, policy.source(), policy.destination(), policy.udpPort());
    return message.u32(0).u8(policy.direction().code()).zeros(3);
  }

  /** {@code struct xfrm_selector}, 56 octets: UDP to one port. */
  private static void selector(MessageWriter message, IpPrefix from, IpPrefix to, int udpPort) {
    address(message, to.address());
    address(message, from.address());
    message.be16(udpPort).u16(-1).u16(0).u16(0).u16(family(to.address()));
    message.u8(to.length()).u8(from.length()).u8(IPPROTO_UDP).zeros(3).u32(0).u32(0);
  }

  /** {@code struct xfrm_id}, 24 octets. */
  private static void id(MessageWriter message, InetAddress destination, int spi) {
    address(message, destination);
    message.be32(spi).u8(IPPROTO_ESP).zeros(3);
  }

  /** {@code struct xfrm_lifetime_cfg}: no limits, as keys are changed long before any. */
  private static void lifetime(MessageWriter message) {
    for (int limit = 0; limit < 4; limit++) {
      message.u64(-1);
    }
    message.zeros(32);
  }

  private static void address(MessageWriter message, InetAddress address) {
    message.padded(address.getAddress(), ADDRESS_BYTES);
  }

  private static int family(InetAddress address) {
    return address instanceof Inet6Address ? AF_INET6 : AF_INET;
  }

  /** An association of Weft's; empty for any other. */
  static Optional<SaState> decodeAssociation(NetlinkMessage message) {
    ByteBuffer sa = message.payload();
    if (sa.limit() < SA_BYTES
        || sa.getInt(208) != Xfrm.REQUEST_ID
        || Byte.toUnsignedInt(sa.get(76)) != IPPROTO_ESP) {
      return Optional.empty();
    }
    int family = sa.getShort(212);
    ByteBuffer encap = message.attributes(SA_BYTES).find(XFRMA_ENCAP);
    return Optional.of(
        new SaState(
            address(sa, 80, family),
            address(sa, 56, family),
            be32(sa, 72),
            encap == null ? null : new UdpEncapsulation(be16(encap, 2), be16(encap, 4)),
            sa.getLong(168),
            sa.getLong(160),
            Integer.toUnsignedLong(sa.getInt(196)),
            Integer.toUnsignedLong(sa.getInt(200))));
  }

  /** A policy of Weft's; empty for any other. */
  static Optional<Policy> decodePolicy(NetlinkMessage message) {
    ByteBuffer policy = message.payload();
    if (policy.limit() < POLICY_BYTES) {
      return Optional.empty();
    }
    int priority = policy.getInt(152);
    int direction = policy.get(160);
    if ((priority != Xfrm.PROTECT_PRIORITY && priority != Xfrm.BLOCK_PRIORITY)
        || direction > Direction.OUT.code()
        || Byte.toUnsignedInt(policy.get(44)) != IPPROTO_UDP) {
      return Optional.empty();
    }
    int family = policy.getShort(40);
    Policy.Rule rule = new Policy.Block();
    if (policy.get(161) == ACTION_ALLOW) {
      Attributes all = message.attributes(POLICY_BYTES);
      ByteBuffer template = all.find(XFRMA_TMPL);
      // Without a template it would let clear frames through: a rule that equals no desired one.
      rule = new Policy.Protect(template == null ? -1 : be32(template, 16));
    }
    return Optional.of(
        new Policy(
            Direction.of(direction),
            new IpPrefix(address(policy, 16, family), policy.get(43) & 0xff),
            new IpPrefix(address(policy, 0, family), policy.get(42) & 0xff),
            be16(policy, 32),
            rule));
  }

  private static int be16(ByteBuffer from, int at) {
    return Byte.toUnsignedInt(from.get(at)) << 8 | Byte.toUnsignedInt(from.get(at + 1));
  }

  private static int be32(ByteBuffer from, int at) {
    return be16(from, at) << 16 | be16(from, at + 2);
  }

  private static InetAddress address(ByteBuffer from, int at, int family) {
    byte[] octets = new byte[family == AF_INET6 ? 16 : 4];
    from.get(at, octets);
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 or 16 octets are an address", impossible);
    }
  }
}
