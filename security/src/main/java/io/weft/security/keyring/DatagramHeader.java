package io.weft.security.keyring;

import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The clear head of a sealed datagram, big-endian, all of it authenticated:
 *
 * <pre>
 *   0  magic "WF"          2
 *   2  version             1
 *   3  zero                1
 *   4  cluster label       4   first bytes of SHA-256 of the cluster's name
 *   8  key epoch           4
 *  12  sender's id        32
 *  44  sender's generation 8
 *  52  counter             8
 *  60  sealed payload, 16-byte tag
 * </pre>
 */
final class DatagramHeader {
  static final int BYTES = 60;
  static final byte VERSION = 1;
  static final int LABEL_BYTES = 4;

  private static final short MAGIC = 0x5746;
  private static final int VERSION_AT = 2;
  private static final int LABEL_AT = 4;
  private static final int EPOCH_AT = 8;
  private static final int SENDER_AT = 12;
  private static final int GENERATION_AT = 44;
  private static final int COUNTER_AT = 52;

  private DatagramHeader() {}

  static byte[] write(byte[] label, int epoch, byte[] sender, long generation, long counter) {
    return ByteBuffer.allocate(BYTES)
        .putShort(MAGIC)
        .put(VERSION)
        .put((byte) 0)
        .put(label)
        .putInt(epoch)
        .put(sender)
        .putLong(generation)
        .putLong(counter)
        .array();
  }

  static boolean hasMagic(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getShort() == MAGIC;
  }

  static byte version(byte[] datagram) {
    return datagram[VERSION_AT];
  }

  static boolean hasLabel(byte[] datagram, byte[] label) {
    return Arrays.equals(datagram, LABEL_AT, LABEL_AT + LABEL_BYTES, label, 0, LABEL_BYTES);
  }

  static int epoch(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getInt(EPOCH_AT);
  }

  static NodeId sender(byte[] datagram) {
    return NodeId.ofBytes(Arrays.copyOfRange(datagram, SENDER_AT, SENDER_AT + NodeId.BYTES));
  }

  static long generation(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getLong(GENERATION_AT);
  }

  static long counter(byte[] datagram) {
    return ByteBuffer.wrap(datagram).getLong(COUNTER_AT);
  }
}
