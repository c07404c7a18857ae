package io.weft.gossip.core;

import com.google.protobuf.ByteString;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.RecordItem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Word among real cores that was never said, or is late or out of turn: what no scenario file can
 * say, as there all that is sent is true when it is sent. The table in docs/simulator.md names the
 * tests.
 */
final class Hearsay {
  /** No counter on the wire is higher. */
  static final long HIGHEST_COUNTER = 1L << 60;

  private static final GossipCodec CODEC = new GossipCodec();

  private Hearsay() {}

  /** Hosts that know each other; the third has a record. */
  static Cluster calm(int hosts) {
    Cluster cluster = new Cluster(41).start(hosts);
    cluster.get(3).put("ep/3", "x");
    cluster.seconds(15);
    return cluster;
  }

  /** What a member says to another, true or not. */
  static void says(Cluster cluster, int teller, int to, Body body, MemberItem... items) {
    hear(cluster, teller, to, new Envelope(null, body, List.of(items), List.of()));
  }

  static void hear(Cluster cluster, int teller, int to, Envelope envelope) {
    cluster
        .get(to)
        .input(
            new GossipInput.DatagramReceived(
                Cluster.address(teller), Cluster.id(teller), CODEC.encode(envelope)));
  }

  /** One change, signed by this member as one of the owner's. */
  static RecordItem signed(
      int writer, int owner, long generation, long version, String key, @Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    byte[] statement = RecordItem.statement(Cluster.id(owner), generation, version, key, bytes);
    return new RecordItem(key, version, bytes, new CheapSigner(Cluster.id(writer)).sign(statement));
  }

  /** Of the first generation, from somebody who holds no more. */
  static OwnerDelta delta(int owner, long base, RecordItem... items) {
    long head = items.length == 0 ? base : items[items.length - 1].version();
    return new OwnerDelta(
        Cluster.id(owner), 1, base, head, 0, null, List.of(items), keyAt(owner, base));
  }

  static @Nullable ByteString keyAt(int owner, long base) {
    return base == 0
        ? ByteString.copyFrom(new CheapSigner(Cluster.id(owner)).own().encoded())
        : null;
  }

  static Envelope news(OwnerDelta... deltas) {
    return new Envelope(null, new Body.News(), List.of(), List.of(deltas));
  }

  static MemberItem item(int n, MemberState state, long incarnation, long generation) {
    return new MemberItem(
        Cluster.id(n), "host-" + n, Cluster.address(n), state, incarnation, generation, null);
  }

  static MemberItem asHeld(Cluster cluster, int by, int n) {
    Member m = cluster.get(by).core.member(Cluster.id(n)).orElseThrow();
    return new MemberItem(
        m.id(), m.name(), m.address(), m.state(), m.incarnation(), m.generation(), null);
  }

  static Envelope read(byte[] payload) {
    return ((Decoded.Message) CODEC.decode(payload)).envelope();
  }

  /** Whether somebody asks for what this owner wrote. */
  static boolean asksFor(int owner, Envelope envelope) {
    List<OwnerDigest> wants = List.of();
    if (envelope.body() instanceof Body.Digest digest && !digest.complete()) {
      wants = digest.owners();
    } else if (envelope.body() instanceof Body.Delta delta) {
      wants = delta.wants();
    }
    return wants.stream().anyMatch(want -> want.owner().equals(Cluster.id(owner)));
  }

  /** What of the datagrams from now on is wanted. */
  static List<Envelope> record(Cluster cluster, Predicate<Envelope> wanted) {
    List<Envelope> heard = new ArrayList<>();
    cluster.tap =
        payload -> {
          Envelope envelope = read(payload);
          if (wanted.test(envelope)) {
            heard.add(envelope);
          }
        };
    return heard;
  }
}
