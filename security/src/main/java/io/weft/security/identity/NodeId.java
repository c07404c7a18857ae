package io.weft.security.identity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is: the SHA-256 of its public key's SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).
 * Names and addresses may change; the key does not. Ordered as the unsigned bytes are. Held as four
 * numbers, because ids are compared and looked up with every message.
 */
public final class NodeId implements Comparable<NodeId> {
  /** Length in bytes of an id. */
  public static final int BYTES = 32;

  private static final int SHORT_CHARACTERS = 12;
  private static final HexFormat HEX = HexFormat.of();
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  /**
   * Checks the shape.
   *
   * @param hex 64 lowercase hexadecimal digits
   * @throws IllegalArgumentException when it is not that
   */
  public NodeId(String hex) {
    this(parse(hex), 0);
  }

  private NodeId(byte[] bytes, int offset) {
    this.first = (long) LONGS.get(bytes, offset);
    this.second = (long) LONGS.get(bytes, offset + Long.BYTES);
    this.third = (long) LONGS.get(bytes, offset + 2 * Long.BYTES);
    this.fourth = (long) LONGS.get(bytes, offset + 3 * Long.BYTES);
  }

  /** The id of the node that holds this public key's private half. */
  public static NodeId of(PublicKey key) {
    return ofKey(key.getEncoded());
  }

  /** The id of the node with this public key, given as SubjectPublicKeyInfo; it is not parsed. */
  public static NodeId ofKey(byte[] subjectPublicKeyInfo) {
    return ofBytes(sha256(subjectPublicKeyInfo));
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
    return new NodeId(bytes, 0);
  }

  /** The 32 bytes, a fresh copy. */
  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    LONGS.set(bytes, 0, first);
    LONGS.set(bytes, Long.BYTES, second);
    LONGS.set(bytes, 2 * Long.BYTES, third);
    LONGS.set(bytes, 3 * Long.BYTES, fourth);
    return bytes;
  }

  /** The first 8 bytes, the highest first. */
  public long prefix() {
    return first;
  }

  /** 64 lowercase hexadecimal digits. */
  public String hex() {
    return HEX.formatHex(bytes());
  }

  /** The first twelve digits: enough for people and for device names. */
  public String shortForm() {
    return HEX.toHexDigits(first >>> (Long.SIZE - 4 * SHORT_CHARACTERS), SHORT_CHARACTERS);
  }

  @Override
  public int compareTo(NodeId other) {
    int order = Long.compareUnsigned(first, other.first);
    if (order == 0) {
      order = Long.compareUnsigned(second, other.second);
    }
    if (order == 0) {
      order = Long.compareUnsigned(third, other.third);
    }
    return order == 0 ? Long.compareUnsigned(fourth, other.fourth) : order;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other == this
        || (other instanceof NodeId id
            && first == id.first
            && second == id.second
            && third == id.third
            && fourth == id.fourth);
  }

  /** The same on every machine: an id is a hash already. */
  @Override
  public int hashCode() {
    return Long.hashCode(first ^ second ^ third ^ fourth);
  }

  @Override
  public String toString() {
    return hex();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] parse(String hex) {
    boolean wellFormed = hex.length() == 2 * BYTES;
    for (int i = 0; wellFormed && i < hex.length(); i++) {
      wellFormed = isLowerHex(hex.charAt(i));
    }
    if (!wellFormed) {
      throw new IllegalArgumentException(
          "a node id is 64 lowercase hexadecimal digits, not '" + abbreviate(hex) + "'");
    }
    return HEX.parseHex(hex);
  }

  private static boolean isLowerHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "...";
  }
}
