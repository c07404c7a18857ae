package io.weft.vxlan.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a netlink message ({@code struct nlattr}), in the order received. Looking one up
 * takes the last of its type, as the kernel itself does.
 */
public final class Attributes {

  private static final int HEADER_BYTES = 4;

  /** NLA_TYPE_MASK: the two highest bits are flags. */
  private static final int TYPE_MASK = 0x3fff;

  private record Entry(int type, ByteBuffer value) {}

  private final List<Entry> entries = new ArrayList<>();

  private Attributes() {}

  /** No attributes at all. */
  public static Attributes none() {
    return new Attributes();
  }

  /**
   * Reads the attributes from {@code offset} (rounded up to four) to the end.
   *
   * @throws MalformedMessageException when lengths do not add up
   */
  static Attributes parse(ByteBuffer payload, int offset) {
    Attributes found = new Attributes();
    int at = offset + (-offset & 3);
    while (payload.limit() - at >= HEADER_BYTES) {
      int length = Short.toUnsignedInt(payload.getShort(at));
      int left = payload.limit() - at;
      if (length < HEADER_BYTES || length > left) {
        throw new MalformedMessageException(
            "a netlink attribute of " + length + " octets where " + left + " are left");
      }
      found.entries.add(
          new Entry(
              payload.getShort(at + 2) & TYPE_MASK,
              payload
                  .slice(at + HEADER_BYTES, length - HEADER_BYTES)
                  .order(ByteOrder.nativeOrder())));
      at += length + (-length & 3);
    }
    return found;
  }

  /** Payload of the attribute; null when absent. */
  public @Nullable ByteBuffer find(int type) {
    ByteBuffer last = null;
    for (Entry entry : entries) {
      if (entry.type() == type) {
        last = entry.value();
      }
    }
    return last;
  }

  /** Octets of the attribute; null when absent. */
  public byte @Nullable [] octets(int type) {
    ByteBuffer value = find(type);
    if (value == null) {
      return null;
    }
    byte[] octets = new byte[value.limit()];
    value.get(0, octets);
    return octets;
  }

  /** An unsigned octet. */
  public int u8(int type, int absent) {
    ByteBuffer value = find(type);
    return value == null ? absent : Byte.toUnsignedInt(sized(value, 1, type).get(0));
  }

  /** 16 bits in network order. */
  public int be16(int type, int absent) {
    ByteBuffer value = find(type);
    if (value == null) {
      return absent;
    }
    ByteBuffer sized = sized(value, 2, type);
    return Byte.toUnsignedInt(sized.get(0)) << 8 | Byte.toUnsignedInt(sized.get(1));
  }

  /** 32 bits in the host's order. */
  public int u32(int type, int absent) {
    ByteBuffer value = find(type);
    return value == null ? absent : sized(value, 4, type).getInt(0);
  }

  /** A string up to its zero octet. */
  public String string(int type, String absent) {
    byte[] octets = octets(type);
    if (octets == null) {
      return absent;
    }
    int length = 0;
    while (length < octets.length && octets[length] != 0) {
      length++;
    }
    return new String(octets, 0, length, StandardCharsets.UTF_8);
  }

  /** The attributes inside an attribute; none when it is absent. */
  public Attributes nested(int type) {
    ByteBuffer value = find(type);
    return value == null ? none() : parse(value, 0);
  }

  private static ByteBuffer sized(ByteBuffer value, int least, int type) {
    if (value.limit() < least) {
      throw new MalformedMessageException(
          "netlink attribute " + type + " has " + value.limit() + " octets, not " + least);
    }
    return value;
  }
}
