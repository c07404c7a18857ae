package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.proto.Address;
import io.weft.gossip.wire.proto.Asking;
import io.weft.gossip.wire.proto.Delta;
import io.weft.gossip.wire.proto.Digest;
import io.weft.gossip.wire.proto.Envelope;
import io.weft.gossip.wire.proto.Held;
import io.weft.gossip.wire.proto.Holdings;
import io.weft.gossip.wire.proto.Label;
import io.weft.gossip.wire.proto.Nack;
import io.weft.gossip.wire.proto.News;
import io.weft.gossip.wire.proto.PingRequest;
import io.weft.gossip.wire.proto.Record;
import io.weft.gossip.wire.proto.Reply;
import io.weft.gossip.wire.proto.Summary;
import io.weft.security.identity.NodeId;
import java.io.IOException;

/** Messages to protobuf. */
final class ToProto {
  private ToProto() {}

  /** A body as it goes into an envelope: a message in a field of its own. */
  sealed interface Part permits Generated, Probing.PingPart, Probing.AckPart {
    int field();

    int contentBytes();

    void writeContent(CodedOutputStream out) throws IOException;

    /** With tag and length. */
    default int size() {
      int content = contentBytes();
      return CodedOutputStream.computeTagSize(field())
          + CodedOutputStream.computeUInt32SizeNoTag(content)
          + content;
    }

    default void write(CodedOutputStream out) throws IOException {
      out.writeTag(field(), WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(contentBytes());
      writeContent(out);
    }
  }

  /** One that protobuf's generated classes write. */
  record Generated(int field, MessageLite message) implements Part {
    @Override
    public int contentBytes() {
      return message.getSerializedSize();
    }

    @Override
    public void writeContent(CodedOutputStream out) throws IOException {
      message.writeTo(out);
    }
  }

  static Part body(Body body) {
    return switch (body) {
      case Body.Ping p -> new Probing.PingPart(p);
      case Body.Ack a -> new Probing.AckPart(a);
      case Body.Nack n ->
          new Generated(
              Envelope.NACK_FIELD_NUMBER, Nack.newBuilder().setSequence(n.sequence()).build());
      case Body.PingRequest r ->
          new Generated(
              Envelope.PING_REQUEST_FIELD_NUMBER,
              PingRequest.newBuilder()
                  .setSequence(r.sequence())
                  .setTarget(bytes(r.target()))
                  .setAddress(address(r.address()))
                  .build());
      case Body.News n -> new Generated(Envelope.NEWS_FIELD_NUMBER, News.getDefaultInstance());
      case Body.Digest d -> {
        Digest.Builder digest = Digest.newBuilder().setComplete(d.complete());
        d.owners().forEach(o -> digest.addOwners(digest(o)));
        if (d.buckets() != Body.Digest.ALL) {
          digest.setBuckets(d.buckets());
        }
        yield new Generated(Envelope.DIGEST_FIELD_NUMBER, digest.build());
      }
      case Body.Summary s ->
          new Generated(
              Envelope.SUMMARY_FIELD_NUMBER, Summary.newBuilder().addAllSums(s.sums()).build());
      case Body.Reply r -> new Generated(Envelope.REPLY_FIELD_NUMBER, reply(r).build());
      case Body.Holdings h -> {
        Holdings.Builder holdings = Holdings.newBuilder().setWanted(h.wanted()).setLtime(h.ltime());
        h.held().forEach(held -> holdings.addHeld(held(held)));
        yield new Generated(Envelope.HOLDINGS_FIELD_NUMBER, holdings.build());
      }
      case Body.Delta d -> {
        Delta.Builder delta = Delta.newBuilder();
        d.wants().forEach(o -> delta.addWants(digest(o)));
        yield new Generated(Envelope.DELTA_FIELD_NUMBER, delta.build());
      }
    };
  }

  private static Reply.Builder reply(Body.Reply reply) {
    return Reply.newBuilder()
        .setGeneration(reply.generation())
        .setNumber(reply.number())
        .setKind(
            switch (reply.kind()) {
              case ACK -> 1;
              case NO_ANSWER -> 2;
              case ANSWER -> 3;
            })
        .setAnswer(reply.answer());
  }

