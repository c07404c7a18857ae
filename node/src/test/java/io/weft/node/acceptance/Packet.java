package io.weft.node.acceptance;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What the tests need to know of a frame, and how they make one. */
final class Packet {
  static final int ARP = 0x0806;
  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86dd;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ESP = 50;
  private static final int ETHERNET_BYTES = 14;
  private static final int IPV4_BYTES = 20;
  private static final int UDP_BYTES = 8;
  private static final int UDP_CHECKSUM_AT = 6;
  private static final int VXLAN_BYTES = 8;
  private static final byte VNI_VALID = 0x08;
  private static final byte TTL = 64;

  private Packet() {}

  static int etherType(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(12) & 0xffff;
  }

  /** IPv4's protocol field. */
  static int protocol(byte[] frame) {
    return frame[ETHERNET_BYTES + 9] & 0xff;
  }

  static InetAddress destination(byte[] frame) {
    try {
      return InetAddress.getByAddress(
          Arrays.copyOfRange(frame, ETHERNET_BYTES + 16, ETHERNET_BYTES + 20));
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static int transportAt(byte[] frame) {
    return ETHERNET_BYTES + (frame[ETHERNET_BYTES] & 0xf) * 4;
  }

  static int sourcePort(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(transportAt(frame)) & 0xffff;
  }

  static int destinationPort(byte[] frame) {
    return ByteBuffer.wrap(frame).getShort(transportAt(frame) + 2) & 0xffff;
  }

  /** Whether it is a fragment that does not begin its packet, and so has no ports. */
  static boolean laterFragment(byte[] frame) {
    return (ByteBuffer.wrap(frame).getShort(ETHERNET_BYTES + 6) & 0x1fff) != 0;
  }

  /** A copy without UDP checksum: in a namespace it may still stand to be filled in by a card. */
  static byte[] withoutUdpChecksum(byte[] frame) {
    byte[] copy = frame.clone();
    if (protocol(copy) == UDP) {
      ByteBuffer.wrap(copy).putShort(transportAt(copy) + UDP_CHECKSUM_AT, (short) 0);
    }
    return copy;
  }

  /**
   * A VXLAN packet's UDP payload (RFC 7348) in clear, with a UDP datagram for an endpoint in it.
   */
  static byte[] clearVxlan(
      int vni,
      String macFrom,
      String macTo,
      InetAddress from,
      InetAddress to,
      int port,
      byte[] payload) {
    int udpBytes = UDP_BYTES + payload.length;
    int ipBytes = IPV4_BYTES + udpBytes;
    ByteBuffer out = ByteBuffer.allocate(VXLAN_BYTES + ETHERNET_BYTES + ipBytes);
    out.put(VNI_VALID).put(new byte[3]).putInt(vni << 8);
    out.put(mac(macTo)).put(mac(macFrom)).putShort((short) IPV4);
    ByteBuffer ip = ByteBuffer.allocate(IPV4_BYTES);
    ip.put((byte) 0x45).put((byte) 0).putShort((short) ipBytes).putInt(0);
    ip.put(TTL).put((byte) UDP).putShort((short) 0).put(from.getAddress()).put(to.getAddress());
    ip.putShort(10, checksum(ip.array()));
    out.put(ip.array());
    out.putShort((short) port).putShort((short) port).putShort((short) udpBytes);
    out.putShort((short) 0).put(payload);
    return out.array();
  }

  static byte[] mac(String text) {
    String[] parts = text.split(":", -1);
    byte[] mac = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      mac[i] = (byte) Integer.parseInt(parts[i], 16);
    }
    return mac;
  }

  /** The Internet checksum (RFC 1071) of an even number of bytes. */
  private static short checksum(byte[] bytes) {
    int sum = 0;
    ByteBuffer words = ByteBuffer.wrap(bytes);
    while (words.hasRemaining()) {
      sum += words.getShort() & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}
