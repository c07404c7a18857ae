package io.weft.security.identity;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;

/**
 * Who a node is: the SHA-256 of its public key's SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).
 * Names and addresses may change; the key does not. Ordered as the unsigned bytes are.
 *
 * @param hex 64 lowercase hexadecimal digits
 */
public record NodeId(String hex) implements Comparable<NodeId> {
  /** Length in bytes of an id. */
  public static final int BYTES = 32;

  private static final int SHORT_CHARACTERS = 12;

  /**
   * Checks the shape.
   *
   * @throws IllegalArgumentException when it is not 64 lowercase hexadecimal digits
   */
  public NodeId {
    if (hex.length() != 2 * BYTES || !hex.chars().allMatch(NodeId::isLowerHex)) {
      throw new IllegalArgumentException(
          "a node id is 64 lowercase hexadecimal digits, not '" + abbreviate(hex) + "'");
    }
  }

  /** The id of the node that holds this public key's private half. */
  public static NodeId of(PublicKey key) {
    return ofBytes(sha256(key.getEncoded()));
  }

  /**
   * The id with these bytes.
   *
   * @throws IllegalArgumentException when there are not 32 of them
   */
  public static NodeId ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a node id has 32 bytes, not " + bytes.length);
    }
    return new NodeId(HexFormat.of().formatHex(bytes));
  }

  /** The 32 bytes, a fresh copy. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The first twelve digits: enough for people and for device names. */
  public String shortForm() {
    return hex.substring(0, SHORT_CHARACTERS);
  }

  @Override
  public int compareTo(NodeId other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static boolean isLowerHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
