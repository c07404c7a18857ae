package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.weft.gossip.wire.proto.Ack;
import io.weft.gossip.wire.proto.Envelope;
import io.weft.gossip.wire.proto.Ping;
import java.io.IOException;

/**
 * Pings and their answers, read and written field by field as protobuf's generated classes do it.
 * They are nearly all that is sent while nothing happens, and those classes' builders and messages
 * took longer than all else of the codec's work for one.
 */
final class Probing {
  /** In a tag, the wire type takes so many bits, and the field's number those above. */
  private static final int TYPE_BITS = 3;

  /** In both, the sequence is the first field. */
  private static final int SEQUENCE_TAG =
      Ping.SEQUENCE_FIELD_NUMBER << TYPE_BITS | WireFormat.WIRETYPE_VARINT;

  private static final int TARGET_TAG =
      Ping.TARGET_FIELD_NUMBER << TYPE_BITS | WireFormat.WIRETYPE_FIXED64;
  private static final int COORDINATE_TAG =
      Ack.COORDINATE_FIELD_NUMBER << TYPE_BITS | WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private Probing() {}

  /** A ping in an envelope. */
  record PingPart(Body.Ping ping) implements ToProto.Part {
    @Override
    public int field() {
      return Envelope.PING_FIELD_NUMBER;
    }

    @Override
    public int contentBytes() {
      int target =
          ping.target() == 0
              ? 0
              : CodedOutputStream.computeFixed64Size(Ping.TARGET_FIELD_NUMBER, ping.target());
      return sequenceBytes(Ping.SEQUENCE_FIELD_NUMBER, ping.sequence()) + target;
    }

    @Override
    public void writeContent(CodedOutputStream out) throws IOException {
      writeSequence(out, Ping.SEQUENCE_FIELD_NUMBER, ping.sequence());
      if (ping.target() != 0) {
        out.writeFixed64(Ping.TARGET_FIELD_NUMBER, ping.target());
      }
    }
  }

  /** An answer in an envelope. */
  record AckPart(Body.Ack ack) implements ToProto.Part {
    @Override
    public int field() {
      return Envelope.ACK_FIELD_NUMBER;
    }

    @Override
    public int contentBytes() {
      int coordinate =
          ack.coordinate().isEmpty()
              ? 0
              : CodedOutputStream.computeBytesSize(Ack.COORDINATE_FIELD_NUMBER, ack.coordinate());
      return sequenceBytes(Ack.SEQUENCE_FIELD_NUMBER, ack.sequence()) + coordinate;
    }

    @Override
    public void writeContent(CodedOutputStream out) throws IOException {
      writeSequence(out, Ack.SEQUENCE_FIELD_NUMBER, ack.sequence());
      if (!ack.coordinate().isEmpty()) {
        out.writeBytes(Ack.COORDINATE_FIELD_NUMBER, ack.coordinate());
      }
    }
  }

  /** As protobuf has it, a number that is 0 is not written. */
  private static int sequenceBytes(int field, long sequence) {
    return sequence == 0 ? 0 : CodedOutputStream.computeUInt64Size(field, sequence);
  }

  private static void writeSequence(CodedOutputStream out, int field, long sequence)
      throws IOException {
    if (sequence != 0) {
      out.writeUInt64(field, sequence);
    }
  }

  /** The ping whose tag was just read. */
  static Body.Ping readPing(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    long sequence = 0;
    long target = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case SEQUENCE_TAG -> sequence = in.readUInt64();
        case TARGET_TAG -> target = in.readFixed64();
        default -> skip(in, tag);
      }
    }
    end(in, outer);
    return new Body.Ping(sequence, target);
  }

  /** The answer whose tag was just read. */
  static Body.Ack readAck(CodedInputStream in) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    long sequence = 0;
    ByteString coordinate = ByteString.EMPTY;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case SEQUENCE_TAG -> sequence = in.readUInt64();
        case COORDINATE_TAG -> coordinate = in.readBytes();
        default -> skip(in, tag);
      }
    }
    end(in, outer);
    return new Body.Ack(sequence, coordinate);
  }

  /** A field that a later version has added. */
  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that has not begun");
    }
  }

  private static void end(CodedInputStream in, int outer) throws IOException {
    if (in.getBytesUntilLimit() != 0) {
      throw new InvalidProtocolBufferException("a message ends before its length");
    }
    in.popLimit(outer);
  }
}
