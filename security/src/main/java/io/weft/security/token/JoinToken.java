package io.weft.security.token;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * What an operator carries to a new host: {@code id.secret.hash}. The id finds the token in the
 * registry, the secret proves that the bearer was given it, and the hash is that of the CA's
 * certificate, so that the new host shows the secret to its cluster and to nobody else. All three
 * are lowercase letters and digits: no shell changes them.
 *
 * @param id 10 base-32 characters (RFC 4648 alphabet, lowercase); not secret
 * @param secret 32 base-32 characters: 160 random bits
 * @param caFingerprint SHA-256 of the CA certificate's DER, 64 lowercase hexadecimal digits
 */
public record JoinToken(String id, String secret, String caFingerprint) {
  /** Characters of an id. */
  public static final int ID_CHARACTERS = 10;

  /** Characters of a secret. */
  public static final int SECRET_CHARACTERS = 32;

  /** Characters of a fingerprint. */
  public static final int FINGERPRINT_CHARACTERS = 64;

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final String HEX = "0123456789abcdef";
  private static final String MEND = "; copy the whole line that 'weft token create' printed";

  /**
   * Checks the parts.
   *
   * @throws InvalidTokenException when one of them cannot be what it should
   */
  public JoinToken {
    check("first part (the id)", id, ID_CHARACTERS, BASE32, "a-z and 2-7");
    check("second part (the secret)", secret, SECRET_CHARACTERS, BASE32, "a-z and 2-7");
    check("third part (the CA's hash)", caFingerprint, FINGERPRINT_CHARACTERS, HEX, "0-9 and a-f");
  }

  /** A fresh token for the cluster whose CA has this fingerprint. */
  public static JoinToken create(String caFingerprint, SecureRandom random) {
    return new JoinToken(
        randomText(ID_CHARACTERS, random), randomText(SECRET_CHARACTERS, random), caFingerprint);
  }

  /**
   * Reads a token as an operator gives it; white space around it and capitals do no harm.
   *
   * @throws InvalidTokenException when it is none
   */
  public static JoinToken parse(String text) {
    String token = text.strip().toLowerCase(Locale.ROOT);
    if (token.isEmpty()) {
      throw new InvalidTokenException("the join token is empty" + MEND);
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw new InvalidTokenException(
          "a join token has three parts with dots between them, this one has "
              + parts.length
              + MEND);
    }
    return new JoinToken(parts[0], parts[1], parts[2]);
  }

  /** The text form, which {@link #parse} reads. It holds the secret. */
  public String format() {
    return id + "." + secret + "." + caFingerprint;
  }

  /** What the registry keeps of the secret. */
  public byte[] secretHash() {
    return TokenSecrets.hash(secret);
  }

  /** Shows the id and never the secret. */
  @Override
  public String toString() {
    return "JoinToken[" + id + "]";
  }

  private static void check(
      String what, String part, int characters, String alphabet, String alphabetName) {
    if (part.length() != characters) {
      throw new InvalidTokenException(
          "the join token's "
              + what
              + " should have "
              + characters
              + " characters, it has "
              + part.length()
              + MEND);
    }
    if (!part.chars().allMatch(c -> alphabet.indexOf(c) >= 0)) {
      throw new InvalidTokenException(
          "the join token's " + what + " has characters other than " + alphabetName + MEND);
    }
  }

  private static String randomText(int characters, SecureRandom random) {
    StringBuilder text = new StringBuilder(characters);
    for (int i = 0; i < characters; i++) {
      text.append(BASE32.charAt(random.nextInt(BASE32.length())));
    }
    return text.toString();
  }
}
