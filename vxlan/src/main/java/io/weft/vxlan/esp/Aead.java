package io.weft.vxlan.esp;

import java.lang.foreign.MemorySegment;

/**
 * AES-256-GCM under one key, with a tag of 16 bytes. One thread at a time. All segments are native.
 * Text and cipher text may lie in the same place, or must not overlap.
 */
public interface Aead {

  /**
   * Encrypts {@code from[at, at + length)} to {@code to[toAt...]} and writes the tag behind it.
   *
   * @param nonce 12 bytes, never the same twice under one key (INV-SEC-2)
   * @param aad what is authenticated only: all of this segment
   */
  void seal(
      MemorySegment nonce,
      MemorySegment aad,
      MemorySegment from,
      long at,
      int length,
      MemorySegment to,
      long toAt);

  /**
   * Decrypts {@code from[at, at + length)} to {@code to[toAt...]} and checks the tag behind the
   * cipher text.
   *
   * @return whether it is authentic; if not, what lies at {@code to} must not be used
   */
  boolean open(
      MemorySegment nonce,
      MemorySegment aad,
      MemorySegment from,
      long at,
      int length,
      MemorySegment to,
      long toAt);

  /** Native code is about to read and write there: what Java would have checked is checked here. */
  static void checkBounds(
      MemorySegment from, long at, long fromBytes, MemorySegment to, long toAt, long toBytes) {
    if (!inside(from, at, fromBytes) || !inside(to, toAt, toBytes)) {
      throw new IndexOutOfBoundsException("AEAD data outside of its buffer");
    }
  }

  private static boolean inside(MemorySegment data, long at, long bytes) {
    return data.isNative() && at >= 0 && bytes >= 0 && at + bytes <= data.byteSize();
  }
}
