package io.weft.gossip.wire;

import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.BadMessageException.Kind;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Protobuf (gossip.proto, which numbers the fields) to messages, with every field checked: what
 * comes out is inside its range.
 */
final class MessageReader {

  /** The longest key, as whoever writes records may make it. */
  private static final int MAX_KEY_BYTES = 256;

  private static final int MAX_VALUE_BYTES = 65_536;
  private static final int MAX_PORT = 65_535;
  private static final int SENDER_FIELD = 1;

  /** Numbers beyond this are no counters but an attack on overflow. */
  private static final long MAX_COUNTER = 1L << 60;

  private static final NodeId NOBODY = NodeId.ofBytes(new byte[NodeId.BYTES]);
  private static final List<MemberState> STATES =
      List.of(MemberState.ALIVE, MemberState.SUSPECT, MemberState.FAILED, MemberState.LEFT);

  private final Recent<MemberItem> members;
  private final Recent<OwnerDelta> deltas;

  MessageReader(Recent<MemberItem> members, Recent<OwnerDelta> deltas) {
    this.members = members;
    this.deltas = deltas;
  }

  Envelope envelope(byte[] bytes, int from, int to) throws BadMessageException {
    MemberItem sender = null;
    Body body = null;
    List<MemberItem> items = new ArrayList<>();
    List<OwnerDelta> changes = new ArrayList<>();
    ProtoReader in = new ProtoReader(bytes, from, to);
    while (in.next()) {
      if (!in.isBytes()) {
        in.skip();
        continue;
      }
      switch (in.field()) {
        case SENDER_FIELD -> sender = member(bytes, in.span(), in.position());
        case 2 -> items.add(member(bytes, in.span(), in.position()));
        case 3 -> changes.add(delta(bytes, in.span(), in.position()));
        case 4 -> body = ping(in.message());
        case 5 -> body = new Body.Ack(sequence(in.message()));
        case 6 -> body = new Body.Nack(sequence(in.message()));
        case 7 -> body = pingRequest(in.message());
        case 8 -> body = news(in.message());
        case 9 -> body = digest(in.message());
        case 10 -> body = wants(in.message());
        case 11 -> body = summary(in.message());
        default -> in.skip();
      }
    }
    if (sender == null || body == null) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return new Envelope(sender, body, items, changes);
  }

  /** Who speaks in a message, as far as can be said without reading the rest of it. */
  static @Nullable NodeId sender(byte[] bytes, int from) {
    try {
      ProtoReader in = new ProtoReader(bytes, from, bytes.length);
      NodeId sender = null;
      while (in.next()) {
        if (in.isBytes() && in.field() == SENDER_FIELD) {
          ProtoReader item = in.message();
          sender = null;
          while (item.next()) {
            if (item.isBytes() && item.field() == 1) {
              sender = id(item);
            } else {
              item.skip();
            }
          }
        } else {
          in.skip();
        }
      }
      return sender;
    } catch (BadMessageException e) {
      return null;
    }
  }

  private static Body news(ProtoReader in) throws BadMessageException {
    while (in.next()) {
      in.skip();
    }
    return new Body.News();
  }

  private static long sequence(ProtoReader in) throws BadMessageException {
    long sequence = 0;
    while (in.next()) {
      if (in.isNumber() && in.field() == 1) {
        sequence = in.varint();
      } else {
        in.skip();
      }
    }
    return sequence;
  }

  private static Body ping(ProtoReader in) throws BadMessageException {
    long sequence = 0;
    NodeId target = null;
    while (in.next()) {
      if (in.isNumber() && in.field() == 1) {
        sequence = in.varint();
      } else if (in.isBytes() && in.field() == 2) {
        target = optionalId(in);
      } else {
        in.skip();
      }
    }
    return new Body.Ping(sequence, target);
  }

  private static Body pingRequest(ProtoReader in) throws BadMessageException {
    long sequence = 0;
    NodeId target = null;
    PeerAddress address = null;
    while (in.next()) {
      if (in.isNumber() && in.field() == 1) {
        sequence = in.varint();
      } else if (in.isBytes() && in.field() == 2) {
        target = id(in);
      } else if (in.isBytes() && in.field() == 3) {
        address = address(in.message());
      } else {
        in.skip();
      }
    }
    if (target == null || address == null) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return new Body.PingRequest(sequence, target, address);
  }

