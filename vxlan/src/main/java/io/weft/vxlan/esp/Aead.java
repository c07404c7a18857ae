package io.weft.vxlan.esp;

import java.lang.foreign.MemorySegment;

/**
 * AES-256-GCM under one key, in place, with a tag of 16 bytes. One thread at a time. All segments
 * are native.
 */
public interface Aead {

  /**
   * Encrypts {@code data[at, at + length)} in place and writes the tag behind it.
   *
   * @param nonce 12 bytes, never the same twice under one key (INV-SEC-2)
   * @param aad what is authenticated only: all of this segment
   */
  void seal(MemorySegment nonce, MemorySegment aad, MemorySegment data, long at, int length);

  /**
   * Decrypts {@code data[at, at + length)} in place and checks the tag behind it.
   *
   * @return whether it is authentic; if not, the contents of {@code data} must not be used
   */
  boolean open(MemorySegment nonce, MemorySegment aad, MemorySegment data, long at, int length);
}
