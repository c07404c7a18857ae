package io.weft.gossip.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.link.LinkInput;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.gossip.transport.TransportListener;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.secret.ClusterSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When links are opened and closed. */
class MemberCoreTest {
  private static final NodeId SELF = new NodeId("01".repeat(NodeId.BYTES));
  private static final NodeId PEER = new NodeId("02".repeat(NodeId.BYTES));
  private static final PeerAddress HERE = PeerAddress.parse("10.0.0.1:7940");
  private static final PeerAddress SEED = PeerAddress.parse("10.0.0.2:7940");
  private static final long LATER_NANOS = (MemberCore.SEED_LINK_MILLIS + 1) * 1_000_000;

  private final List<String> asked = new ArrayList<>();
  private final MemberCore core = core();

  private MemberCore core() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);
    GossipConfig config = GossipConfig.defaults();
    ClusterSecret secret = ClusterSecret.generate("test");
    return new MemberCore(
        config,
        new GossipCore(
            config, SELF, "self", HERE, new TreeMap<>(), 1, new CheapSigner(SELF), random),
        new LinkCore(config, SELF, random),
        new GossipKeyring("test", SELF, 1, secret.gossipKeys()),
        new Asked(),
        event -> {});
  }

  /** Notes what is asked of a transport's links, and does nothing. */
  private final class Asked implements Transport {
    @Override
    public void start(TransportListener listener) {}

    @Override
    public void sendDatagram(PeerAddress to, byte[] payload) {}

    @Override
    public void dial(long linkId, PeerAddress to, @Nullable NodeId expected) {
      asked.add("dial " + linkId + " " + to);
    }

    @Override
    public void send(long linkId, Channel channel, byte[] payload) {}

    @Override
    public void close(long linkId) {
      asked.add("close " + linkId);
    }

    @Override
    public PeerAddress localAddress() {
      return HERE;
    }

    @Override
    public void close() {}
  }

  private void joinAndLink() {
    core.join(0, new GossipInput.Join(List.of(SEED)));
    assertThat(asked).containsExactly("dial 2 " + SEED);
    core.linked(0, 2, PEER, new LinkInput.Dialed(2, PEER));
    asked.clear();
  }

  @Test
  void aLinkToASeedStaysForAMomentOnly() {
    joinAndLink();
    core.runDue(LATER_NANOS / 2);
    assertThat(asked).isEmpty();
    assertThat(core.nextDeadlineNanos()).isLessThan(LATER_NANOS);
    core.runDue(LATER_NANOS);
    assertThat(asked).containsExactly("close 2");
  }

  @Test
  void aRecordThatFitsNoDatagramKeepsIt() {
    joinAndLink();
    core.put(0, new GossipInput.PutRecord("large", new byte[2_000]));
    core.runDue(LATER_NANOS);
    assertThat(asked).isEmpty();
  }

  @Test
  void linksThatOthersOpenAreTheirs() {
    core.linked(0, 1, PEER, new LinkInput.Accepted(1, PEER, SEED));
    core.runDue(LATER_NANOS);
    assertThat(asked).isEmpty();
  }
}
