package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.Member;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.coordinate.Coordinate;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripTest {
  private static final GossipCodec CODEC = new GossipCodec();

  private static Optional<RoundTrip> roundTrip(Cluster cluster, int asked, int from, int to) {
    return cluster.get(asked).core.roundTrip(Cluster.id(from), Cluster.id(to));
  }

  /** 10 to 12 ms on every way; what was not measured is reckoned from six places. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyMemberTellsTheRoundTripBetweenAnyTwoAndSaysWhichItMeasured(int seed) {
    Cluster cluster = new Cluster(seed);
    cluster.network.delay(5, 6);
    cluster.start(6);
    assertThat(roundTrip(cluster, 1, 2, 3)).isEmpty();
    cluster.seconds(60);
    DoubleSummaryStatistics all = new DoubleSummaryStatistics();
    for (int asked = 1; asked <= 6; asked++) {
      for (int from = 1; from <= 6; from++) {
        for (int to = 1; to < from; to++) {
          RoundTrip there = roundTrip(cluster, asked, from, to).orElseThrow();
          all.accept(there.millis());
          assertThat(there.measured()).isEqualTo(asked == from || asked == to);
          assertThat(roundTrip(cluster, asked, to, from)).contains(there);
        }
      }
    }
    assertThat(all.getAverage()).isBetween(10.0, 12.0);
    assertThat(all.getMin()).isGreaterThan(7);
    assertThat(all.getMax()).isLessThan(15);
    Member measured = cluster.get(1).core.member(Cluster.id(2)).orElseThrow();
    assertThat(roundTrip(cluster, 1, 1, 2)).contains(new RoundTrip(measured.rttMillis(), true));
    assertThat(roundTrip(cluster, 1, 2, 2)).isEmpty();
    assertThat(roundTrip(cluster, 1, 1, 1)).isEmpty();
    assertThat(roundTrip(cluster, 1, 2, 9)).isEmpty();
  }

  @Test
  void aMemberThatIsSomewhereElseNowIsNotTakenToBeWhereItWas() {
    Cluster cluster = new Cluster(2).start(4);
    cluster.seconds(30);
    cluster.get(4).input(new GossipInput.AddressChanged(PeerAddress.parse("10.0.0.44:7940")));
    cluster.seconds(1);
    assertThat(roundTrip(cluster, 1, 4, 2)).isEmpty();
    assertThat(roundTrip(cluster, 1, 4, 1)).isEmpty();
    assertThat(roundTrip(cluster, 1, 3, 2)).isPresent();
  }

  @Test
  void aPlaceThatThereIsNotIsCountedAndTheAnswerCountsAllTheSame() {
    Cluster cluster = new Cluster(3).start(2);
    cluster.seconds(10);
    cluster.isolate(2);
    cluster.seconds(1);
    byte[] noPlace = new byte[Coordinate.BYTES];
    noPlace[0] = 0x7e; // not a number
    for (int sequence = 1; sequence < 100; sequence++) {
      Body ack = new Body.Ack(sequence, ByteString.copyFrom(noPlace));
      byte[] bytes = CODEC.encode(new Envelope(null, ack, List.of(), List.of()));
      cluster
          .get(1)
          .input(new GossipInput.DatagramReceived(Cluster.address(2), Cluster.id(2), bytes));
    }
    GossipCore core = cluster.get(1).core;
    assertThat(core.refusedCoordinates()).isBetween(1L, 2L);
    assertThat(core.malformed()).isEmpty();
    assertThat(cluster.get(1).stateOf(2)).isEqualTo(io.weft.gossip.MemberState.ALIVE);
  }

  @Test
  void onlyAnswersByDatagramTellAPlace() {
    Cluster cluster = new Cluster(4);
    List<Integer> lengths = new ArrayList<>();
    cluster.tap =
        payload -> {
          if (CODEC.decode(payload) instanceof Decoded.Message m) {
            if (m.envelope().body() instanceof Body.Ack ack) {
              lengths.add(ack.coordinate().size());
            }
          }
        };
    cluster.start(3);
    cluster.seconds(20);
    assertThat(lengths).isNotEmpty().containsOnly(Coordinate.BYTES);
    assertThat(answerByLink(cluster, 1)).isEqualTo(new Body.Ack(7));
  }

  /** What a node answers, over the link, to a ping that came over it. */
  private static Body answerByLink(Cluster cluster, int node) {
    List<Body> said = new ArrayList<>();
    GossipEffects links =
        new GossipEffects() {
          @Override
          public void sendDatagram(PeerAddress to, byte[] payload) {}

          @Override
          public void sendLink(NodeId to, byte[] payload) {
            said.add(((Decoded.Message) CODEC.decode(payload)).envelope().body());
          }

          @Override
          public void emit(GossipEvent event) {}
        };
    GossipInput ping = new GossipInput.LinkMessage(Cluster.id(2), ping(7));
    cluster.get(node).core.step(cluster.network.nowNanos(), ping, links);
    assertThat(said).hasSize(1);
    return said.getFirst();
  }

  private static byte[] ping(int sequence) {
    return CODEC.encode(new Envelope(null, new Body.Ping(sequence, 0), List.of(), List.of()));
  }
}
