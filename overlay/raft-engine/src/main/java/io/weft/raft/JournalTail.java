package io.weft.raft;

import java.nio.ByteBuffer;

/** Clears what a truncation leaves behind in a journal segment. */
public final class JournalTail {
  private JournalTail() {}

  /** Puts the int as the buffer would, and zeroes everything after it. */
  public static ByteBuffer putIntAndZeroTail(ByteBuffer buffer, int value) {
    buffer.putInt(value);
    int at = buffer.position();
    int limit = buffer.limit();
    // Reads first and writes only where something stands, so that a sparse file stays sparse.
    for (; at + Long.BYTES <= limit; at += Long.BYTES) {
      if (buffer.getLong(at) != 0) {
        buffer.putLong(at, 0);
      }
    }
    for (; at < limit; at++) {
      buffer.put(at, (byte) 0);
    }
    return buffer;
  }
}
