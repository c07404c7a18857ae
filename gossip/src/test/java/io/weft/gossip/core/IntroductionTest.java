package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a node is, it tells a peer until the peer has answered, and not again until it changes. */
class IntroductionTest {
  private final List<Envelope> sent = new ArrayList<>();

  private Cluster calm(int hosts) {
    Cluster cluster = new Cluster(31);
    cluster.withLinks = false;
    cluster.start(hosts);
    cluster.seconds(10.0 * hosts);
    cluster.tap =
        payload -> sent.add(((Decoded.Message) new GossipCodec().decode(payload)).envelope());
    return cluster;
  }

  @Test
  void whoHasAnsweredIsNotToldAgain() {
    Cluster cluster = calm(4);
    cluster.seconds(60);
    assertThat(sent).hasSizeGreaterThan(400).allMatch(e -> e.sender() == null);
    assertThat(sent).allMatch(e -> e.members().isEmpty() && e.deltas().isEmpty());
  }

  @Test
  void twoThatAgreeCompareOneNumber() {
    Cluster cluster = calm(4);
    cluster.seconds(60);
    assertThat(sent)
        .filteredOn(e -> e.body() instanceof Body.Summary)
        .hasSizeBetween(20, 28)
        .allMatch(e -> ((Body.Summary) e.body()).sums().size() == 1);
    assertThat(sent)
        .noneMatch(e -> e.body() instanceof Body.Digest || e.body() instanceof Body.Delta);
  }

  @Test
  void whoMovesTellsAllOfItAnew() {
    Cluster cluster = calm(4);
    cluster.get(2).input(new GossipInput.PutRecord("k", new byte[1]));
    cluster.seconds(3);
    assertThat(sent).allMatch(e -> e.sender() == null);
    cluster.get(2).input(new GossipInput.AddressChanged(Cluster.address(99)));
    sent.clear();
    cluster.seconds(0.3);
    assertThat(sent).anyMatch(e -> e.sender() != null && e.sender().incarnation() == 1);
  }

  /** It knows nobody any more, and is asked as one that does. */
  @Test
  void whoStartsAnewIsToldAnewAndNobodyElseIsSuspected() {
    Cluster cluster = calm(5);
    cluster.get(5).kill();
    Cluster.Node again = cluster.node(5, 2, Cluster.address(5));
    // It joins late: until then it only hears what is meant for its former life.
    cluster.seconds(3);
    again.join(Cluster.address(1));
    assertThat(cluster.secondsToConverge(10)).isNotNegative();
    for (Cluster.Node node : cluster.nodes) {
      for (int other = 1; other <= 5; other++) {
        assertThat(node.saw(GossipEvent.MemberSuspected.class, other)).isFalse();
      }
    }
    assertThat(cluster.get(1).core.member(Cluster.id(5)).orElseThrow().generation()).isEqualTo(2);
    assertThat(again.stateOf(3)).isEqualTo(MemberState.ALIVE);
  }

  /**
   * Back within a moment, with a clock that was set back: its peer knows a later life of it, and
   * believes itself known.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whoComesBackWithAnOlderGenerationIsToldOfTheLaterOne(int back) {
    Cluster cluster = new Cluster(33);
    cluster.withLinks = false;
    cluster.node(1, 5, Cluster.address(1));
    cluster.node(2, 5, Cluster.address(2)).join(Cluster.address(1));
    cluster.seconds(10);
    cluster.get(back).kill();
    cluster.seconds(0.3);
    Cluster.Node again = cluster.node(back, 3, Cluster.address(back));
    again.join(Cluster.address(3 - back));
    assertThat(cluster.secondsToConverge(6)).isNotNegative();
    assertThat(again.core.self().generation()).isEqualTo(6);
  }
}
