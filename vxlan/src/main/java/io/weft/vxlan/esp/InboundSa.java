package io.weft.vxlan.esp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The receiving end of a security association, with its replay window. Opening is for one thread;
 * the counters can be read by any.
 */
public final class InboundSa {
  private static final int LEAST_BYTES = Esp.HEADER_BYTES + Esp.ALIGNMENT_BYTES + Esp.ICV_BYTES;

  private final int spi;
  private final Aead aead;
  private final MemorySegment nonce;
  private final MemorySegment aad;
  private final ReplayWindow window;
  private final AtomicLong packets = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private int payloadBytes;

  /** An SA that has received nothing yet; {@code salt4} as with {@link OutboundSa}. */
  public InboundSa(int spi, byte[] salt4, Aead aead) {
    this(spi, salt4, aead, new ReplayWindow());
  }

  /** An SA under a key that may have been used before, with what is known of its packets. */
  public InboundSa(int spi, byte[] salt4, Aead aead, ReplayWindow window) {
    this.window = window;
    if (salt4.length != Esp.SALT_BYTES) {
      throw new IllegalArgumentException("the salt has 4 bytes, not " + salt4.length);
    }
    this.spi = spi;
    this.aead = aead;
    Arena arena = Arena.ofAuto();
    nonce = arena.allocate(Esp.NONCE_BYTES);
    aad = arena.allocate(Esp.AAD_BYTES);
    MemorySegment.copy(salt4, 0, nonce, JAVA_BYTE, 0, salt4.length);
    aad.set(Esp.INT, 0, spi);
  }

  public int spi() {
    return spi;
  }

  /** Packets accepted. */
  public long packets() {
    return packets.get();
  }

  /** Bytes of all ESP packets accepted. */
  public long bytes() {
    return bytes.get();
  }

  /** Length of the payload of the packet accepted last; it lies where open was told to put it. */
  public int payloadBytes() {
    return payloadBytes;
  }

  /**
   * Opens a packet. Its SPI must be this one's (the caller has looked it up by it). Only after
   * {@link EspVerdict#ACCEPTED} may what lies at {@code to} be used; as much as {@code length} may
   * have been overwritten there in any case.
   *
   * @param at offset of the SPI in {@code from}
   * @param length from the SPI to the ICV, in bytes
   * @param toAt offset in {@code to} where the payload goes; in place when it is the same buffer,
   *     {@link Esp#HEADER_BYTES} behind {@code at}
   */
  public EspVerdict open(MemorySegment from, long at, int length, MemorySegment to, long toAt) {
    if (length < LEAST_BYTES || length % Esp.ALIGNMENT_BYTES != 0) {
      return EspVerdict.MALFORMED;
    }
    long number = window.infer(from.get(Esp.INT, at + Esp.SPI_BYTES));
    if (!window.fresh(number)) {
      return EspVerdict.REPLAYED;
    }
    nonce.set(Esp.LONG, Esp.SALT_BYTES, from.get(Esp.LONG, at + 8));
    aad.set(Esp.LONG, 4, number);
    int body = length - Esp.HEADER_BYTES - Esp.ICV_BYTES;
    if (!aead.open(nonce, aad, from, at + Esp.HEADER_BYTES, body, to, toAt)) {
      return EspVerdict.NOT_AUTHENTIC;
    }
    // Only now: a forged number must not move the window (RFC 4303, section 3.4.3).
    if (!window.accept(number)) {
      return EspVerdict.REPLAYED;
    }
    int nextHeader = Byte.toUnsignedInt(to.get(JAVA_BYTE, toAt + body - 1));
    int pad = Byte.toUnsignedInt(to.get(JAVA_BYTE, toAt + body - 2));
    int payload = body - Esp.TRAILER_BYTES - pad;
    if (payload < 0 || !padIsOrdinary(to, toAt + payload, pad)) {
      return EspVerdict.BAD_PADDING;
    }
    if (nextHeader == Esp.NEXT_HEADER_NONE) {
      return EspVerdict.DUMMY;
    }
    if (nextHeader != Esp.NEXT_HEADER_UDP) {
      return EspVerdict.BAD_NEXT_HEADER;
    }
    payloadBytes = payload;
    packets.setOpaque(packets.getPlain() + 1);
    bytes.setOpaque(bytes.getPlain() + length);
    return EspVerdict.ACCEPTED;
  }

  private static boolean padIsOrdinary(MemorySegment buffer, long at, int pad) {
    for (int i = 0; i < pad; i++) {
      if (Byte.toUnsignedInt(buffer.get(JAVA_BYTE, at + i)) != i + 1) {
        return false;
      }
    }
    return true;
  }
}
