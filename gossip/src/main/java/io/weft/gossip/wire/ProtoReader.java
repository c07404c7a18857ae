package io.weft.gossip.wire;

import io.weft.gossip.wire.BadMessageException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of a protobuf message in place. A field whose type is not the expected one, or
 * which nobody knows, is skipped, as protobuf's own readers do; groups, which proto3 does not have,
 * are refused.
 */
final class ProtoReader {
  private static final int TYPE_MASK = 7;
  private static final int FIXED32 = 5;
  private static final int CONTINUED = 0x80;

  private final byte[] buffer;
  private final int end;
  private int position;
  private int field;
  private int type;

  ProtoReader(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.position = from;
    this.end = to;
  }

  /** Goes to the next field; false at the end. */
  boolean next() throws BadMessageException {
    if (position == end) {
      return false;
    }
    long tag = varint();
    if (tag >>> Integer.SIZE != 0 || tag >>> 3 == 0) {
      throw BadMessageException.of(Kind.PROTOBUF);
    }
    field = (int) (tag >>> 3);
    type = (int) tag & TYPE_MASK;
    return true;
  }

  /** Whether anything is left. */
  boolean more() {
    return position < end;
  }

  int field() {
    return field;
  }

  boolean isNumber() {
    return type == ProtoWriter.VARINT;
  }

  boolean isFixed() {
    return type == ProtoWriter.FIXED64;
  }

  boolean isBytes() {
    return type == ProtoWriter.LENGTH;
  }

  long varint() throws BadMessageException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (position == end) {
        break;
      }
      byte next = buffer[position++];
      value |= (long) (next & (CONTINUED - 1)) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw BadMessageException.of(Kind.PROTOBUF);
  }

  long fixed() throws BadMessageException {
    int from = advance(Long.BYTES);
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (buffer[from + i] & 0xff);
    }
    return value;
  }

  /** Passes over a field of bytes and says where they begin; they end at {@link #position}. */
  int span() throws BadMessageException {
    long length = varint();
    if (length < 0 || length > end - position) {
      throw BadMessageException.of(Kind.PROTOBUF);
    }
    return advance((int) length);
  }

  int position() {
    return position;
  }

  byte[] bytes() throws BadMessageException {
    int from = span();
    return java.util.Arrays.copyOfRange(buffer, from, position);
  }

  ProtoReader message() throws BadMessageException {
    int from = span();
    return new ProtoReader(buffer, from, position);
  }

  /** At most so many bytes of UTF-8. */
  String text(int maxBytes) throws BadMessageException {
    int from = span();
    int length = position - from;
    if (length > maxBytes) {
      throw BadMessageException.of(Kind.FIELD);
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(buffer, from, length);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw BadMessageException.of(Kind.PROTOBUF);
    }
  }

  /** Passes over a field that nobody asked for. */
  void skip() throws BadMessageException {
    switch (type) {
      case ProtoWriter.VARINT -> varint();
      case ProtoWriter.FIXED64 -> advance(Long.BYTES);
      case ProtoWriter.LENGTH -> span();
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw BadMessageException.of(Kind.PROTOBUF);
    }
  }

  private int advance(int bytes) throws BadMessageException {
    if (bytes > end - position) {
      throw BadMessageException.of(Kind.PROTOBUF);
    }
    int from = position;
    position += bytes;
    return from;
  }
}
