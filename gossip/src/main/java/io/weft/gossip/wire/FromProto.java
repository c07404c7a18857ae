package io.weft.gossip.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.wire.proto.Address;
import io.weft.gossip.wire.proto.Delta;
import io.weft.gossip.wire.proto.Digest;
import io.weft.gossip.wire.proto.Envelope;
import io.weft.gossip.wire.proto.Holdings;
import io.weft.gossip.wire.proto.Nack;
import io.weft.gossip.wire.proto.News;
import io.weft.gossip.wire.proto.PingRequest;
import io.weft.gossip.wire.proto.Record;
import io.weft.gossip.wire.proto.Reply;
import io.weft.gossip.wire.proto.Summary;
import io.weft.security.identity.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Protobuf to messages, with every field checked: what comes out is inside its range. */
final class FromProto {

  /** The longest key, as whoever writes records may make it. */
  private static final int MAX_KEY_BYTES = 256;

  private static final int MAX_VALUE_BYTES = 65_536;
  private static final int MAX_PORT = 65_535;

  /** Somewhat above the 91 bytes of a P-256 key with its SubjectPublicKeyInfo. */
  private static final int MAX_PUBLIC_KEY_BYTES = 128;

  private static final ExtensionRegistryLite NONE = ExtensionRegistryLite.getEmptyRegistry();

  /** Numbers beyond this are no counters but an attack on overflow. */
  private static final long MAX_COUNTER = 1L << 60;

  /** A field outside its range; never leaves the codec. */
  static final class BadFieldException extends Exception {
    private static final long serialVersionUID = 1;

    BadFieldException() {
      super(null, null, false, false); // no stack: anybody may cause it as often as he likes
    }
  }

  private FromProto() {}

  /** The message in this field of an envelope; null for a field that is no body. */
  static @Nullable Body body(int field, CodedInputStream in) throws IOException, BadFieldException {
    return switch (field) {
      case Envelope.PING_FIELD_NUMBER -> Probing.readPing(in);
      case Envelope.ACK_FIELD_NUMBER -> Probing.readAck(in);
      case Envelope.NACK_FIELD_NUMBER ->
          new Body.Nack(in.readMessage(Nack.parser(), NONE).getSequence());
      case Envelope.PING_REQUEST_FIELD_NUMBER -> {
        PingRequest request = in.readMessage(PingRequest.parser(), NONE);
        yield new Body.PingRequest(
            request.getSequence(), id(request.getTarget()), address(request.getAddress()));
      }
      case Envelope.NEWS_FIELD_NUMBER -> {
        in.readMessage(News.parser(), NONE);
        yield new Body.News();
      }
      case Envelope.DIGEST_FIELD_NUMBER -> digest(in.readMessage(Digest.parser(), NONE));
      case Envelope.SUMMARY_FIELD_NUMBER ->
          summary(in.readMessage(Summary.parser(), NONE).getSumsList());
      case Envelope.DELTA_FIELD_NUMBER ->
          new Body.Delta(digests(in.readMessage(Delta.parser(), NONE).getWantsList()));
      case Envelope.REPLY_FIELD_NUMBER -> reply(in.readMessage(Reply.parser(), NONE));
      case Envelope.HOLDINGS_FIELD_NUMBER -> holdings(in.readMessage(Holdings.parser(), NONE));
      default -> null;
    };
  }

  private static Body digest(Digest d) throws BadFieldException {
    long buckets = d.getBuckets() == 0 ? Body.Digest.ALL : d.getBuckets();
    return new Body.Digest(digests(d.getOwnersList()), d.getComplete(), buckets);
  }

  private static Body summary(List<Long> sums) throws BadFieldException {
    if (sums.size() != 1 && sums.size() != Body.Summary.BUCKETS) {
      throw new BadFieldException();
    }
    return new Body.Summary(sums);
  }

  private static Body reply(io.weft.gossip.wire.proto.Reply r) throws BadFieldException {
    Body.Reply.Kind kind =
        switch (r.getKind()) {
          case 1 -> Body.Reply.Kind.ACK;
          case 2 -> Body.Reply.Kind.NO_ANSWER;
          case 3 -> Body.Reply.Kind.ANSWER;
          default -> throw new BadFieldException();
        };
    int most = kind == Body.Reply.Kind.ANSWER ? Body.Reply.MAX_BYTES : 0;
    if (r.getAnswer().size() > most) {
      throw new BadFieldException();
    }
    return new Body.Reply(counter(r.getGeneration()), counter(r.getNumber()), kind, r.getAnswer());
  }

  private static Body holdings(io.weft.gossip.wire.proto.Holdings h) throws BadFieldException {
    List<Body.Holdings.Held> held = new ArrayList<>(h.getHeldCount());
    int numbers = 0;
    for (io.weft.gossip.wire.proto.Held one : h.getHeldList()) {
      numbers += one.getNumbersCount();
      if (one.getNumbersCount() == 0 || numbers > Body.Holdings.MAX_NUMBERS) {
        throw new BadFieldException();
      }
      for (long number : one.getNumbersList()) {
        counter(number);
      }
      held.add(
          new Body.Holdings.Held(
              one.getOwner(), counter(one.getGeneration()), one.getNumbersList()));
    }
    return new Body.Holdings(held, h.getWanted(), counter(h.getLtime()));
  }

