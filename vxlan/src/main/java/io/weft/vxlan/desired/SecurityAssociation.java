package io.weft.vxlan.desired;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * One direction of an ESP tunnel: AES-256-GCM with a 16-octet ICV and extended sequence numbers
 * (RFC 4106, RFC 4303).
 *
 * @param spi chosen by the receiver, at least 256 as an unsigned number (RFC 4303, section 2.1)
 * @param key32 the AES-256 key, 32 octets
 * @param salt4 the salt of the nonce, 4 octets
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by content
public record SecurityAssociation(int spi, byte[] key32, byte[] salt4) {

  /** Least SPI that is not reserved. */
  public static final int MIN_SPI = 256;

  /** Checks lengths and SPI, copies the secrets. */
  public SecurityAssociation {
    if (Integer.compareUnsigned(spi, MIN_SPI) < 0) {
      throw new IllegalArgumentException("SPI " + spi + " is reserved: it must be at least 256");
    }
    if (key32.length != 32 || salt4.length != 4) {
      throw new IllegalArgumentException("an SA has a key of 32 octets and a salt of 4");
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
    return other instanceof SecurityAssociation that
        && spi == that.spi
        && MessageDigest.isEqual(key32, that.key32)
        && MessageDigest.isEqual(salt4, that.salt4);
  }

  @Override
  public int hashCode() {
    return 31 * spi + Arrays.hashCode(salt4);
  }

  /** The SPI only: keys are never printed. */
  @Override
  public String toString() {
    return "SecurityAssociation[spi=0x%08x]".formatted(spi);
  }
}
