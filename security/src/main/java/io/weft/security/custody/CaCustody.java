package io.weft.security.custody;

import io.weft.security.identity.ClusterCa;
import io.weft.security.identity.KeyPairs;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.identity.Pem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps the CA, private key and all, so that one voter can open it: ephemeral ECDH on P-256 with
 * the voter's identity key, HKDF-SHA256 (RFC 5869), AES-256-GCM. The wrapped form may stand in the
 * registry for all to see.
 *
 * <p>Form: version (1 byte), length (2) and SubjectPublicKeyInfo of the ephemeral key, ciphertext
 * and tag. Inside: length (4) and DER of the CA's certificate, then its key in PKCS#8.
 */
public final class CaCustody {
  /** Longer wrapped forms are refused; ours have about 800 bytes. */
  public static final int MAX_BYTES = 16_384;

  private static final byte VERSION = 1;
  private static final byte[] PURPOSE = "weft CA custody 1".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;
  private static final int TAG_BITS = 128;
  // Each key is made for one wrapping, so one nonce does for all (INV-SEC-2).
  private static final byte[] NONCE = new byte[12];

  private CaCustody() {}

  /**
   * Wraps a CA for a voter.
   *
   * @throws IllegalArgumentException when the voter's key is not on P-256
   */
  public static byte[] wrap(ClusterCa ca, PublicKey voter) {
    if (!KeyPairs.isP256(voter)) {
      throw new IllegalArgumentException("a voter's identity key is on P-256");
    }
    KeyPair ephemeral = KeyPairs.generate();
    byte[] ephemeralKey = ephemeral.getPublic().getEncoded();
    byte[] head =
        ByteBuffer.allocate(3 + ephemeralKey.length)
            .put(VERSION)
            .putShort((short) ephemeralKey.length)
            .put(ephemeralKey)
            .array();
    byte[] plain = plain(ca);
    try {
      SecretKey key = key(ephemeral.getPrivate(), voter, NodeId.of(voter), head);
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, head).doFinal(plain);
      return ByteBuffer.allocate(head.length + sealed.length).put(head).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform cannot wrap a key", e);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  /**
   * Opens what was wrapped for this voter.
   *
   * @throws GeneralSecurityException when it was wrapped for another one, is damaged, or holds
   *     another CA than the one that signed the voter's certificate
   */
  public static ClusterCa unwrap(byte[] wrapped, NodeIdentity voter)
      throws GeneralSecurityException {
    int keyLength = wrapped.length < 3 ? 0 : ByteBuffer.wrap(wrapped, 1, 2).getShort();
    int headLength = 3 + keyLength;
    if (wrapped.length > MAX_BYTES || keyLength <= 0 || headLength >= wrapped.length) {
      throw new InvalidKeyException("not a wrapped CA");
    }
    if (wrapped[0] != VERSION) {
      throw new InvalidKeyException("a CA wrapped in unknown version " + wrapped[0]);
    }
    byte[] head = Arrays.copyOf(wrapped, headLength);
    PublicKey ephemeral = KeyPairs.publicKey(Arrays.copyOfRange(head, 3, headLength));
    SecretKey key = key(voter.privateKey(), ephemeral, voter.id(), head);
    byte[] plain =
        cipher(Cipher.DECRYPT_MODE, key, head)
            .doFinal(wrapped, headLength, wrapped.length - headLength);
    try {
      return read(plain, voter);
    } finally {
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static ClusterCa read(byte[] plain, NodeIdentity voter) throws GeneralSecurityException {
    ByteBuffer in = ByteBuffer.wrap(plain);
    int length = plain.length < 4 ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new InvalidKeyException("a wrapped CA without a certificate");
    }
    byte[] der = new byte[length];
    in.get(der);
    X509Certificate certificate = Pem.certificate(der);
    if (!ClusterCa.fingerprint(certificate).equals(voter.caFingerprint())) {
      throw new InvalidKeyException("the wrapped CA is not the one of this voter's cluster");
    }
    byte[] pkcs8 = new byte[in.remaining()];
    in.get(pkcs8);
    try {
      return ClusterCa.of(certificate, KeyPairs.privateKey(pkcs8));
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException(e.getMessage(), e);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static byte[] plain(ClusterCa ca) {
    byte[] key = ca.privateKey().getEncoded();
    try {
      byte[] certificate = ca.certificate().getEncoded();
      return ByteBuffer.allocate(4 + certificate.length + key.length)
          .putInt(certificate.length)
          .put(certificate)
          .put(key)
          .array();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a CA certificate that has no encoding", e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static SecretKey key(PrivateKey mine, PublicKey theirs, NodeId voter, byte[] head)
      throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    byte[] shared = agreement.generateSecret();
    byte[] info =
        ByteBuffer.allocate(PURPOSE.length + NodeId.BYTES + head.length)
            .put(PURPOSE)
            .put(voter.bytes())
            .put(head)
            .array();
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveKey(
              "AES",
              HKDFParameterSpec.ofExtract()
                  .addIKM(new SecretKeySpec(shared, "Generic"))
                  .thenExpand(info, KEY_BYTES));
    } finally {
      Arrays.fill(shared, (byte) 0);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] head)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, NONCE));
    cipher.updateAAD(head);
    return cipher;
  }
}
