package io.weft.gossip.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.weft.gossip.transport.Channel;

/**
 * The bytes of a link, inside TLS. Each side first sends a hello: {@code "WEFT"}, the lowest and
 * the highest version of the framing that it speaks; both then speak the highest that both know.
 * Then frames: a 32-bit length (of what follows), the channel's number in one byte, the message.
 * Number 0 with no message is a sign of life.
 */
final class LinkFrames {
  static final byte[] MAGIC = {'W', 'E', 'F', 'T'};
  static final int LOWEST_VERSION = 1;
  static final int HIGHEST_VERSION = 1;
  static final int HELLO_BYTES = 6;
  static final int LENGTH_BYTES = 4;
  static final int KEEPALIVE = 0;

  private LinkFrames() {}

  static ByteBuf hello(ByteBufAllocator allocator) {
    return allocator
        .buffer(HELLO_BYTES)
        .writeBytes(MAGIC)
        .writeByte(LOWEST_VERSION)
        .writeByte(HIGHEST_VERSION);
  }

  /** What is wrong with a hello, or null. */
  static @org.jspecify.annotations.Nullable String helloError(ByteBuf in) {
    for (byte b : MAGIC) {
      if (in.readByte() != b) {
        return "the peer does not speak this protocol";
      }
    }
    int lowest = in.readUnsignedByte();
    int highest = in.readUnsignedByte();
    if (lowest > HIGHEST_VERSION || highest < LOWEST_VERSION) {
      return "the peer speaks versions "
          + lowest
          + ".."
          + highest
          + " of the link protocol, this node "
          + LOWEST_VERSION
          + ".."
          + HIGHEST_VERSION;
    }
    return null;
  }

  static ByteBuf frame(ByteBufAllocator allocator, Channel channel, byte[] payload) {
    return allocator
        .buffer(LENGTH_BYTES + 1 + payload.length)
        .writeInt(1 + payload.length)
        .writeByte(channel.code())
        .writeBytes(payload);
  }

  static ByteBuf keepalive(ByteBufAllocator allocator) {
    return allocator.buffer(LENGTH_BYTES + 1).writeInt(1).writeByte(KEEPALIVE);
  }
}
