package io.weft.security.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What the cluster keeps of a token's secret: a hash. The secret has 160 bits of randomness, so one
 * plain SHA-256 is enough; there is nothing to guess that a slower hash would protect.
 */
public final class TokenSecrets {
  private static final byte[] PURPOSE =
      "weft join token secret 1:".getBytes(StandardCharsets.US_ASCII);

  private TokenSecrets() {}

  /** The hash of a secret, 32 bytes. */
  public static byte[] hash(String secret) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(PURPOSE);
      return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Whether a secret is the one with this hash, in a time that does not depend on where they
   * differ.
   */
  public static boolean matches(byte[] hash, String secret) {
    return MessageDigest.isEqual(hash, hash(secret));
  }
}
