package io.weft.gossip.wire;

import static io.weft.gossip.wire.proto.Envelope.DELTAS_FIELD_NUMBER;
import static io.weft.gossip.wire.proto.Envelope.MEMBERS_FIELD_NUMBER;
import static io.weft.gossip.wire.proto.Envelope.SENDER_FIELD_NUMBER;
import static io.weft.gossip.wire.proto.Envelope.USERS_FIELD_NUMBER;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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
  public static final int VERSION = 2;

  /** The lowest version that is read. */
  public static final int LOWEST_VERSION = 2;

  /** The highest version that is read. */
  public static final int HIGHEST_VERSION = 2;

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
  private static final int MAX_REMEMBERED_BYTES = 512;

  /** Tag and length, and four bytes of the id, which is a hash itself. */
  private static final int HASHED_BYTES = 6;

  private static final int NESTED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

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
    this.written = new Recent<>(memoryBits, NodeId::hashCode);
    this.members = new Recent<>(memoryBits, GossipCodec::beginning);
    this.deltas = new Recent<>(memoryBits, GossipCodec::beginning);
  }

  /** Writes a message. */
  public byte[] encode(Envelope envelope) {
    List<ByteString> items = new ArrayList<>();
    List<ByteString> changes = new ArrayList<>();
    envelope.members().forEach(m -> items.add(encode(m)));
    envelope.deltas().forEach(d -> changes.add(encode(d)));
    List<ByteString> users = envelope.users().stream().map(this::encode).toList();
    return encode(envelope.sender(), items, changes, users, envelope.body());
  }

  /** Writes a message whose items and deltas are written already. */
  public byte[] encode(
      @Nullable MemberItem sender,
      List<ByteString> items,
      List<ByteString> changes,
      List<ByteString> users,
      Body body) {
    ByteString self = sender == null ? null : encode(sender);
    ToProto.Part part = ToProto.body(body);
    int length = part.size() + (self == null ? 0 : sizeOf(self));
    for (ByteString item : items) {
      length += sizeOf(item);
    }
    for (ByteString change : changes) {
      length += sizeOf(change);
    }
    for (ByteString user : users) {
      length += sizeOf(user);
    }
    byte[] bytes = Arrays.copyOf(HEADER, HEADER_BYTES + length);
    try {
      CodedOutputStream out = CodedOutputStream.newInstance(bytes, HEADER_BYTES, length);
      if (self != null) {
        out.writeBytes(SENDER_FIELD_NUMBER, self);
      }
      for (ByteString item : items) {
        out.writeBytes(MEMBERS_FIELD_NUMBER, item);
      }
      for (ByteString change : changes) {
        out.writeBytes(DELTAS_FIELD_NUMBER, change);
      }
      part.write(out);
      for (ByteString user : users) {
        out.writeBytes(USERS_FIELD_NUMBER, user);
      }
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException("an array of the message's own size is too small for it", e);
    }
    return bytes;
  }

  /** Writes an item, to be put into a message. */
  public ByteString encode(MemberItem item) {
    Written known = written.get(item.id());
    if (known == null || !Objects.equals(known.item(), item)) {
      known = new Written(item, ToProto.member(item).toByteString());
      written.put(item.id(), known);
    }
    return known.bytes();
  }

  /** Writes a delta, to be put into a message. */
  public ByteString encode(OwnerDelta delta) {
    return ToProto.delta(delta).toByteString();
  }

  /** Writes an event or a query, to be put into a message. */
  public ByteString encode(UserItem item) {
    return ToProto.user(item).toByteString();
  }

  /** Reads a message; never throws. */
  public Decoded decode(byte[] bytes) {
    Decoded.Cause fault = faultOfHeader(bytes);
    if (fault != null) {
      return new Decoded.Malformed(fault);
    }
    try {
      return new Decoded.Message(read(bytes));
    } catch (IOException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_PROTOBUF);
    } catch (FromProto.BadFieldException e) {
      return new Decoded.Malformed(Decoded.Cause.BAD_FIELD);
    }
  }

  private Envelope read(byte[] bytes) throws IOException, FromProto.BadFieldException {
    CodedInputStream in =
        CodedInputStream.newInstance(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    MemberItem sender = null;
    Body body = null;
    List<MemberItem> items = List.of();
    List<OwnerDelta> changes = List.of();
    List<UserItem> users = List.of();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagWireType(tag) == NESTED ? WireFormat.getTagFieldNumber(tag) : 0;
      switch (field) {
        case SENDER_FIELD_NUMBER -> {
          sender = once(sender, member(in.readBytes()));
        }
        case MEMBERS_FIELD_NUMBER -> {
          items = items.isEmpty() ? new ArrayList<>() : items;
          items.add(member(in.readBytes()));
        }
        case DELTAS_FIELD_NUMBER -> {
          changes = changes.isEmpty() ? new ArrayList<>() : changes;
          changes.add(delta(in.readBytes()));
        }
        case USERS_FIELD_NUMBER -> {
          users = users.isEmpty() ? new ArrayList<>() : users;
          users.add(FromProto.user(io.weft.gossip.wire.proto.UserItem.parseFrom(in.readBytes())));
        }
        default -> {
          Body read = FromProto.body(field, in);
          if (read != null) {
            body = once(body, read);
          } else if (!in.skipField(tag)) {
            throw new InvalidProtocolBufferException("a group ends that has not begun");
          }
        }
      }
    }
    boolean whole = body instanceof Body.Digest || body instanceof Body.Delta;
    if (body == null || (whole && sender == null)) {
      throw new FromProto.BadFieldException();
    }
    return new Envelope(sender, body, items, changes, users);
  }

  /** What comes a second time is not what any node writes. */
  private static <T> T once(@Nullable T before, T now) throws FromProto.BadFieldException {
    if (before != null) {
      throw new FromProto.BadFieldException();
    }
    return now;
  }

  private MemberItem member(ByteString bytes)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    return known(
        members,
        bytes,
        b -> asWritten(FromProto.member(io.weft.gossip.wire.proto.MemberItem.parseFrom(b))));
  }

  /** The very item that was written, if this one is equal: that they are is seen at once then. */
  private MemberItem asWritten(MemberItem read) {
    Written known = written.get(read.id());
    return known != null && known.item().equals(read) ? known.item() : read;
  }

  private OwnerDelta delta(ByteString bytes)
      throws InvalidProtocolBufferException, FromProto.BadFieldException {
    return known(
        deltas, bytes, b -> FromProto.delta(io.weft.gossip.wire.proto.OwnerDelta.parseFrom(b)));
  }

  /** A hash of the first bytes of the id that an item and a delta begin with. */
  private static int beginning(ByteString bytes) {
    int hash = 0;
    for (int i = 0; i < Math.min(HASHED_BYTES, bytes.size()); i++) {
      hash = hash << Byte.SIZE ^ hash >>> (Integer.SIZE - Byte.SIZE) ^ bytes.byteAt(i);
    }
    return hash;
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
    return HEADER_BYTES + (sender == null ? 0 : sizeOf(encode(sender))) + ToProto.body(body).size();
  }

  /** The bytes that a written item or delta adds to a message. */
  public static int sizeOf(ByteString written) {
    return CodedOutputStream.computeBytesSize(MEMBERS_FIELD_NUMBER, written);
  }

  /** The bytes that a digest adds to a message. */
  public static int sizeOf(OwnerDigest digest) {
    return CodedOutputStream.computeMessageSize(
        io.weft.gossip.wire.proto.Digest.OWNERS_FIELD_NUMBER, ToProto.digest(digest));
  }

  /** The bytes that this adds to a message of holdings, rounded up. */
  public static int sizeOf(Body.Holdings.Held held) {
    return NESTED_BYTES + ToProto.held(held).getSerializedSize();
  }

  /** The bytes that a record adds to a delta, rounded up. */
  public static int sizeOf(RecordItem item) {
    byte[] value = item.value();
    int content =
        item.key().getBytes(StandardCharsets.UTF_8).length + (value == null ? 2 : value.length);
    return content + item.signature().length + 5 * NESTED_BYTES;
  }
}
