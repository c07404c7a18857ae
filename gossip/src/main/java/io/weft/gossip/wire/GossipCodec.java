package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.proto.Address;
import io.weft.gossip.wire.proto.Record;
import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;

/**
 * Bytes to messages and back. A message is a header of five bytes ({@code 'W' 'G'}, the version it
 * is written in, the lowest and the highest version its sender reads) and a protobuf {@code
 * Envelope}. Within a version, protobuf's own rules let fields be added; the version rises when an
 * old reader would misunderstand.
 */
public final class GossipCodec {

  /** The version that is written. */
  public static final int VERSION = 1;

  /** The lowest version that is read. */
  public static final int LOWEST_VERSION = 1;

  /** The highest version that is read. */
  public static final int HIGHEST_VERSION = 1;

  /** Bytes before the protobuf message. */
  public static final int HEADER_BYTES = 5;

  /** Above what tag and length of a nested message take. */
  private static final int NESTED_BYTES = 6;

  private static final byte MAGIC_0 = 'W';
  private static final byte MAGIC_1 = 'G';

  private GossipCodec() {}

  /** Writes a message. */
  public static byte[] encode(Envelope envelope) {
    io.weft.gossip.wire.proto.Envelope message = ToProto.envelope(envelope);
    int length = message.getSerializedSize();
    byte[] bytes = new byte[HEADER_BYTES + length];
    bytes[0] = MAGIC_0;
    bytes[1] = MAGIC_1;
    bytes[2] = VERSION;
    bytes[3] = LOWEST_VERSION;
    bytes[4] = HIGHEST_VERSION;
    try {
      message.writeTo(CodedOutputStream.newInstance(bytes, HEADER_BYTES, length));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("an array of the message's own size is too small for it", e);
    }
    return bytes;
  }

  /** Reads a message; never throws. */
  public static Decoded decode(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      return new Decoded.Malformed(Decoded.Cause.TOO_SHORT);
    }
    if (bytes[0] != MAGIC_0 || bytes[1] != MAGIC_1) {
      return new Decoded.Malformed(Decoded.Cause.BAD_MAGIC);
    }
    int version = Byte.toUnsignedInt(bytes[2]);
    if (version < LOWEST_VERSION || version > HIGHEST_VERSION) {
      return new Decoded.Malformed(Decoded.Cause.BAD_VERSION);
    }
    io.weft.gossip.wire.proto.Envelope message;
    try {
      message =
          io.weft.gossip.wire.proto.Envelope.parser()
              .parseFrom(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    } catch (InvalidProtocolBufferException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF);
    }
    try {
      return new Decoded.Message(FromProto.envelope(message));
    } catch (FromProto.BadFieldException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_FIELD);
    }
  }

  /** The bytes of a message with these parts alone. */
  public static int sizeOf(MemberItem sender, Body body) {
    return HEADER_BYTES
        + ToProto.envelope(new Envelope(sender, body, java.util.List.of(), java.util.List.of()))
            .getSerializedSize();
  }

  /** The bytes that an item adds to a message, rounded up. */
  public static int sizeOf(MemberItem item) {
    return NESTED_BYTES + ToProto.member(item).getSerializedSize();
  }

  /** The bytes that a delta adds to a message, rounded up. */
  public static int sizeOf(OwnerDelta delta) {
    return NESTED_BYTES + ToProto.delta(delta).getSerializedSize();
  }

  /** The bytes that a digest adds to a message, rounded up. */
  public static int sizeOf(OwnerDigest digest) {
    return NESTED_BYTES + ToProto.digest(digest).getSerializedSize();
  }

  /** The bytes that a record adds to a delta, rounded up. */
  public static int sizeOf(RecordItem item) {
    byte[] value = item.value();
    int content =
        item.key().getBytes(StandardCharsets.UTF_8).length + (value == null ? 2 : value.length);
    return content + 3 * NESTED_BYTES + CodedOutputStream.computeUInt64SizeNoTag(item.version());
  }

  static ByteString bytes(NodeId id) {
    return ByteString.copyFrom(id.bytes());
  }

  static Address address(PeerAddress address) {
    return Address.newBuilder()
        .setIp(ByteString.copyFrom(address.ip().getAddress()))
        .setPort(address.port())
        .build();
  }

  static Record record(RecordItem item) {
    Record.Builder b = Record.newBuilder().setKey(item.key()).setVersion(item.version());
    byte[] value = item.value();
    return (value == null ? b.setDeleted(true) : b.setValue(ByteString.copyFrom(value))).build();
  }
}
