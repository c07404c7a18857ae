package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int OTHERS = 2 * Sync.MIN_SUMMARIZED;

  private final GossipCodec codec = new GossipCodec();

  /** A node, and what of sums, digests and deltas it has sent to the other one. */
  private static final class Node implements GossipEffects {
    final NodeId id;
    final PeerAddress peer;
    final GossipCore core;
    final List<byte[]> toPeer = new ArrayList<>();

    Node(int number) {
      id = id(number);
      peer = address(3 - number);
      core =
          new GossipCore(
              GossipConfig.defaults(),
              id,
              "n" + number,
              address(number),
              new TreeMap<>(),
              1,
              new CheapSigner(id),
              new Random(number));
    }

    @Override
    public void sendDatagram(PeerAddress to, byte[] payload) {
      if (to.equals(peer)) {
        keep(payload);
      }
    }

    @Override
    public void sendLink(NodeId to, byte[] payload) {
      keep(payload);
    }

    private void keep(byte[] payload) {
      Body body = body(payload);
      if (body instanceof Body.Summary
          || body instanceof Body.Digest
          || body instanceof Body.Delta) {
        toPeer.add(payload);
      }
    }

    @Override
    public void emit(GossipEvent event) {}

    void hear(NodeId from, byte[] payload) {
      core.step(SECOND, new GossipInput.LinkMessage(from, payload), this);
    }
  }

  private static NodeId id(int n) {
    Random random = new Random(n);
    byte[] bytes = new byte[NodeId.BYTES];
    random.nextBytes(bytes);
    return NodeId.ofBytes(bytes);
  }

  private static PeerAddress address(int n) {
    return PeerAddress.of(new byte[] {10, 1, (byte) (n >> 8), (byte) n}, 7940);
  }

  private static MemberItem item(int n) {
    return new MemberItem(id(n), "n" + n, address(n), MemberState.ALIVE, 0, 1, null);
  }

  private static Body body(byte[] payload) {
    return ((Decoded.Message) new GossipCodec().decode(payload)).envelope().body();
  }

  private static List<MemberItem> items(int from, int to) {
    List<MemberItem> items = new ArrayList<>();
    for (int n = from; n < to; n++) {
      items.add(item(n));
    }
    return items;
  }

  /** Tells both nodes of each other and of these. */
  private void tell(Node node, int other, List<MemberItem> items) {
    node.core.step(SECOND, new GossipInput.LinkUp(id(other)), node);
    node.hear(
        id(other), codec.encode(new Envelope(item(other), new Body.News(), items, List.of())));
    node.toPeer.clear();
  }

  private byte[] summaryOf(Node node, int peer) {
    // A link that comes up anew makes the lower identity compare.
    node.core.step(SECOND, new GossipInput.LinkUp(id(peer)), node);
    return node.toPeer.getLast();
  }

  private static int lower() {
    return id(1).compareTo(id(2)) < 0 ? 1 : 2;
  }

  @Test
  void twoThatAgreeOnALargeClusterSpendOneMessage() {
    int low = lower();
    int high = 3 - low;
    Node a = new Node(low);
    Node b = new Node(high);
    tell(a, high, items(10, 10 + OTHERS));
    tell(b, low, items(10, 10 + OTHERS));
    takeRecords(a, b);
    byte[] sums = summaryOf(a, high);
    assertThat(body(sums)).isInstanceOf(Body.Summary.class);
    b.hear(a.id, sums);
    assertThat(b.toPeer).isEmpty();
  }

  @Test
  void ofALargeClusterOnlyTheBucketsThatDifferAreTold() {
    int low = lower();
    int high = 3 - low;
    Node a = new Node(low);
    Node b = new Node(high);
    tell(a, high, items(10, 10 + OTHERS));
    tell(b, low, items(10, 11 + OTHERS));
    takeRecords(a, b);
    b.hear(a.id, summaryOf(a, high));
    byte[] answer = b.toPeer.getLast();
    Body.Digest digest = (Body.Digest) body(answer);
    assertThat(Long.bitCount(digest.buckets())).isEqualTo(1);
    a.hear(b.id, answer);
    assertThat(a.core.member(id(10 + OTHERS))).isPresent();
    b.toPeer.clear();
    b.hear(a.id, summaryOf(a, high));
    assertThat(b.toPeer).isEmpty();
  }

  /** Each has the other's own records, so that nothing but the table can differ. */
  private void takeRecords(Node a, Node b) {
    for (Node asker : List.of(a, b)) {
      Node owner = asker == a ? b : a;
      owner.hear(
          asker.id,
          codec.encode(
              new Envelope(
                  item(asker.id.equals(id(1)) ? 1 : 2),
                  new Body.Digest(
                      List.of(new io.weft.gossip.wire.OwnerDigest(owner.id, 1, 0, 0, 0)),
                      false,
                      Body.Digest.ALL),
                  List.of(),
                  List.of())));
      asker.hear(owner.id, owner.toPeer.getLast());
      owner.toPeer.clear();
      asker.toPeer.clear();
    }
  }
}
