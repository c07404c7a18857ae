package io.weft.security.identity;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5) from the JDK, as the two numbers one after another (IEEE
 * P1363): always {@value #BYTES} bytes, where DER has up to 72.
 */
public final class ShortSignature {
  /** Length in bytes of a signature. */
  public static final int BYTES = 64;

  private static final String ALGORITHM = "SHA256withECDSAinP1363Format";

  private ShortSignature() {}

  /**
   * Signs the parts, one after another.
   *
   * @throws IllegalArgumentException when the key is no EC key
   */
  public static byte[] sign(PrivateKey key, byte[]... parts) {
    try {
      Signature signer = algorithm();
      signer.initSign(key);
      for (byte[] part : parts) {
        signer.update(part);
      }
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this key cannot sign", e);
    }
  }

  /** Whether it is the key's signature of the parts. Bytes that are no signature at all are not. */
  public static boolean verifies(PublicKey key, byte[] signature, byte[]... parts) {
    if (signature.length != BYTES) {
      return false;
    }
    try {
      Signature verifier = algorithm();
      verifier.initVerify(key);
      for (byte[] part : parts) {
        verifier.update(part);
      }
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static Signature algorithm() {
    try {
      return Signature.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java platform cannot sign with P-256", e);
    }
  }
}
