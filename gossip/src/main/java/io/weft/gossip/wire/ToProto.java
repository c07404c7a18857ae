package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.proto.Ack;
import io.weft.gossip.wire.proto.Address;
import io.weft.gossip.wire.proto.Delta;
import io.weft.gossip.wire.proto.Digest;
import io.weft.gossip.wire.proto.Nack;
import io.weft.gossip.wire.proto.News;
import io.weft.gossip.wire.proto.Ping;
import io.weft.gossip.wire.proto.PingRequest;
import io.weft.gossip.wire.proto.Record;
import io.weft.gossip.wire.proto.Summary;
import io.weft.gossip.wire.proto.Sweep;
import io.weft.security.identity.NodeId;
import java.util.List;

/** Messages to protobuf. */
final class ToProto {
  private ToProto() {}

  static io.weft.gossip.wire.proto.Envelope.Builder envelope(Body body) {
    io.weft.gossip.wire.proto.Envelope.Builder b = io.weft.gossip.wire.proto.Envelope.newBuilder();
    switch (body) {
      case Body.Ping p ->
          b.setPing(Ping.newBuilder().setSequence(p.sequence()).setTarget(p.target()));
      case Body.Ack a -> b.setAck(Ack.newBuilder().setSequence(a.sequence()));
      case Body.Nack n -> b.setNack(Nack.newBuilder().setSequence(n.sequence()));
      case Body.PingRequest r ->
          b.setPingRequest(
              PingRequest.newBuilder()
                  .setSequence(r.sequence())
                  .setTarget(bytes(r.target()))
                  .setAddress(address(r.address())));
      case Body.News n -> b.setNews(News.getDefaultInstance());
      case Body.Digest d -> {
        Digest.Builder digest = Digest.newBuilder().setComplete(d.complete());
        d.owners().forEach(o -> digest.addOwners(digest(o)));
        if (d.buckets() != Body.Digest.ALL) {
          digest.setBuckets(d.buckets());
        }
        b.setDigest(digest);
      }
      case Body.Summary s -> b.setSummary(Summary.newBuilder().addAllSums(s.sums()));
      case Body.Delta d -> {
        Delta.Builder delta = Delta.newBuilder();
        d.wants().forEach(o -> delta.addWants(digest(o)));
        b.setDelta(delta);
      }
    }
    return b;
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
            .setUpTo(delta.upTo())
            .setHead(delta.head())
            .setGcVersion(delta.gcVersion());
    List<Long> live = delta.liveVersions();
    if (live != null) {
      b.setSweep(Sweep.newBuilder().addAllLiveVersions(live));
    }
    delta.records().forEach(r -> b.addRecords(record(r)));
    return b.build();
  }

  static io.weft.gossip.wire.proto.OwnerDigest digest(OwnerDigest digest) {
    return io.weft.gossip.wire.proto.OwnerDigest.newBuilder()
        .setOwner(bytes(digest.owner()))
        .setGeneration(digest.generation())
        .setHead(digest.head())
        .setGcVersion(digest.gcVersion())
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

  private static Record record(RecordItem item) {
    Record.Builder b = Record.newBuilder().setKey(item.key()).setVersion(item.version());
    byte[] value = item.value();
    return (value == null ? b.setDeleted(true) : b.setValue(ByteString.copyFrom(value))).build();
  }
}
