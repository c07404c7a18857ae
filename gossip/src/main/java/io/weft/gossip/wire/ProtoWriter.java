package io.weft.gossip.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes fields as protobuf does (its encoding document, "Base 128 varints" and "Message
 * structure"); what is 0 or empty is left out, as proto3 has it. Used again and again: {@link
 * #take} begins anew.
 */
final class ProtoWriter {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  private static final int TYPE_BITS = 3;
  private static final int CONTINUED = 0x80;

  private byte[] buffer = new byte[512];
  private int size;

  /** What was written since the last time. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(buffer, size);
    size = 0;
    return taken;
  }

  ProtoWriter number(int field, long value) {
    if (value != 0) {
      tag(field, VARINT);
      varint(value);
    }
    return this;
  }

  ProtoWriter fixed(int field, long value) {
    tag(field, FIXED64);
    fixed(value);
    return this;
  }

  /** One of a packed list. */
  void fixed(long value) {
    room(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      buffer[size++] = (byte) (value >>> shift);
    }
  }

  ProtoWriter bytes(int field, byte[] value) {
    return value.length == 0 ? this : message(field, value);
  }

  ProtoWriter text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A nested message, or bytes: written also when there are none. */
  ProtoWriter message(int field, byte[] value) {
    tag(field, LENGTH);
    varint(value.length);
    return raw(value);
  }

  ProtoWriter raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, buffer, size, value.length);
    size += value.length;
    return this;
  }

  /** How long a nested message is with its tag (of a field below 16) and length. */
  static int framed(int length) {
    int bytes = 2;
    for (int rest = length >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes + length;
  }

  private void tag(int field, int type) {
    varint((long) field << TYPE_BITS | type);
  }

  /** One of a packed list, or a part of something else. */
  void varint(long value) {
    room(10);
    long rest = value;
    while ((rest & -CONTINUED) != 0) {
      buffer[size++] = (byte) (rest | CONTINUED);
      rest >>>= 7;
    }
    buffer[size++] = (byte) rest;
  }

  private void room(int bytes) {
    if (buffer.length - size < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + bytes));
    }
  }
}
