package io.weft.security.identity;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** Key pairs of nodes and of the cluster's CA: ECDSA on P-256 (FIPS 186-5), from the JDK. */
public final class KeyPairs {
  private static final String CURVE = "secp256r1";
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  /** Length in bytes of the secret that a key pair is derived from: 64 bits more than the order. */
  public static final int SEED_BYTES = 40;

  private KeyPairs() {}

  /** A fresh key pair from the platform's secure randomness. */
  public static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no P-256 keys", e);
    }
  }

  /**
   * The key pair of a secret, always the same one (FIPS 186-5, appendix A.2.1, with these bytes for
   * the random ones).
   *
   * @param seed {@link #SEED_BYTES} bytes that nobody can tell from random ones
   */
  public static KeyPair derive(byte[] seed) {
    if (seed.length != SEED_BYTES) {
      throw new IllegalArgumentException(
          "a key pair is derived from " + SEED_BYTES + " bytes, not " + seed.length);
    }
    BigInteger one = BigInteger.ONE;
    BigInteger secret = new BigInteger(1, seed).mod(P256_ORDER.subtract(one)).add(one);
    X9ECParameters curve = CustomNamedCurves.getByName("P-256");
    var point = new FixedPointCombMultiplier().multiply(curve.getG(), secret).normalize();
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(CURVE));
      ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
      KeyFactory factory = KeyFactory.getInstance("EC");
      return new KeyPair(
          factory.generatePublic(
              new ECPublicKeySpec(
                  new ECPoint(
                      point.getAffineXCoord().toBigInteger(),
                      point.getAffineYCoord().toBigInteger()),
                  p256)),
          factory.generatePrivate(new ECPrivateKeySpec(secret, p256)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no P-256 keys", e);
    }
  }

  /**
   * Reads a private key.
   *
   * @param pkcs8 PKCS#8 DER (RFC 5958)
   * @throws InvalidKeyException when it is none
   */
  public static PrivateKey privateKey(byte[] pkcs8) throws InvalidKeyException {
    try {
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("not an EC private key in PKCS#8", e);
    }
  }

  /**
   * Reads a public key and checks that it is a P-256 key.
   *
   * @param subjectPublicKeyInfo X.509 SubjectPublicKeyInfo DER
   * @throws InvalidKeyException when it is none
   */
  public static PublicKey publicKey(byte[] subjectPublicKeyInfo) throws InvalidKeyException {
    try {
      PublicKey key =
          KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
      if (!isP256(key)) {
        throw new InvalidKeyException("an EC public key, but not on P-256");
      }
      return key;
    } catch (InvalidKeyException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("not an EC public key", e);
    }
  }

  /** Whether a public key is on P-256, the one curve that identities use. */
  public static boolean isP256(PublicKey key) {
    return key instanceof ECPublicKey ec && ec.getParams().getOrder().equals(P256_ORDER);
  }
}
