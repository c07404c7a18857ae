package io.weft.gossip.core;

import static io.weft.gossip.core.Hearsay.HIGHEST_COUNTER;
import static io.weft.gossip.core.Hearsay.asHeld;
import static io.weft.gossip.core.Hearsay.calm;
import static io.weft.gossip.core.Hearsay.hear;
import static io.weft.gossip.core.Hearsay.item;
import static io.weft.gossip.core.Hearsay.record;
import static io.weft.gossip.core.Hearsay.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDigest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who lives, by forged, stale and contradicting word: see {@link Hearsay}. */
class HostileMembersTest {
  /** A host that knew no higher incarnation could never refute it. */
  @ParameterizedTest
  @EnumSource(
      value = MemberState.class,
      names = {"SUSPECT", "FAILED", "LEFT"})
  void whoIsAccusedAtTheHighestIncarnationLivesOnAndIsHeard(MemberState state) { // INV-MEM-2
    Cluster cluster = calm(5);
    for (int to = 1; to <= 4; to++) {
      says(cluster, 5, to, new Body.News(), item(3, state, MemberItem.MAX_INCARNATION, 1));
      says(cluster, 5, to, new Body.News(), item(3, state, HIGHEST_COUNTER, 1));
    }
    assertThat(cluster.secondsToConverge(3)).isNotNegative();
    cluster.get(3).put("ep/after", "y");
    cluster.seconds(20);
    cluster.node(6, 1, Cluster.address(6)).join(Cluster.address(2));
    assertThat(cluster.secondsToConverge(5)).isNotNegative();
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.read(3, "ep/3")).isEqualTo("x");
      assertThat(node.read(3, "ep/after")).isEqualTo("y");
      assertThat(node.saw(GossipEvent.MemberFailed.class, 3)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {HIGHEST_COUNTER, HIGHEST_COUNTER - 1, 1L << 50})
  void aLifeThatIsTooLateToBeOneIsRefusedAndCounted(long generation) {
    Cluster cluster = calm(5);
    for (int to = 1; to <= 4; to++) {
      says(cluster, 5, to, new Body.News(), item(3, MemberState.ALIVE, 0, generation));
    }
    cluster.seconds(20);
    assertThat(cluster.converged()).isTrue();
    assertThat(cluster.get(3).core.self().generation()).isEqualTo(1);
    assertThat(cluster.get(1).core.malformed()).containsEntry(Decoded.Cause.IMPLAUSIBLE, 1L);
    assertThat(cluster.get(1).read(3, "ep/3")).isEqualTo("x");
  }

  /** Later than it is, but not beyond what a clock may have said: it lives above that. */
  @Test
  void whoIsSaidToHaveALaterLifeLivesAboveIt() {
    Cluster cluster = calm(5);
    long later = 2_000_000_000_000L;
    says(cluster, 5, 1, new Body.News(), item(3, MemberState.ALIVE, 0, later));
    assertThat(cluster.secondsToConverge(5)).isNotNegative();
    cluster.seconds(10);
    assertThat(cluster.get(3).core.self().generation()).isEqualTo(later + 1);
    assertThat(cluster.get(1).read(3, "ep/3")).isEqualTo("x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"failed", "left", "forgotten"})
  void wordFromBeforeItsEndBringsNobodyBack(String how) { // INV-MEM-3, INV-SYN-2
    Cluster cluster = new Cluster(42);
    cluster.config = GossipConfig.defaults().withRetention(30_000, 20_000);
    cluster.start(5);
    cluster.get(3).put("ep/3", "x");
    cluster.seconds(10);
    MemberItem alive = asHeld(cluster, 1, 3);
    List<Envelope> before = record(cluster, e -> true);
    cluster.get(3).put("ep/last", "y");
    cluster.seconds(0.3);
    List<Envelope> ofIt =
        before.stream()
            .filter(e -> e.deltas().stream().anyMatch(d -> d.owner().equals(Cluster.id(3))))
            .toList();
    assertThat(ofIt).isNotEmpty();
    cluster.tap = payload -> {};
    if (!how.equals("failed")) {
      cluster.get(3).input(new GossipInput.Leave());
      cluster.seconds(3);
    }
    cluster.get(3).kill();
    cluster.seconds(how.equals("left") ? 5 : 60);
    MemberState end =
        switch (how) {
          case "failed" -> MemberState.FAILED;
          case "left" -> MemberState.LEFT;
          default -> null;
        };
    cluster.nodes.forEach(n -> n.events.clear());
    for (int to : List.of(1, 2, 4)) {
      assertThat(cluster.get(to).stateOf(3)).isEqualTo(end);
      says(cluster, 5, to, new Body.News(), alive);
      hear(
          cluster,
          5,
          to,
          new Envelope(
              item(5, MemberState.ALIVE, 0, 1),
              new Body.Digest(
                  List.of(new OwnerDigest(Cluster.id(3), 1, 9, 0, 7)), true, Body.Digest.ALL),
              List.of(alive),
              List.of()));
      for (Envelope envelope : ofIt) {
        hear(
            cluster, 5, to, new Envelope(null, new Body.News(), List.of(alive), envelope.deltas()));
        // Its own datagram, which was on the way for long.
        hear(cluster, 3, to, new Envelope(alive, new Body.News(), List.of(), envelope.deltas()));
      }
    }
    cluster.seconds(20);
    for (int n : List.of(1, 2, 4, 5)) {
      assertThat(cluster.get(n).stateOf(3)).isEqualTo(end);
      assertThat(cluster.get(n).read(3, "ep/3")).isNull();
      assertThat(cluster.get(n).saw(GossipEvent.MemberJoined.class, 3)).isFalse();
      assertThat(cluster.get(n).saw(GossipEvent.MemberRejoined.class, 3)).isFalse();
    }
  }

  /** Within two gossip rounds, a round being a probe interval. */
  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "1, 30", "3, 1", "3, 30"})
  void aMassRestartWithCountersLostIsAliveEverywhereWithinTwoRounds(int stay, double away) {
    Cluster cluster = new Cluster(43);
    for (int i = 1; i <= 10; i++) {
      cluster.node(i, 1_000 + i, Cluster.address(i)).join(Cluster.address(1));
    }
    cluster.seconds(20);
    for (int i = stay + 1; i <= 10; i++) {
      cluster.get(i).kill();
    }
    cluster.seconds(away);
    PeerAddress[] all = new PeerAddress[10];
    for (int i = 1; i <= 10; i++) {
      all[i - 1] = Cluster.address(i);
    }
    for (int i = stay + 1; i <= 10; i++) {
      Cluster.Node back = cluster.node(i, 1, Cluster.address(i));
      back.put("ep/" + i, "new");
      back.join(all);
    }
    assertThat(cluster.secondsToConverge(10)).isBetween(0.0, 2.0);
    assertThat(cluster.get(1).read(10, "ep/10")).isEqualTo("new");
    cluster.nodes.forEach(n -> n.events.clear());
    cluster.seconds(60);
    assertThat(cluster.converged()).isTrue();
    assertThat(cluster.nodes)
        .filteredOn(n -> !n.dead)
        .flatExtracting(n -> n.events)
        .noneMatch(e -> e instanceof GossipEvent.MemberSuspected)
        .noneMatch(e -> e instanceof GossipEvent.MemberFailed);
  }

