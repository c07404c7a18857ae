package io.weft.vxlan.esp;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sending end of a security association. There must be one counter only for a key in all the
 * time that the key lives: it is what keeps nonces from repeating (INV-SEC-2). Sealing is for one
 * thread; the counters can be read by any.
 */
public final class OutboundSa {
  /**
   * Where a counter ends: far below GCM's bound for a deterministic IV (NIST SP 800-38D, section
   * 8.3), and never reached, as keys are renewed long before.
   */
  private static final long LAST_SEQUENCE = 1L << 48;

  private final int spi;
  private final Aead aead;
  private final MemorySegment nonce;
  private final MemorySegment aad;
  private final AtomicLong sequence;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * An SA that has sent nothing yet.
   *
   * @param salt4 the 4 bytes of the nonce that are not on the wire
   */
  public OutboundSa(int spi, byte[] salt4, Aead aead) {
    this(spi, salt4, aead, new AtomicLong());
  }

  /**
   * An SA under a key that may have been used before.
   *
   * @param sequence the key's counter, the same object for all users of the key: 0, or what was
   *     sent last
   */
  public OutboundSa(int spi, byte[] salt4, Aead aead, AtomicLong sequence) {
    this.sequence = sequence;
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

  /** The sequence number sent last; 0 before the first. Also how many packets were sealed. */
  public long sequence() {
    return sequence.get();
  }

  /** Bytes of all ESP packets sealed. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Seals a payload into an ESP packet elsewhere. Up to {@link Esp#BEHIND_BYTES} behind the payload
   * must be there; they are overwritten and put back.
   *
   * @param payloadAt offset of the payload (a UDP header) in {@code from}
   * @param packetAt offset in {@code to} where the packet goes; the two must not overlap
   * @return length of the ESP packet in bytes
   * @throws IllegalStateException when the counter has ended
   */
  public int seal(
      MemorySegment from, long payloadAt, int payloadBytes, MemorySegment to, long packetAt) {
    long number = sequence.incrementAndGet();
    if (number > LAST_SEQUENCE) {
      throw new IllegalStateException("the sequence numbers of this SA are used up");
    }
    to.set(Esp.INT, packetAt, spi);
    to.set(Esp.INT, packetAt + 4, (int) number);
    // The whole sequence number is the IV: a counter is what never repeats (RFC 4106, section 3.1).
    to.set(Esp.LONG, packetAt + 8, number);
    nonce.set(Esp.LONG, Esp.SALT_BYTES, number);
    aad.set(Esp.LONG, 4, number);

    int pad = Esp.padBytes(payloadBytes);
    long tail = payloadAt + payloadBytes;
    long behind = from.get(Esp.LONG, tail);
    writeTrailer(from, tail, pad);
    int body = payloadBytes + pad + Esp.TRAILER_BYTES;
    aead.seal(nonce, aad, from, payloadAt, body, to, packetAt + Esp.HEADER_BYTES);
    from.set(Esp.LONG, tail, behind);
    int packetBytes = Esp.HEADER_BYTES + body + Esp.ICV_BYTES;
    bytes.setOpaque(bytes.getPlain() + packetBytes);
    return packetBytes;
  }

  /** Padding 1, 2, 3 as far as needed, its length, the next header (RFC 4303, section 2.4). */
  private static void writeTrailer(MemorySegment buffer, long at, int pad) {
    for (int i = 0; i < pad; i++) {
      buffer.set(JAVA_BYTE, at + i, (byte) (i + 1));
    }
    buffer.set(JAVA_BYTE, at + pad, (byte) pad);
    buffer.set(JAVA_BYTE, at + pad + 1, (byte) Esp.NEXT_HEADER_UDP);
  }
}
