package io.weft.gossip.wire;

import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages to protobuf (gossip.proto, which numbers the fields), field by field in their order. */
final class MessageWriter {
  private final ProtoWriter out = new ProtoWriter();
  private final ProtoWriter inner = new ProtoWriter();

  byte[] member(MemberItem item) {
    byte[] address = address(item.address());
    NodeId accuser = item.accuser();
    out.bytes(1, item.id().bytes())
        .text(2, item.name())
        .message(3, address)
        .number(4, code(item.state()))
        .number(5, item.incarnation())
        .number(6, item.generation());
    return (accuser == null ? out : out.bytes(7, accuser.bytes())).take();
  }

  byte[] delta(OwnerDelta delta) {
    out.bytes(1, delta.owner().bytes())
        .number(2, delta.generation())
        .number(3, delta.base())
        .number(4, delta.upTo())
        .number(5, delta.head())
        .number(6, delta.gcVersion());
    List<Long> live = delta.liveVersions();
    if (live != null) {
      live.forEach(inner::varint);
      byte[] packed = inner.take();
      out.message(7, inner.bytes(1, packed).take());
    }
    for (RecordItem item : delta.records()) {
      out.message(8, record(item));
    }
    return out.take();
  }

  private byte[] record(RecordItem item) {
    byte[] value = item.value();
    inner.text(1, item.key()).number(2, item.version());
    return (value == null ? inner.number(4, 1) : inner.bytes(3, value)).take();
  }

  byte[] digest(OwnerDigest digest) {
    return inner
        .bytes(1, digest.owner().bytes())
        .number(2, digest.generation())
        .number(3, digest.head())
        .number(4, digest.gcVersion())
        .take();
  }

  byte[] body(Body body) {
    return switch (body) {
      case Body.Ping p -> target(out.number(1, p.sequence()), p.target()).take();
      case Body.Ack a -> out.number(1, a.sequence()).take();
      case Body.Nack n -> out.number(1, n.sequence()).take();
      case Body.PingRequest r -> {
        byte[] address = address(r.address());
        yield target(out.number(1, r.sequence()), r.target()).message(3, address).take();
      }
      case Body.News n -> out.take();
      case Body.Digest d -> {
        d.owners().forEach(o -> out.message(1, digest(o)));
        out.number(2, d.complete() ? 1 : 0);
        yield (d.buckets() == Body.Digest.ALL ? out : out.fixed(3, d.buckets())).take();
      }
      case Body.Delta d -> {
        d.wants().forEach(o -> out.message(1, digest(o)));
        yield out.take();
      }
      case Body.Summary s -> {
        s.sums().forEach(inner::fixed);
        byte[] packed = inner.take();
        yield out.message(1, packed).take();
      }
    };
  }

  /** The field of an envelope that holds this kind of body. */
  static int field(Body body) {
    return switch (body) {
      case Body.Ping p -> 4;
      case Body.Ack a -> 5;
      case Body.Nack n -> 6;
      case Body.PingRequest r -> 7;
      case Body.News n -> 8;
      case Body.Digest d -> 9;
      case Body.Delta d -> 10;
      case Body.Summary s -> 11;
    };
  }

  private static ProtoWriter target(ProtoWriter out, @Nullable NodeId target) {
    return target == null ? out : out.bytes(2, target.bytes());
  }

  private byte[] address(PeerAddress address) {
    return inner.bytes(1, address.ip().getAddress()).number(2, address.port()).take();
  }

  private static int code(MemberState state) {
    return switch (state) {
      case ALIVE -> 1;
      case SUSPECT -> 2;
      case FAILED -> 3;
      case LEFT -> 4;
    };
  }
}