  @Test
  void anOwnerThatFlapsEveryFiveSecondsHarmsNobodyElseAndKeepsAllItWrote() {
    Cluster cluster = calm(6);
    for (int round = 0; round < 24; round++) {
      if (round % 2 == 0) {
        cluster.isolate(3);
      } else {
        cluster.network.healAll();
      }
      cluster.get(3).put("ep/round-" + round, "v");
      cluster.seconds(5);
    }
    assertThat(cluster.secondsToConverge(3)).isNotNegative();
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.core.records("ep/").get(Cluster.id(3))).hasSize(25);
      for (int n : List.of(1, 2, 4, 5, 6)) {
        assertThat(node.number != 3 && node.saw(GossipEvent.MemberFailed.class, n)).isFalse();
      }
    }
  }

  /** As a virtual machine that was copied while it ran (0), or stopped (1 and more). */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 500})
  void ofTwoUnderOneIdentityOneGivesWayAndTheOthersAreLeftAlone(long later) {
    Cluster cluster = new Cluster(45);
    cluster.withLinks = false;
    for (int i = 1; i <= 5; i++) {
      cluster.node(i, 10, Cluster.address(i)).join(Cluster.address(1));
    }
    cluster.seconds(10);
    Cluster.Node original = cluster.get(3);
    original.put("ep/3", "original");
    cluster.seconds(2);
    Cluster.Node clone = cluster.node(3, 10 + later, Cluster.address(33));
    clone.put("ep/3", "clone");
    clone.join(Cluster.address(1));
    cluster.seconds(20);
    long settled = original.core.self().generation();
    long sent = cluster.datagrams;
    cluster.nodes.forEach(n -> n.events.clear());
    cluster.seconds(120);
    assertThat(original.core.self().generation()).as("no outbidding").isEqualTo(settled);
    assertThat(settled).isLessThan(10 + later + 10);
    assertThat(clone.core.self().generation()).isLessThan(settled);
    assertThat((cluster.datagrams - sent) / 120.0 / 6).as("datagrams a node").isLessThan(4);
    for (int n : List.of(1, 2, 4, 5)) {
      assertThat(cluster.get(n).core.member(Cluster.id(3)).orElseThrow().address())
          .isEqualTo(Cluster.address(3));
      assertThat(cluster.get(n).read(3, "ep/3")).isEqualTo("original");
      assertThat(cluster.get(n).events)
          .noneMatch(e -> e instanceof GossipEvent.MemberSuspected)
          .noneMatch(e -> e instanceof GossipEvent.MemberFailed);
    }
  }

  @Test
  void theCloneThatGaveWayTellsWhyAndTakesOverWhenTheOtherIsGone() {
    Cluster cluster = new Cluster(46);
    cluster.withLinks = false;
    for (int i = 1; i <= 5; i++) {
      cluster.node(i, 10, Cluster.address(i)).join(Cluster.address(1));
    }
    cluster.seconds(10);
    Cluster.Node original = cluster.get(3);
    Cluster.Node clone = cluster.node(3, 11, Cluster.address(33));
    clone.join(Cluster.address(1));
    cluster.seconds(20);
    assertThat(clone.events)
        .filteredOn(e -> e.cause().contains("another process lives under this node's identity"))
        .hasSize(1);
    original.kill();
    cluster.seconds(60);
    for (int n : List.of(1, 2, 4, 5)) {
      Member held = cluster.get(n).core.member(Cluster.id(3)).orElseThrow();
      assertThat(held.state()).isEqualTo(MemberState.ALIVE);
      assertThat(held.address()).isEqualTo(Cluster.address(33));
    }
  }
}
