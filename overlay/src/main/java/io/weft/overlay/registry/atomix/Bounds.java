package io.weft.overlay.registry.atomix;

import com.google.protobuf.ByteString;

/** Checks on numbers and lengths that came from a peer or a disk. */
final class Bounds {
  /** Terms, indices and times stay far from where adding to them would overflow. */
  static final long MAX_COUNT = 1L << 56;

  private Bounds() {}

  static long count(long value, String what) {
    if (value < 0 || value > MAX_COUNT) {
      throw new IllegalArgumentException("impossible " + what + " " + value);
    }
    return value;
  }

  static long term(long value) {
    return count(value, "term");
  }

  static byte[] bytes(ByteString value, int max) {
    if (value.size() > max) {
      throw new IllegalArgumentException(value.size() + " bytes where at most " + max + " fit");
    }
    return value.toByteArray();
  }
}
