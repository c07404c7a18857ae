package io.weft.vxlan.desired;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.Objects;

/**
 * An IP address with the length of its network's prefix (CIDR). Host bits may be set: an
 * interface's address carries them.
 *
 * @param address IPv4 or IPv6
 * @param length 0..32 or 0..128 bits
 */
public record IpPrefix(InetAddress address, int length) implements Comparable<IpPrefix> {

  private static final Comparator<IpPrefix> ORDER =
      Comparator.comparing(IpPrefix::address, AddressOrder.BY_OCTETS)
          .thenComparingInt(IpPrefix::length);

  /** Checks the length against the address family. */
  public IpPrefix {
    Objects.requireNonNull(address);
    int most = address.getAddress().length * 8;
    if (length < 0 || length > most) {
      throw new IllegalArgumentException(
          "prefix length " + length + " of " + address.getHostAddress() + " is not in 0.." + most);
    }
  }

  /**
   * Reads {@code 10.32.0.5/16} or {@code fd00::5/64}.
   *
   * @throws IllegalArgumentException one line that says what is wrong
   */
  public static IpPrefix parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has no prefix length: write it like 10.32.0.5/16");
    }
    InetAddress address;
    int length;
    try {
      address = InetAddress.ofLiteral(text.substring(0, slash));
      length = Integer.parseInt(text.substring(slash + 1));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "'" + text + "' is no address with a prefix length: write it like 10.32.0.5/16", wrong);
    }
    return new IpPrefix(address, length);
  }

  /** The prefix that holds this one address only. */
  public static IpPrefix host(InetAddress address) {
    return new IpPrefix(address, address.getAddress().length * 8);
  }

  /** Whether the address is an IPv6 one. */
  public boolean isIpv6() {
    return address.getAddress().length == 16;
  }

  @Override
  public int compareTo(IpPrefix other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + length;
  }
}
