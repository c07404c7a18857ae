package io.weft.security.tunnel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.KEM;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * X25519 (RFC 7748) and ML-KEM-768 (FIPS 203) side by side: whoever wants the keys has to break
 * both. Their secrets, ML-KEM's first, go through HKDF-SHA256 (RFC 5869); a hash of all that was
 * said, and of both ids, is bound in.
 *
 * <p>The shares are raw keys: an offer has 32 + 1184 bytes, an answer 32 + 1088. Who sent them is
 * known from the link they come by; it is not proved here.
 */
public final class HybridExchange implements KeyExchange {
  /** Bytes of an offer's share. */
  public static final int OFFER_BYTES = 32 + 1184;

  /** Bytes of an answer's share. */
  public static final int ANSWER_BYTES = 32 + 1088;

  private static final int X25519_BYTES = 32;
  private static final byte[] LABEL = "weft tunnel keys 1".getBytes(StandardCharsets.US_ASCII);

  // A raw key is the end of its SubjectPublicKeyInfo; what stands before it is the same for all
  // keys of the kind.
  private static final byte[] X25519_PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");
  private static final byte[] ML_KEM_PREFIX =
      HexFormat.of().parseHex("308204b2300b0609608648016503040402038204a100");

  private final SecureRandom random;

  /** With the platform's secure randomness. */
  public HybridExchange() {
    this(new SecureRandom());
  }

  /**
   * With the given randomness; a seeded one makes the exchange repeatable, for simulations only.
   */
  public HybridExchange(SecureRandom random) {
    this.random = random;
  }

  @Override
  public Offer offer() {
    try {
      return new HybridOffer(x25519Pair(), mlKemPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no X25519 or no ML-KEM-768", e);
    }
  }

  @Override
  public Answer answer(byte[] share, Transcript transcript) throws GeneralSecurityException {
    if (share.length != OFFER_BYTES) {
      throw new InvalidKeyException("an offer has " + OFFER_BYTES + " bytes, not " + share.length);
    }
    PublicKey theirX = publicKey("X25519", X25519_PREFIX, share, 0, X25519_BYTES);
    PublicKey theirKem = publicKey("ML-KEM", ML_KEM_PREFIX, share, X25519_BYTES, share.length);
    KeyPair mine = x25519Pair();
    KEM.Encapsulated encapsulated =
        KEM.getInstance("ML-KEM").newEncapsulator(theirKem, random).encapsulate();
    byte[] answer = concat(raw(mine.getPublic(), X25519_PREFIX), encapsulated.encapsulation());
    byte[] kemSecret = encapsulated.key().getEncoded();
    byte[] xSecret = agree(mine.getPrivate(), theirX);
    return new Answer(answer, derive(kemSecret, xSecret, transcript, share, answer));
  }

  private static final class HybridOffer implements Offer {
    private final KeyPair x25519;
    private final KeyPair mlKem;
    private final byte[] share;

    HybridOffer(KeyPair x25519, KeyPair mlKem) {
      this.x25519 = x25519;
      this.mlKem = mlKem;
      this.share =
          concat(raw(x25519.getPublic(), X25519_PREFIX), raw(mlKem.getPublic(), ML_KEM_PREFIX));
    }

    @Override
    public byte[] share() {
      return share.clone();
    }

    @Override
    public Secrets complete(byte[] answer, Transcript transcript) throws GeneralSecurityException {
      if (answer.length != ANSWER_BYTES) {
        throw new InvalidKeyException(
            "an answer has " + ANSWER_BYTES + " bytes, not " + answer.length);
      }
      PublicKey theirX = publicKey("X25519", X25519_PREFIX, answer, 0, X25519_BYTES);
      byte[] kemSecret =
          KEM.getInstance("ML-KEM")
              .newDecapsulator(mlKem.getPrivate())
              .decapsulate(Arrays.copyOfRange(answer, X25519_BYTES, answer.length))
              .getEncoded();
      byte[] xSecret = agree(x25519.getPrivate(), theirX);
      return derive(kemSecret, xSecret, transcript, share, answer);
    }
  }

  private KeyPair x25519Pair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("X25519");
    generator.initialize(NamedParameterSpec.X25519, random);
    return generator.generateKeyPair();
  }

  private KeyPair mlKemPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("ML-KEM");
    generator.initialize(NamedParameterSpec.ML_KEM_768, random);
    return generator.generateKeyPair();
  }

  /**
   * X25519 of RFC 7748, section 6.1; refuses, as it says, peers' keys that make the secret zero.
   */
  private static byte[] agree(PrivateKey mine, PublicKey theirs) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(mine);
    agreement.doPhase(theirs, true);
    return agreement.generateSecret();
  }

  private static Secrets derive(
      byte[] kemSecret, byte[] xSecret, Transcript transcript, byte[] offer, byte[] answer)
      throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(LABEL);
    digest.update(transcript.offerer().bytes());
    digest.update(transcript.answerer().bytes());
    digest.update(
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(transcript.instance())
            .putLong(transcript.number())
            .array());
    digest.update(offer); // fixed lengths throughout: nothing can be read in two ways
    digest.update(answer);
    byte[] info = digest.digest();
    byte[] input = concat(kemSecret, xSecret);
    byte[] output =
        KDF.getInstance("HKDF-SHA256")
            .deriveData(
                HKDFParameterSpec.ofExtract()
                    .addSalt(new SecretKeySpec(LABEL, "Generic"))
                    .addIKM(new SecretKeySpec(input, "Generic"))
                    .thenExpand(info, 2 * Secrets.DIRECTION_BYTES));
    Secrets secrets =
        new Secrets(
            Arrays.copyOf(output, Secrets.DIRECTION_BYTES),
            Arrays.copyOfRange(output, Secrets.DIRECTION_BYTES, output.length));
    Arrays.fill(input, (byte) 0);
    Arrays.fill(output, (byte) 0);
    Arrays.fill(kemSecret, (byte) 0);
    Arrays.fill(xSecret, (byte) 0);
    return secrets;
  }

  private static byte[] raw(PublicKey key, byte[] prefix) {
    byte[] encoded = key.getEncoded();
    if (!Arrays.equals(encoded, 0, prefix.length, prefix, 0, prefix.length)) {
      throw new IllegalStateException("an unexpected encoding of " + key.getAlgorithm());
    }
    return Arrays.copyOfRange(encoded, prefix.length, encoded.length);
  }

  private static PublicKey publicKey(
      String algorithm, byte[] prefix, byte[] share, int from, int to)
      throws GeneralSecurityException {
    byte[] encoded = concat(prefix, Arrays.copyOfRange(share, from, to));
    return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(encoded));
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
