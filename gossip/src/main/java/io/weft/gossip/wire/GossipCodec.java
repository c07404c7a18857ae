package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes to messages and back. A message is a header of five bytes ({@code 'W' 'G'}, the version it
 * is written in, the lowest and the highest version its sender reads) and a protobuf {@code
 * Envelope}. Within a version, protobuf's own rules let fields be added; the version rises when an
 * old reader would misunderstand.
 *
 * <p>It remembers some of what it read and wrote lately, which changes nothing but the speed; one
 * caller at a time.
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

  /** How much one node remembers, as a power of 2: enough for a cluster of some hundreds. */
  private static final int DEFAULT_MEMORY_BITS = 10;

  private static final byte MAGIC_0 = 'W';
  private static final byte MAGIC_1 = 'G';
  private static final byte[] HEADER = {MAGIC_0, MAGIC_1, VERSION, LOWEST_VERSION, HIGHEST_VERSION};

  /** Longer ones are not remembered: they seldom come again, and take room. */
  private static final int MAX_REMEMBERED_BYTES = 256;

  /** An item and how it is written. */
  private record Written(MemberItem item, ByteString bytes) {}

  private final Recent<NodeId, Written> written;
  private final Recent<ByteString, MemberItem> members;
  private final Recent<ByteString, OwnerDelta> deltas;

  /** A codec for one node. */
  public GossipCodec() {
    this(DEFAULT_MEMORY_BITS);
  }

  /** A codec that remembers 2 to this power of members, and as many changes of records. */
  public GossipCodec(int memoryBits) {
    this.written = new Recent<>(memoryBits);
    this.members = new Recent<>(memoryBits);
    this.deltas = new Recent<>(memoryBits);
  }

  /** Writes a message. */
  public byte[] encode(Envelope envelope) {
    List<ByteString> items = new ArrayList<>();
    List<ByteString> changes = new ArrayList<>();
    envelope.members().forEach(m -> items.add(encode(m)));
    envelope.deltas().forEach(d -> changes.add(encode(d)));
    return encode(envelope.sender(), items, changes, envelope.body());
  }

  /** Writes a message whose items and deltas are written already. */
  public byte[] encode(
      @Nullable MemberItem sender, List<ByteString> items, List<ByteString> changes, Body body) {
    io.weft.gossip.wire.proto.Envelope.Builder envelope = ToProto.envelope(body);
    if (sender != null) {
      envelope.setSender(encode(sender));
    }
    io.weft.gossip.wire.proto.Envelope message =
        envelope.addAllMembers(items).addAllDeltas(changes).build();
    int length = message.getSerializedSize();
    byte[] bytes = Arrays.copyOf(HEADER, HEADER_BYTES + length);
    try {
      message.writeTo(CodedOutputStream.newInstance(bytes, HEADER_BYTES, length));
    } catch (IOException e) {
      throw new IllegalStateException("an array of the message's own size is too small for it", e);
    }
    return bytes;
  }

  /** Writes an item, to be put into a message. */
  public ByteString encode(MemberItem item) {
    Written known = written.get(item.id());
    if (known == null || !known.item().equals(item)) {
      known = new Written(item, ToProto.member(item).toByteString());
      written.put(item.id(), known);
    }
    return known.bytes();
  }

  /** Writes a delta, to be put into a message. */
  public ByteString encode(OwnerDelta delta) {
    return ToProto.delta(delta).toByteString();
  }

  /** Reads a message; never throws. */
  public Decoded decode(byte[] bytes) {
    Decoded.Cause fault = faultOfHeader(bytes);
    if (fault != null) {
      return new Decoded.Malformed(fault);
    }
    try {
      return new Decoded.Message(envelope(parse(bytes)));
    } catch (InvalidProtocolBufferException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF);
    } catch (FromProto.BadFieldException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_FIELD);
    }
  }

  private static io.weft.gossip.wire.proto.Envelope parse(byte[] bytes)
      throws InvalidProtocolBufferException {
    return io.weft.gossip.wire.proto.Envelope.parser()
        .parseFrom(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
  }

  private Envelope envelope(io.weft.gossip.wire.proto.Envelope m)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    List<MemberItem> items = new ArrayList<>(m.getMembersCount());
    for (ByteString item : m.getMembersList()) {
      items.add(member(item));
    }
    List<OwnerDelta> changes = new ArrayList<>(m.getDeltasCount());
    for (ByteString change : m.getDeltasList()) {
      changes.add(delta(change));
    }
    MemberItem sender = m.getSender().isEmpty() ? null : member(m.getSender());
    Body body = FromProto.body(m);
    if (sender == null && (body instanceof Body.Digest || body instanceof Body.Delta)) {
      throw new FromProto.BadFieldException();
    }
    return new Envelope(sender, body, items, changes);
  }

  private MemberItem member(ByteString bytes)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    return known(
        members, bytes, b -> FromProto.member(io.weft.gossip.wire.proto.MemberItem.parseFrom(b)));
  }

  private OwnerDelta delta(ByteString bytes)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    return known(
        deltas, bytes, b -> FromProto.delta(io.weft.gossip.wire.proto.OwnerDelta.parseFrom(b)));
  }

  private interface Reader<T> {
    T read(ByteString bytes) throws InvalidProtocolBufferException, FromProto.BadFieldException;
  }

  /** What the bytes are, read unless they are remembered. */
  private static <T> T known(Recent<ByteString, T> recent, ByteString bytes, Reader<T> reader)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    T known = recent.get(bytes);
    if (known == null) {
      known = reader.read(bytes);
      if (bytes.size() <= MAX_REMEMBERED_BYTES) {
        recent.put(bytes, known);
      }
    }
    return known;
  }

  private static Decoded.@Nullable Cause faultOfHeader(byte[] bytes) {
    if (bytes.length < HEADER_BYTES) {
      return Decoded.Cause.TOO_SHORT;
    }
    if (bytes[0] != MAGIC_0 || bytes[1] != MAGIC_1) {
      return Decoded.Cause.BAD_MAGIC;
    }
    int version = Byte.toUnsignedInt(bytes[2]);
    return version < LOWEST_VERSION || version > HIGHEST_VERSION ? Decoded.Cause.BAD_VERSION : null;
  }

  /** The bytes of a message with these parts alone. */
  public int sizeOf(@Nullable MemberItem sender, Body body) {
    return HEADER_BYTES
        + (sender == null ? 0 : sizeOf(encode(sender)))
        + ToProto.envelope(body).build().getSerializedSize();
  }

  /** The bytes that a written item or delta adds to a message. */
  public static int sizeOf(ByteString written) {
    return CodedOutputStream.computeBytesSize(
        io.weft.gossip.wire.proto.Envelope.MEMBERS_FIELD_NUMBER, written);
  }

  /** The bytes that a digest adds to a message. */
  public static int sizeOf(OwnerDigest digest) {
    return CodedOutputStream.computeMessageSize(
        io.weft.gossip.wire.proto.Digest.OWNERS_FIELD_NUMBER, ToProto.digest(digest));
  }

  /** The bytes that a record adds to a delta, rounded up. */
  public static int sizeOf(RecordItem item) {
    byte[] value = item.value();
    int content =
        item.key().getBytes(StandardCharsets.UTF_8).length + (value == null ? 2 : value.length);
    return content + 4 * NESTED_BYTES;
  }
}
