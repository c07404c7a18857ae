package io.weft.overlay.ipam;

import io.weft.gossip.IpText;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;

/**
 * An IPv4 or IPv6 address as a number that can be counted with. IPv4 sorts before IPv6.
 *
 * @param bits 32 for IPv4, 128 for IPv6
 * @param value the address as an unsigned number below 2^bits
 */
public record IpAddress(int bits, BigInteger value) implements Comparable<IpAddress> {
  /** Bits of an IPv4 address. */
  public static final int IPV4_BITS = 32;

  /** Bits of an IPv6 address. */
  public static final int IPV6_BITS = 128;

  private static final Comparator<IpAddress> ORDER =
      Comparator.comparingInt(IpAddress::bits).thenComparing(IpAddress::value);

  /** Checks the range. */
  public IpAddress {
    if (bits != IPV4_BITS && bits != IPV6_BITS) {
      throw new InvalidAddressException("an address has 32 or 128 bits, not " + bits);
    }
    if (value.signum() < 0 || value.bitLength() > bits) {
      throw new InvalidAddressException("no address of " + bits + " bits: " + value);
    }
  }

  /** Reads a literal such as {@code 10.32.0.1} or {@code fd00::1}; names are never looked up. */
  public static IpAddress parse(String text) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      throw notAnAddress(text);
    }
    // The JDK takes 10.1 for 10.0.0.1, and ::ffff:10.0.0.1 for IPv4: whoever writes that has most
    // likely mistyped something.
    if (address instanceof Inet4Address && !address.getHostAddress().equals(text)) {
      throw notAnAddress(text);
    }
    return of(address);
  }

  private static InvalidAddressException notAnAddress(String text) {
    return new InvalidAddressException(
        "'" + text + "' is no IP address; write one such as 10.32.0.1 or fd00::1");
  }

  /** The same address as the JDK holds it. */
  public static IpAddress of(InetAddress address) {
    return ofBytes(address.getAddress());
  }

  /** From 4 or 16 bytes in network order. */
  public static IpAddress ofBytes(byte[] bytes) {
    return new IpAddress(bytes.length * 8, new BigInteger(1, bytes));
  }

  /** 4 or 16 bytes in network order. */
  public byte[] toBytes() {
    byte[] bytes = new byte[bits / 8];
    byte[] magnitude = value.toByteArray();
    int count = Math.min(magnitude.length, bytes.length);
    System.arraycopy(magnitude, magnitude.length - count, bytes, bytes.length - count, count);
    return bytes;
  }

  /** The same address as the JDK holds it. */
  public InetAddress toInetAddress() {
    try {
      return InetAddress.getByAddress(toBytes());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 or 16 bytes are always an address", e);
    }
  }

  /** Whether this is an IPv6 address. */
  public boolean isIpv6() {
    return bits == IPV6_BITS;
  }

  /** This address and {@code count} further; throws when that leaves the address space. */
  public IpAddress plus(BigInteger count) {
    return new IpAddress(bits, value.add(count));
  }

  /** This address and {@code count} further; throws when that leaves the address space. */
  public IpAddress plus(long count) {
    return plus(BigInteger.valueOf(count));
  }

  @Override
  public int compareTo(IpAddress other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return IpText.of(toInetAddress());
  }
}
