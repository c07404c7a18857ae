package io.weft.simulator.world;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A rolling 128-bit hash of everything that happened, in order. Two runs with the same hash took
 * the same way; it is no protection against forgery.
 */
public final class TraceHash {
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private long high = 0x9e3779b97f4a7c15L;
  private long low = 0xc2b2ae3d27d4eb4fL;

  /** Takes in a number. */
  public void add(long value) {
    high = Long.rotateLeft(high ^ (value * C1), 27) * 5 + low;
    low = Long.rotateLeft(low ^ (value * C2), 31) * 5 + high;
  }

  /** Takes in bytes, their number first. */
  public void add(byte[] bytes) {
    add(bytes.length);
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      add((long) LONGS.get(bytes, i));
    }
    long rest = 0;
    for (; i < bytes.length; i++) {
      rest = rest << Byte.SIZE | (bytes[i] & 0xff);
    }
    add(rest);
  }

  /** Takes in text, its length first. */
  public void add(String text) {
    add(text.length());
    for (int i = 0; i < text.length(); i++) {
      add(text.charAt(i));
    }
  }

  /** The hash so far: 32 lowercase hex digits. */
  public String hex() {
    return String.format("%016x%016x", high, low);
  }
}