  static UserItem user(io.weft.gossip.wire.proto.UserItem m) throws BadFieldException {
    UserItem item =
        new UserItem(
            id(m.getOwner()),
            counter(m.getGeneration()),
            counter(m.getNumber()),
            counter(m.getLtime()),
            Integer.toUnsignedLong(m.getAgeMillis()),
            m.getName(),
            m.getPayload(),
            m.hasAsking() ? asking(m.getAsking()) : null);
    if (!UserItem.isName(item.name())
        || item.ageMillis() > UserItem.MAX_AGE_MILLIS
        || UserItem.bytes(item.name(), item.payload().size(), item.asking()) > UserItem.MAX_BYTES) {
      throw new BadFieldException();
    }
    return item;
  }

  private static UserItem.Asking asking(io.weft.gossip.wire.proto.Asking a)
      throws BadFieldException {
    long timeout = Integer.toUnsignedLong(a.getTimeoutMillis());
    if (timeout == 0 || timeout > UserItem.MAX_AGE_MILLIS) {
      throw new BadFieldException();
    }
    TreeMap<String, String> labels = new TreeMap<>();
    for (var label : a.getLabelsList()) {
      if (labels.put(label.getKey(), label.getValue()) != null) {
        throw new BadFieldException(); // else it would be longer than it counts
      }
    }
    return new UserItem.Asking(timeout, a.getNodesList(), labels);
  }

  static MemberItem member(io.weft.gossip.wire.proto.MemberItem m) throws BadFieldException {
    if (utf8Bytes(m.getName()) > MemberItem.MAX_NAME_BYTES) {
      throw new BadFieldException();
    }
    MemberState state =
        switch (m.getState()) {
          case 1 -> MemberState.ALIVE;
          case 2 -> MemberState.SUSPECT;
          case 3 -> MemberState.FAILED;
          case 4 -> MemberState.LEFT;
          default -> throw new BadFieldException();
        };
    if (m.getIncarnation() > MemberItem.MAX_INCARNATION) {
      throw new BadFieldException();
    }
    return new MemberItem(
        id(m.getId()),
        m.getName(),
        address(m.getAddress()),
        state,
        counter(m.getIncarnation()),
        counter(m.getGeneration()),
        optionalId(m.getAccuser()));
  }

  private static Sweep sweep(io.weft.gossip.wire.proto.Sweep m) {
    return m.getNothing() ? Sweep.NOTHING : new Sweep(m.getLiveVersionsList());
  }

  static OwnerDelta delta(io.weft.gossip.wire.proto.OwnerDelta m) throws BadFieldException {
    List<RecordItem> records = new ArrayList<>(m.getRecordsCount());
    for (Record r : m.getRecordsList()) {
      int keyBytes = utf8Bytes(r.getKey());
      if (keyBytes == 0
          || keyBytes > MAX_KEY_BYTES
          || r.getValue().size() > MAX_VALUE_BYTES
          || r.getSignature().size() != RecordSigner.SIGNATURE_BYTES) {
        throw new BadFieldException();
      }
      byte @Nullable [] value = r.getDeleted() ? null : r.getValue().toByteArray();
      byte[] signature = r.getSignature().toByteArray();
      records.add(new RecordItem(r.getKey(), counter(r.getVersion()), value, signature));
    }
    if (m.getOwnerKey().size() > MAX_PUBLIC_KEY_BYTES) {
      throw new BadFieldException();
    }
    OwnerDelta delta =
        new OwnerDelta(
            id(m.getOwner()),
            counter(m.getGeneration()),
            counter(m.getBase()),
            counter(m.getHead()),
            counter(m.getGcVersion()),
            m.hasSweep() ? sweep(m.getSweep()) : null,
            records,
            m.getOwnerKey().isEmpty() ? null : m.getOwnerKey());
    if (!delta.wellFormed()) {
      throw new BadFieldException();
    }
    return delta;
  }

  private static List<OwnerDigest> digests(List<io.weft.gossip.wire.proto.OwnerDigest> list)
      throws BadFieldException {
    List<OwnerDigest> digests = new ArrayList<>(list.size());
    for (io.weft.gossip.wire.proto.OwnerDigest d : list) {
      digests.add(
          new OwnerDigest(
              id(d.getOwner()),
              counter(d.getGeneration()),
              counter(d.getHead()),
              counter(d.getGcVersion()),
              d.getContent()));
    }
    return digests;
  }

  private static long counter(long value) throws BadFieldException {
    if (value < 0 || value > MAX_COUNTER) {
      throw new BadFieldException();
    }
    return value;
  }

  static NodeId id(ByteString bytes) throws BadFieldException {
    if (bytes.size() != NodeId.BYTES) {
      throw new BadFieldException();
    }
    return NodeId.ofBytes(bytes.toByteArray());
  }

  private static @Nullable NodeId optionalId(ByteString bytes) throws BadFieldException {
    return bytes.isEmpty() ? null : id(bytes);
  }

  private static PeerAddress address(Address a) throws BadFieldException {
    int length = a.getIp().size();
    if ((length != 4 && length != 16) || a.getPort() < 0 || a.getPort() > MAX_PORT) {
      throw new BadFieldException();
    }
    return PeerAddress.of(a.getIp().toByteArray(), a.getPort());
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
