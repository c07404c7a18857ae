package io.weft.gossip.wire;

import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One change of one of an owner's records.
 *
 * @param value null for a tombstone: the record was deleted
 * @param signature the owner's, of {@link #statement}
 */
@SuppressWarnings("ArrayRecordComponent") // a message in passing: never compared, never changed
public record RecordItem(String key, long version, byte @Nullable [] value, byte[] signature) {

  /**
   * What an owner signs when it makes a change: whose it is and of which life, its place among the
   * others, the key, and what becomes of it. No two changes have one statement.
   */
  public static byte[] statement(
      NodeId owner, long generation, long version, String key, byte @Nullable [] value) {
    byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
    int valueBytes = value == null ? 0 : value.length;
    ByteBuffer statement =
        ByteBuffer.allocate(
                NodeId.BYTES + 2 * Long.BYTES + 1 + Short.BYTES + keyBytes.length + valueBytes)
            .put(owner.bytes())
            .putLong(generation)
            .putLong(version)
            .put((byte) (value == null ? 0 : 1))
            .putShort((short) keyBytes.length)
            .put(keyBytes);
    return (value == null ? statement : statement.put(value)).array();
  }

  /** What the owner signed, if it did. */
  public byte[] statement(NodeId owner, long generation) {
    return statement(owner, generation, version, key, value);
  }
}