  private static Body digest(ProtoReader in) throws BadMessageException {
    List<OwnerDigest> owners = new ArrayList<>();
    boolean complete = false;
    long buckets = 0;
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        owners.add(ownerDigest(in.message()));
      } else if (in.isNumber() && in.field() == 2) {
        complete = in.varint() != 0;
      } else if (in.isFixed() && in.field() == 3) {
        buckets = in.fixed();
      } else {
        in.skip();
      }
    }
    return new Body.Digest(owners, complete, buckets == 0 ? Body.Digest.ALL : buckets);
  }

  private static Body wants(ProtoReader in) throws BadMessageException {
    List<OwnerDigest> wants = new ArrayList<>();
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        wants.add(ownerDigest(in.message()));
      } else {
        in.skip();
      }
    }
    return new Body.Delta(wants);
  }

  private static Body summary(ProtoReader in) throws BadMessageException {
    List<Long> sums = new ArrayList<>(Body.Summary.BUCKETS);
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        ProtoReader packed = in.message();
        while (packed.more()) {
          sums.add(packed.fixed());
        }
      } else {
        in.skip();
      }
    }
    if (sums.size() != Body.Summary.BUCKETS) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return new Body.Summary(sums);
  }

  private MemberItem member(byte[] bytes, int from, int to) throws BadMessageException {
    MemberItem known = members.get(bytes, from, to);
    if (known != null) {
      return known;
    }
    ProtoReader in = new ProtoReader(bytes, from, to);
    NodeId id = NOBODY;
    String name = "";
    PeerAddress address = null;
    long state = 0;
    long incarnation = 0;
    long generation = 0;
    NodeId accuser = null;
    boolean named = false;
    while (in.next()) {
      if (in.isBytes()) {
        switch (in.field()) {
          case 1 -> {
            id = id(in);
            named = true;
          }
          case 2 -> name = in.text(MemberItem.MAX_NAME_BYTES);
          case 3 -> address = address(in.message());
          case 7 -> accuser = optionalId(in);
          default -> in.skip();
        }
      } else if (in.isNumber()) {
        switch (in.field()) {
          case 4 -> state = in.varint();
          case 5 -> incarnation = counter(in);
          case 6 -> generation = counter(in);
          default -> in.skip();
        }
      } else {
        in.skip();
      }
    }
    if (!named || address == null || state < 1 || state > STATES.size()) {
      throw BadMessageException.of(Kind.FIELD);
    }
    MemberState read = STATES.get((int) state - 1);
    MemberItem item = new MemberItem(id, name, address, read, incarnation, generation, accuser);
    members.put(bytes, from, to, item);
    return item;
  }

  private OwnerDelta delta(byte[] bytes, int from, int to) throws BadMessageException {
    OwnerDelta known = deltas.get(bytes, from, to);
    if (known != null) {
      return known;
    }
    ProtoReader in = new ProtoReader(bytes, from, to);
    NodeId owner = NOBODY;
    boolean owned = false;
    long[] numbers = new long[7];
    List<Long> live = null;
    List<RecordItem> records = new ArrayList<>();
    while (in.next()) {
      if (in.isNumber() && in.field() >= 2 && in.field() <= 6) {
        numbers[in.field()] = counter(in);
      } else if (in.isBytes() && in.field() == 1) {
        owner = id(in);
        owned = true;
      } else if (in.isBytes() && in.field() == 7) {
        live = live(in.message());
      } else if (in.isBytes() && in.field() == 8) {
        records.add(record(in.message()));
      } else {
        in.skip();
      }
    }
    OwnerDelta delta =
        new OwnerDelta(
            owner, numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], live, records);
    if (!owned || !delta.wellFormed()) {
      throw BadMessageException.of(Kind.FIELD);
    }
    deltas.put(bytes, from, to, delta);
    return delta;
  }

  private static List<Long> live(ProtoReader in) throws BadMessageException {
    List<Long> live = new ArrayList<>();
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        ProtoReader packed = in.message();
        while (packed.more()) {
          live.add(packed.varint());
        }
      } else if (in.isNumber() && in.field() == 1) {
        live.add(in.varint());
      } else {
        in.skip();
      }
    }
    return live;
  }

  private static RecordItem record(ProtoReader in) throws BadMessageException {
    String key = "";
    long version = 0;
    byte[] value = {};
    boolean deleted = false;
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        key = in.text(MAX_KEY_BYTES);
      } else if (in.isNumber() && in.field() == 2) {
        version = counter(in);
      } else if (in.isBytes() && in.field() == 3) {
        value = in.bytes();
      } else if (in.isNumber() && in.field() == 4) {
        deleted = in.varint() != 0;
      } else {
        in.skip();
      }
    }
    if (key.isEmpty() || value.length > MAX_VALUE_BYTES) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return new RecordItem(key, version, deleted ? null : value);
  }

  private static OwnerDigest ownerDigest(ProtoReader in) throws BadMessageException {
    NodeId owner = null;
    long[] numbers = new long[5];
    while (in.next()) {
      if (in.isNumber() && in.field() >= 2 && in.field() <= 4) {
        numbers[in.field()] = counter(in);
      } else if (in.isBytes() && in.field() == 1) {
        owner = id(in);
      } else {
        in.skip();
      }
    }
    if (owner == null) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return new OwnerDigest(owner, numbers[2], numbers[3], numbers[4]);
  }

  private static PeerAddress address(ProtoReader in) throws BadMessageException {
    byte[] ip = {};
    long port = 0;
    while (in.next()) {
      if (in.isBytes() && in.field() == 1) {
        ip = in.bytes();
      } else if (in.isNumber() && in.field() == 2) {
        port = in.varint();
      } else {
        in.skip();
      }
    }
    if ((ip.length != 4 && ip.length != 16) || port < 0 || port > MAX_PORT) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return PeerAddress.of(ip, (int) port);
  }

  private static long counter(ProtoReader in) throws BadMessageException {
    long value = in.varint();
    if (value < 0 || value > MAX_COUNTER) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return value;
  }

  private static NodeId id(ProtoReader in) throws BadMessageException {
    byte[] bytes = in.bytes();
    if (bytes.length != NodeId.BYTES) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return NodeId.ofBytes(bytes);
  }

  private static @Nullable NodeId optionalId(ProtoReader in) throws BadMessageException {
    byte[] bytes = in.bytes();
    if (bytes.length != 0 && bytes.length != NodeId.BYTES) {
      throw BadMessageException.of(Kind.FIELD);
    }
    return bytes.length == 0 ? null : NodeId.ofBytes(bytes);
  }
}
