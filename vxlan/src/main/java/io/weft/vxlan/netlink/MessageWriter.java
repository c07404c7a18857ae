package io.weft.vxlan.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds one netlink message: the 16-octet header of {@code linux/netlink.h}, a fixed part in the
 * host's byte order, then attributes, each padded to four octets.
 */
public final class MessageWriter {

  /** Length of {@code struct nlmsghdr}. */
  public static final int HEADER_BYTES = 16;

  /** Longest message this writer builds; no request of Weft's comes near. */
  public static final int MAX_MESSAGE_BYTES = 16 * 1024;

  private static final int FIRST_CAPACITY_BYTES = 512;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;

  private ByteBuffer buffer =
      ByteBuffer.allocate(FIRST_CAPACITY_BYTES).order(ByteOrder.nativeOrder());

  /**
   * Begins a message.
   *
   * @param type {@code nlmsg_type}
   * @param flags {@code nlmsg_flags} beside NLM_F_REQUEST, which is always set
   */
  public MessageWriter(int type, int flags) {
    buffer.putInt(0).putShort((short) type).putShort((short) (flags | Netlink.REQUEST));
    buffer.putInt(0).putInt(0);
  }

  /** Adds one octet. */
  public MessageWriter u8(int value) {
    room(1).put((byte) value);
    return this;
  }

  /** Adds 16 bits in the host's order. */
  public MessageWriter u16(int value) {
    room(2).putShort((short) value);
    return this;
  }

  /** Adds 32 bits in the host's order. */
  public MessageWriter u32(int value) {
    room(4).putInt(value);
    return this;
  }

  /** Adds 64 bits in the host's order. */
  public MessageWriter u64(long value) {
    room(8).putLong(value);
    return this;
  }

  /** Adds 16 bits in network order. */
  public MessageWriter be16(int value) {
    return u8(value >>> 8).u8(value);
  }

  /** Adds 32 bits in network order. */
  public MessageWriter be32(int value) {
    return be16(value >>> 16).be16(value);
  }

  /** Adds octets as they are. */
  public MessageWriter bytes(byte[] value) {
    room(value.length).put(value);
    return this;
  }

  /** Adds octets, then zeros up to {@code width}. */
  public MessageWriter padded(byte[] value, int width) {
    return bytes(value).zeros(width - value.length);
  }

  /** Adds zero octets. */
  public MessageWriter zeros(int count) {
    room(count).put(new byte[count]);
    return this;
  }

  /** Adds an attribute with these octets. */
  public MessageWriter attribute(int type, byte[] value) {
    int mark = begin(type);
    bytes(value);
    return end(mark);
  }

  /** Adds an attribute without a payload. */
  public MessageWriter attributeFlag(int type) {
    return end(begin(type));
  }

  /** Adds an attribute of one octet. */
  public MessageWriter attributeU8(int type, int value) {
    int mark = begin(type);
    u8(value);
    return end(mark);
  }

  /** Adds an attribute of 16 bits in the host's order. */
  public MessageWriter attributeU16(int type, int value) {
    int mark = begin(type);
    u16(value);
    return end(mark);
  }

  /** Adds an attribute of 16 bits in network order. */
  public MessageWriter attributeBe16(int type, int value) {
    int mark = begin(type);
    be16(value);
    return end(mark);
  }

  /** Adds an attribute of 32 bits in the host's order. */
  public MessageWriter attributeU32(int type, int value) {
    int mark = begin(type);
    u32(value);
    return end(mark);
  }

  /** Adds an attribute with a zero-terminated string. */
  public MessageWriter attributeString(int type, String value) {
    int mark = begin(type);
    bytes(value.getBytes(StandardCharsets.UTF_8)).u8(0);
    return end(mark);
  }

  /** Begins an attribute; what is written until {@link #end} is its payload, nested ones too. */
  public int begin(int type) {
    int mark = buffer.position();
    u16(0).u16(type);
    return mark;
  }

  /** Ends the attribute that began at {@code mark}, and pads to four octets. */
  public MessageWriter end(int mark) {
    int length = buffer.position() - mark;
    if (length < ATTRIBUTE_HEADER_BYTES || length > 0xffff) {
      throw new IllegalStateException("attribute of " + length + " octets");
    }
    buffer.putShort(mark, (short) length);
    return zeros(-length & 3);
  }

  /** The whole message with its length and this sequence number, padded to four octets. */
  public byte[] finish(int sequence) {
    zeros(-buffer.position() & 3);
    buffer.putInt(0, buffer.position());
    buffer.putInt(8, sequence);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private ByteBuffer room(int octets) {
    if (buffer.remaining() < octets) {
      int needed = buffer.position() + octets;
      if (needed > MAX_MESSAGE_BYTES) {
        throw new IllegalStateException(
            "a netlink message may have " + MAX_MESSAGE_BYTES + " octets, not " + needed);
      }
      int capacity = Math.min(MAX_MESSAGE_BYTES, Math.max(needed, 2 * buffer.capacity()));
      ByteBuffer larger = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
      larger.put(buffer.flip());
      buffer = larger;
    }
    return buffer;
  }
}