  static Held held(Body.Holdings.Held held) {
    return Held.newBuilder()
        .setOwner(held.owner())
        .setGeneration(held.generation())
        .addAllNumbers(held.numbers())
        .build();
  }

  static io.weft.gossip.wire.proto.UserItem user(UserItem item) {
    io.weft.gossip.wire.proto.UserItem.Builder b =
        io.weft.gossip.wire.proto.UserItem.newBuilder()
            .setOwner(bytes(item.owner()))
            .setGeneration(item.generation())
            .setNumber(item.number())
            .setLtime(item.ltime())
            .setAgeMillis((int) item.ageMillis())
            .setName(item.name())
            .setPayload(item.payload());
    UserItem.Asking asking = item.asking();
    if (asking != null) {
      Asking.Builder a =
          Asking.newBuilder()
              .setTimeoutMillis((int) asking.timeoutMillis())
              .addAllNodes(asking.nodes());
      asking
          .labels()
          .forEach((key, value) -> a.addLabels(Label.newBuilder().setKey(key).setValue(value)));
      b.setAsking(a);
    }
    return b.build();
  }

  static io.weft.gossip.wire.proto.MemberItem member(MemberItem item) {
    io.weft.gossip.wire.proto.MemberItem.Builder b =
        io.weft.gossip.wire.proto.MemberItem.newBuilder()
            .setId(bytes(item.id()))
            .setName(item.name())
            .setAddress(address(item.address()))
            .setState(code(item.state()))
            .setIncarnation(item.incarnation())
            .setGeneration(item.generation());
    if (item.accuser() != null) {
      b.setAccuser(bytes(item.accuser()));
    }
    return b.build();
  }

  static io.weft.gossip.wire.proto.OwnerDelta delta(OwnerDelta delta) {
    io.weft.gossip.wire.proto.OwnerDelta.Builder b =
        io.weft.gossip.wire.proto.OwnerDelta.newBuilder()
            .setOwner(bytes(delta.owner()))
            .setGeneration(delta.generation())
            .setBase(delta.base())
            .setHead(delta.head())
            .setGcVersion(delta.gcVersion());
    if (delta.sweep() != null) {
      b.setSweep(sweep(delta.sweep()));
    }
    delta.records().forEach(r -> b.addRecords(record(r)));
    if (delta.ownerKey() != null) {
      b.setOwnerKey(delta.ownerKey());
    }
    return b.build();
  }

  static io.weft.gossip.wire.proto.OwnerDigest digest(OwnerDigest digest) {
    return io.weft.gossip.wire.proto.OwnerDigest.newBuilder()
        .setOwner(bytes(digest.owner()))
        .setGeneration(digest.generation())
        .setHead(digest.head())
        .setGcVersion(digest.gcVersion())
        .setContent(digest.content())
        .build();
  }

  private static int code(MemberState state) {
    return switch (state) {
      case ALIVE -> 1;
      case SUSPECT -> 2;
      case FAILED -> 3;
      case LEFT -> 4;
    };
  }

  private static ByteString bytes(NodeId id) {
    return ByteString.copyFrom(id.bytes());
  }

  private static Address address(PeerAddress address) {
    return Address.newBuilder()
        .setIp(ByteString.copyFrom(address.ip().getAddress()))
        .setPort(address.port())
        .build();
  }

  private static io.weft.gossip.wire.proto.Sweep sweep(Sweep sweep) {
    var b = io.weft.gossip.wire.proto.Sweep.newBuilder();
    return (sweep.live() == null ? b.setNothing(true) : b.addAllLiveVersions(sweep.live())).build();
  }

  private static Record record(RecordItem item) {
    Record.Builder b =
        Record.newBuilder()
            .setKey(item.key())
            .setVersion(item.version())
            .setSignature(ByteString.copyFrom(item.signature()));
    byte[] value = item.value();
    return (value == null ? b.setDeleted(true) : b.setValue(ByteString.copyFrom(value))).build();
  }
}
