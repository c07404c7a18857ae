package io.weft.vxlan.esp;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layout of an ESP packet with AES-GCM: SPI 4, low sequence 4 (RFC 4303, section 2), explicit
 * IV 8 (RFC 4106, section 3.1), then encrypted payload, padding 1, 2, 3, pad length 1 and next
 * header 1, then the ICV 16. Lengths in bytes.
 */
public final class Esp {
  public static final int SPI_BYTES = 4;
  public static final int SEQUENCE_BYTES = 4;
  public static final int IV_BYTES = 8;

  /** From the packet's start to its payload. */
  public static final int HEADER_BYTES = SPI_BYTES + SEQUENCE_BYTES + IV_BYTES;

  public static final int ICV_BYTES = 16;

  /** Pad length and next header. */
  public static final int TRAILER_BYTES = 2;

  /** Payload, padding and trailer together are a multiple of this. */
  public static final int ALIGNMENT_BYTES = 4;

  /** What sealing needs behind the payload, where that lies. */
  public static final int BEHIND_BYTES = 8;

  /** SPI and 64-bit sequence number, high half first (RFC 4106, section 5). */
  static final int AAD_BYTES = 12;

  /** Salt 4 and IV 8 (RFC 4106, section 4). */
  static final int NONCE_BYTES = 12;

  static final int SALT_BYTES = 4;

  /** The payload is UDP, beginning at its header. */
  public static final int NEXT_HEADER_UDP = 17;

  /** A dummy packet, to be dropped in silence (RFC 4303, section 2.6). */
  static final int NEXT_HEADER_NONE = 59;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Esp() {}

  /** Length of the packet, SPI to ICV, around a payload. */
  public static int sealedBytes(int payloadBytes) {
    return HEADER_BYTES + payloadBytes + padBytes(payloadBytes) + TRAILER_BYTES + ICV_BYTES;
  }

  static int padBytes(int payloadBytes) {
    return -(payloadBytes + TRAILER_BYTES) & (ALIGNMENT_BYTES - 1);
  }
}
