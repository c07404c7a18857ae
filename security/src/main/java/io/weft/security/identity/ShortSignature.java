package io.weft.security.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;

/**
 * ECDSA on P-256 with SHA-256 (FIPS 186-5), as the two numbers one after another (IEEE P1363):
 * always {@value #BYTES} bytes, where DER has up to 72.
 *
 * <p>The JDK signs, as it takes care that its time tells nothing of the key. Bouncy Castle
 * verifies.
 */
public final class ShortSignature {
  /** Length in bytes of a signature. */
  public static final int BYTES = 64;

  private static final X9ECParameters CURVE = CustomNamedCurves.getByName("P-256");
  private static final ECDomainParameters P256 = new ECDomainParameters(CURVE);

  private ShortSignature() {}

  /**
   * Signs the parts, one after another.
   *
   * @throws IllegalArgumentException when the key is no EC key
   */
  public static byte[] sign(PrivateKey key, byte[]... parts) {
    try {
      Signature signer = Signature.getInstance("SHA256withECDSAinP1363Format");
      signer.initSign(key);
      for (byte[] part : parts) {
        signer.update(part);
      }
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("this key cannot sign", e);
    }
  }

  /** Knows the signatures of one key. */
  public static final class Verifier {
    private final ECPublicKeyParameters key;

    /**
     * For this key.
     *
     * @throws IllegalArgumentException when it is none on P-256, or no point of the curve
     */
    public Verifier(PublicKey key) {
      if (!KeyPairs.isP256(key) || !(key instanceof ECPublicKey ec)) {
        throw new IllegalArgumentException("not a public key on P-256");
      }
      ECPoint point = ec.getW();
      this.key =
          new ECPublicKeyParameters(
              CURVE.getCurve().validatePoint(point.getAffineX(), point.getAffineY()), P256);
    }

    /** Whether it is the key's signature of the parts. Never throws, whatever the bytes are. */
    public boolean verifies(byte[] signature, byte[]... parts) {
      if (signature.length != BYTES) {
        return false;
      }
      SHA256Digest digest = new SHA256Digest();
      for (byte[] part : parts) {
        digest.update(part, 0, part.length);
      }
      byte[] hash = new byte[digest.getDigestSize()];
      digest.doFinal(hash, 0);
      ECDSASigner verifier = new ECDSASigner();
      verifier.init(false, key);
      return verifier.verifySignature(
          hash,
          new BigInteger(1, signature, 0, BYTES / 2),
          new BigInteger(1, signature, BYTES / 2, BYTES / 2));
    }
  }
}
