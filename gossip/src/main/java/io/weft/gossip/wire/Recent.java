package io.weft.gossip.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was read lately, by the bytes it was read from: peers say the same again and again, and to
 * compare bytes is cheaper than to read them. A place for each of a fixed number of hashes; the
 * newer takes the place of the older.
 */
final class Recent<T> {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** Longer ones are not kept: they seldom come again, and take room. */
  private static final int MAX_BYTES = 256;

  private final int bits;
  private final byte[] @Nullable [] bytes;
  private final @Nullable Object[] values;

  /** With 2 to this power places. */
  Recent(int bits) {
    this.bits = bits;
    this.bytes = new byte[1 << bits] @Nullable [];
    this.values = new Object[1 << bits];
  }

  @SuppressWarnings("unchecked") // only put() writes
  @Nullable T get(byte[] from, int start, int end) {
    int place = place(from, start, end);
    byte[] known = place < 0 ? null : bytes[place];
    return known != null && Arrays.equals(known, 0, known.length, from, start, end)
        ? (T) values[place]
        : null;
  }

  void put(byte[] from, int start, int end, T value) {
    int place = place(from, start, end);
    if (place >= 0) {
      bytes[place] = Arrays.copyOfRange(from, start, end);
      values[place] = value;
    }
  }

  /** By the first bytes, which are an identity, the last ones, which change, and the length. */
  private int place(byte[] from, int start, int end) {
    int length = end - start;
    if (length < 2 * Long.BYTES || length > MAX_BYTES) {
      return -1;
    }
    long first = (long) LONGS.get(from, start + 2);
    long last = (long) LONGS.get(from, end - Long.BYTES);
    return (int) ((((first ^ (last * GOLDEN)) + length) * GOLDEN) >>> (Long.SIZE - bits));
  }
}
