package io.weft.gossip.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCore;
import io.weft.gossip.link.LinkCore;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.testing.MemoryNetwork;
import io.weft.gossip.transport.Transport;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.security.secret.ClusterSecret;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What was begun ends, whatever becomes of the loop. */
class MemberLoopTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final NodeId SELF = new NodeId("01".repeat(NodeId.BYTES));

  private final MemberLoop loop = started();

  static MemberLoop started() {
    PeerAddress here = PeerAddress.parse("10.0.0.1:7940");
    Transport transport = new MemoryNetwork(new Random(1)).transport(here, SELF);
    GossipConfig config = GossipConfig.defaults();
    ClusterSecret secret = ClusterSecret.generate("test");
    MemberCore core =
        new MemberCore(
            config,
            new GossipCore(
                config,
                SELF,
                "self",
                here,
                new TreeMap<>(),
                1,
                new CheapSigner(SELF),
                new Random(2)),
            new LinkCore(config, SELF, new Random(3)),
            new GossipKeyring("test", SELF, 1, secret.gossipKeys()),
            transport,
            event -> {});
    MemberLoop made = new MemberLoop("test", core, transport);
    made.start();
    return made;
  }

  @AfterEach
  void close() {
    loop.close();
  }

  private CompletableFuture<String> begun() {
    return loop.begin(answer -> (core, now) -> {});
  }

  @Test
  void whatWasBegunFailsWithTheLoopAndWhatIsBegunThenAtOnce() {
    CompletableFuture<String> before = begun();
    loop.put(
        (core, now) -> {
          throw new IllegalStateException("a defect");
        });
    String why = "this membership has failed: java.lang.IllegalStateException: a defect";
    assertThat(before).failsWithin(PATIENCE).withThrowableThat().withMessageContaining(why);
    assertThat(begun()).failsWithin(PATIENCE).withThrowableThat().withMessageContaining(why);
    assertThatThrownBy(loop::checkOpen).hasMessage(why);
  }

  @Test
  void whatWasBegunFailsWhenTheLoopIsClosedAndWhatIsBegunThenAtOnce() {
    CompletableFuture<String> before = begun();
    loop.close();
    for (CompletableFuture<String> each : List.of(before, begun())) {
      assertThat(each)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withMessageContaining("this membership is closed: start another");
    }
  }
}
