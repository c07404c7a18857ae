package io.weft.vxlan.user;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from addresses, as two longs, to values: looked up for every packet without an
 * object made. Open addressing, at most half full.
 */
final class AddressTable<T> {
  /** Upper half of an IPv4 address's key; the lower is the IPv4-mapped one's (RFC 4291). */
  static final long IPV4_HIGH = 0;

  static final long IPV4_LOW = 0xffff_0000_0000L;

  private final long[] high;
  private final long[] low;
  private final @Nullable Object[] values;

  AddressTable(Map<InetAddress, T> entries) {
    int size = Integer.highestOneBit(Math.max(entries.size(), 1) * 4);
    high = new long[size];
    low = new long[size];
    values = new Object[size];
    entries.forEach(
        (address, value) -> {
          long h = high(address);
          long l = low(address);
          int at = slot(h, l);
          while (values[at] != null) {
            at = (at + 1) & (size - 1);
          }
          high[at] = h;
          low[at] = l;
          values[at] = value;
        });
  }

  static long high(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? IPV4_HIGH : bigEndian(bytes, 0, 8);
  }

  static long low(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length == 4 ? IPV4_LOW | bigEndian(bytes, 0, 4) : bigEndian(bytes, 8, 8);
  }

  private static long bigEndian(byte[] bytes, int at, int count) {
    long value = 0;
    for (int i = at; i < at + count; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  private int slot(long h, long l) {
    long mixed = ((h * 0x9e37_79b9_7f4a_7c15L) ^ l) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (mixed >>> 32) & (values.length - 1);
  }

  @SuppressWarnings("unchecked") // only T goes in
  @Nullable T get(long h, long l) {
    int at = slot(h, l);
    while (values[at] != null) {
      if (high[at] == h && low[at] == l) {
        return (T) values[at];
      }
      at = (at + 1) & (values.length - 1);
    }
    return null;
  }
}
