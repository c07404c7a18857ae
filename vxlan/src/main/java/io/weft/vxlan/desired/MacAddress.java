package io.weft.vxlan.desired;

import java.util.HexFormat;

/**
 * An Ethernet address (IEEE 802, 48 bits).
 *
 * @param bits the address in the low 48 bits, first octet on the wire highest
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {

  /** Octets of an Ethernet address. */
  public static final int BYTES = 6;

  /** All zero: in a VXLAN forwarding database, "whatever has no entry of its own". */
  public static final MacAddress ZERO = new MacAddress(0);

  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

  /** Checks that {@code bits} fits 48 bits. */
  public MacAddress {
    if (bits >>> 48 != 0) {
      throw new IllegalArgumentException(
          "a MAC address has 48 bits, not " + Long.toHexString(bits));
    }
  }

  /**
   * Reads six octets.
   *
   * @throws IllegalArgumentException when there are not six
   */
  public static MacAddress of(byte[] octets) {
    if (octets.length != BYTES) {
      throw new IllegalArgumentException("a MAC address has 6 octets, not " + octets.length);
    }
    long bits = 0;
    for (byte octet : octets) {
      bits = bits << 8 | (octet & 0xff);
    }
    return new MacAddress(bits);
  }

  /**
   * Reads {@code 02:00:5e:10:00:01}.
   *
   * @throws IllegalArgumentException one line that says what is wrong
   */
  public static MacAddress parse(String text) {
    try {
      return of(COLONS.parseHex(text));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "'" + text + "' is no MAC address: write six octets like 02:00:5e:10:00:01", wrong);
    }
  }

  /** The six octets in wire order. */
  public byte[] octets() {
    byte[] octets = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      octets[i] = (byte) (bits >>> (8 * (BYTES - 1 - i)));
    }
    return octets;
  }

  @Override
  public int compareTo(MacAddress other) {
    return Long.compare(bits, other.bits);
  }

  @Override
  public String toString() {
    return COLONS.formatHex(octets());
  }
}
