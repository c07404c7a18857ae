package io.weft.gossip.wire;

import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

  private final MessageReader reader;
  private final MessageWriter writer = new MessageWriter();
  private final ProtoWriter out = new ProtoWriter();
  private final @Nullable MemberItem[] written;
  private final byte[] @Nullable [] writtenBytes;

  /** A codec for one node. */
  public GossipCodec() {
    this(DEFAULT_MEMORY_BITS);
  }

  /** A codec that remembers 2 to this power of members, and as many changes of records. */
  public GossipCodec(int memoryBits) {
    this.reader = new MessageReader(new Recent<>(memoryBits), new Recent<>(memoryBits));
    this.written = new MemberItem[1 << memoryBits];
    this.writtenBytes = new byte[1 << memoryBits] @Nullable [];
  }

  /** Writes a message. */
  public byte[] encode(Envelope envelope) {
    List<byte[]> members = new ArrayList<>();
    List<byte[]> deltas = new ArrayList<>();
    envelope.members().forEach(m -> members.add(encode(m)));
    envelope.deltas().forEach(d -> deltas.add(encode(d)));
    return encode(envelope.sender(), members, deltas, envelope.body());
  }

  /** Writes a message whose items and deltas are written already. */
  public byte[] encode(MemberItem sender, List<byte[]> members, List<byte[]> deltas, Body body) {
    out.raw(HEADER).message(1, encode(sender));
    for (byte[] member : members) {
      out.message(2, member);
    }
    for (byte[] delta : deltas) {
      out.message(3, delta);
    }
    return out.message(MessageWriter.field(body), writer.body(body)).take();
  }

  /** Writes an item, to be put into a message; the result must not be changed. */
  public byte[] encode(MemberItem item) {
    int place = item.id().hashCode() & (written.length - 1);
    byte[] known = writtenBytes[place];
    if (known != null && item.equals(written[place])) {
      return known;
    }
    byte[] bytes = writer.member(item);
    written[place] = item;
    writtenBytes[place] = bytes;
    return bytes;
  }

  /** Writes a delta, to be put into a message. */
  public byte[] encode(OwnerDelta delta) {
    return writer.delta(delta);
  }

  /** Reads a message; never throws. */
  public Decoded decode(byte[] bytes) {
    Decoded.Cause fault = faultOfHeader(bytes);
    if (fault != null) {
      return new Decoded.Malformed(fault);
    }
    try {
      return new Decoded.Message(reader.envelope(bytes, HEADER_BYTES, bytes.length));
    } catch (BadMessageException e) {
      return new Decoded.Malformed(e.cause());
    }
  }

  /** Who speaks in a message; null when it cannot be read. */
  public static @Nullable NodeId sender(byte[] bytes) {
    return faultOfHeader(bytes) == null ? MessageReader.sender(bytes, HEADER_BYTES) : null;
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
  public int sizeOf(MemberItem sender, Body body) {
    return HEADER_BYTES
        + ProtoWriter.framed(encode(sender).length)
        + ProtoWriter.framed(writer.body(body).length);
  }

  /** The bytes that an item, a delta or a digest adds to a message, when this is what it takes. */
  public static int framed(int length) {
    return ProtoWriter.framed(length);
  }

  /** The bytes that a digest adds to a message. */
  public int sizeOf(OwnerDigest digest) {
    return ProtoWriter.framed(writer.digest(digest).length);
  }

  /** The bytes that a record adds to a delta, rounded up. */
  public static int sizeOf(RecordItem item) {
    byte[] value = item.value();
    int content =
        item.key().getBytes(StandardCharsets.UTF_8).length + (value == null ? 2 : value.length);
    return content + 4 * NESTED_BYTES;
  }
}
