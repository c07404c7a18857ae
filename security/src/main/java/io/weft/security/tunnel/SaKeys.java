package io.weft.security.tunnel;

import java.util.Arrays;

/**
 * The keys of one direction of a tunnel: what an ESP security association needs (RFC 4106: AES-GCM
 * with a 32-byte key and a 4-byte salt).
 *
 * @param spi the association's number, chosen by the receiver; 256 and above (RFC 4303, section
 *     2.1)
 * @param key32 32 bytes
 * @param salt4 4 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, and compared by content below
public record SaKeys(int spi, byte[] key32, byte[] salt4) {
  /** Bytes of a key. */
  public static final int KEY_BYTES = 32;

  /** Bytes of a salt. */
  public static final int SALT_BYTES = 4;

  /** The lowest number that is free to use; those below are reserved (RFC 4303, section 2.1). */
  public static final int MIN_SPI = 256;

  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException when a length or the number is wrong
   */
  public SaKeys {
    if (key32.length != KEY_BYTES || salt4.length != SALT_BYTES || spi < MIN_SPI) {
      throw new IllegalArgumentException(
          "an SA has an SPI from 256 on, a key of 32 and a salt of 4 bytes; here SPI "
              + spi
              + ", "
              + key32.length
              + " and "
              + salt4.length);
    }
    key32 = key32.clone();
    salt4 = salt4.clone();
  }

  @Override
  public byte[] key32() {
    return key32.clone();
  }

  @Override
  public byte[] salt4() {
    return salt4.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SaKeys that
        && spi == that.spi
        && Arrays.equals(key32, that.key32)
        && Arrays.equals(salt4, that.salt4);
  }

  @Override
  public int hashCode() {
    return spi;
  }

  /** Shows the number and never the keys. */
  @Override
  public String toString() {
    return "SaKeys[spi " + spi + "]";
  }
}
