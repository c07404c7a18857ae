package io.weft.gossip;

import java.net.InetAddress;

/** IP addresses as people write them; those of IPv6 in their canonical text (RFC 5952). */
public final class IpText {
  private static final int GROUPS = 8;
  private static final int IPV6_BYTES = 16;

  private IpText() {}

  /** {@code 10.0.0.1} or {@code fd00::1}; without the interface that a link-local one is on. */
  public static String of(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == IPV6_BYTES ? ipv6(bytes) : address.getHostAddress();
  }

  /** Lowercase, no leading zeros, the longest run of at least two zero groups as {@code ::}. */
  private static String ipv6(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
    }
    int start = -1;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = 0;
      while (i + run < GROUPS && groups[i + run] == 0) {
        run++;
      }
      if (run > length) {
        start = i;
        length = run;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
