package io.weft.overlay.ipam;

import java.math.BigInteger;
import java.util.Comparator;

/**
 * A CIDR block of IPv4 or IPv6 addresses, such as {@code 10.32.0.0/16}.
 *
 * @param base the first address; no bit behind the prefix is set
 * @param length bits of the prefix, 0 to {@code base.bits()}
 */
public record AddressBlock(IpAddress base, int length) implements Comparable<AddressBlock> {
  private static final Comparator<AddressBlock> ORDER =
      Comparator.comparing(AddressBlock::base).thenComparingInt(AddressBlock::length);

  /** Checks that the base is the block's first address. */
  public AddressBlock {
    if (length < 0 || length > base.bits()) {
      throw new InvalidAddressException(
          "prefix length " + length + " of " + base + " is not within 0 to " + base.bits());
    }
    BigInteger first = firstOf(base, length);
    if (!first.equals(base.value())) {
      throw new InvalidAddressException(
          "%s/%d has bits set behind its prefix; did you mean %s/%d?"
              .formatted(base, length, new IpAddress(base.bits(), first), length));
    }
  }

  /** Reads {@code 10.32.0.0/16} or {@code fd00:1::/64}. */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidAddressException(
          "'" + text + "' is no subnet: the prefix length is missing, as in 10.32.0.0/16");
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    String digits = text.substring(slash + 1);
    if (!digits.matches("[0-9]{1,3}")) {
      throw new InvalidAddressException(
          "'%s' is no subnet: the prefix length is a number from 0 to %d"
              .formatted(text, address.bits()));
    }
    return new AddressBlock(address, Integer.parseInt(digits));
  }

  /** The block of this length that holds the address. */
  public static AddressBlock around(IpAddress address, int length) {
    return new AddressBlock(new IpAddress(address.bits(), firstOf(address, length)), length);
  }

  private static BigInteger firstOf(IpAddress address, int length) {
    int free = Math.max(0, address.bits() - length);
    return address.value().shiftRight(free).shiftLeft(free);
  }

  /** Whether this is a block of IPv6 addresses. */
  public boolean isIpv6() {
    return base.isIpv6();
  }

  /** How many addresses it has. */
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(base.bits() - length);
  }

  /** Its last address; for an IPv4 subnet, the broadcast address. */
  public IpAddress last() {
    return base.plus(size().subtract(BigInteger.ONE));
  }

  /** Whether the address lies inside. */
  public boolean contains(IpAddress address) {
    return address.bits() == base.bits() && firstOf(address, length).equals(base.value());
  }

  /** Whether all of the other block lies inside. */
  public boolean contains(AddressBlock other) {
    return other.length >= length && contains(other.base);
  }

  /** Whether any address lies in both. */
  public boolean overlaps(AddressBlock other) {
    return contains(other) || other.contains(this);
  }

  /** How many blocks of this length fit inside. */
  public BigInteger blockCount(int blockLength) {
    return BigInteger.ONE.shiftLeft(blockLength - length);
  }

  /** The block of this length with this number (0 is the first), of those inside. */
  public AddressBlock block(int blockLength, BigInteger number) {
    if (blockLength < length || number.compareTo(blockCount(blockLength)) >= 0) {
      throw new InvalidAddressException(
          "no block " + number + " of /" + blockLength + " in " + this);
    }
    return new AddressBlock(base.plus(number.shiftLeft(base.bits() - blockLength)), blockLength);
  }

  @Override
  public int compareTo(AddressBlock other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return base + "/" + length;
  }
}
