package io.weft.gossip.core;

import static io.weft.gossip.core.Hearsay.HIGHEST_COUNTER;
import static io.weft.gossip.core.Hearsay.calm;
import static io.weft.gossip.core.Hearsay.delta;
import static io.weft.gossip.core.Hearsay.hear;
import static io.weft.gossip.core.Hearsay.item;
import static io.weft.gossip.core.Hearsay.keyAt;
import static io.weft.gossip.core.Hearsay.news;
import static io.weft.gossip.core.Hearsay.record;
import static io.weft.gossip.core.Hearsay.signed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.OwnerDelta;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an owner wrote, by forged, stale and reordered word: see {@link Hearsay}. */
class HostileRecordsTest {
  /** With each order of what was sent meanwhile, and the rest by comparison. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoHearsOfADeletionFirstNeverShowsWhatWasDeleted(boolean reversed) { // INV-SYN-2
    Cluster cluster = calm(4);
    cluster.isolate(4);
    List<Envelope> heard =
        record(cluster, e -> e.deltas().stream().anyMatch(d -> d.owner().equals(Cluster.id(3))));
    cluster.get(3).put("ep/short", "lived");
    cluster.seconds(0.6);
    int created = heard.size();
    cluster.get(3).input(new GossipInput.RemoveRecord("ep/short"));
    cluster.seconds(0.6);
    assertThat(created).isPositive().isLessThan(heard.size());
    List<Envelope> deletion = List.copyOf(heard.subList(created, heard.size()));
    List<Envelope> creation = List.copyOf(heard.subList(0, created));
    cluster.tap = payload -> {};
    for (Envelope e : reversed ? deletion.reversed() : deletion) {
      hear(cluster, 1, 4, new Envelope(null, new Body.News(), List.of(), e.deltas()));
    }
    // The deletion alone: told by somebody who has no need to tell of the creation.
    hear(cluster, 1, 4, new Envelope(null, new Body.News(), List.of(), List.of(wholeOf(deletion))));
    assertThat(cluster.get(4).core.member(Cluster.id(3)).orElseThrow().version())
        .isEqualTo(cluster.get(3).core.self().version());
    for (Envelope e : creation) {
      hear(cluster, 1, 4, new Envelope(null, new Body.News(), List.of(), e.deltas()));
    }
    assertThat(cluster.get(4).read(3, "ep/short")).isNull();
    cluster.network.healAll();
    assertThat(cluster.secondsToConverge(5)).isNotNegative();
    cluster.seconds(30);
    assertThat(cluster.get(4).read(3, "ep/short")).isNull();
    assertThat(cluster.get(4).events)
        .noneMatch(
            e ->
                e instanceof GossipEvent.RecordChanged r
                    && r.key().equals("ep/short")
                    && r.value() != null);
  }

  /** The last of these deltas, with a base that its receiver has: what came between is gone. */
  private static OwnerDelta wholeOf(List<Envelope> deletion) {
    OwnerDelta last =
        deletion.getLast().deltas().stream()
            .filter(d -> d.owner().equals(Cluster.id(3)))
            .findFirst()
            .orElseThrow();
    return new OwnerDelta(
        last.owner(),
        last.generation(),
        last.upTo() - 2,
        last.head(),
        last.gcVersion(),
        null,
        List.of(last.records().getLast()),
        null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LRW", "LWR", "RLW", "RWL", "WLR", "WRL"})
  void leaveRejoinAndWriteEndInTheSameInWhateverOrderTheyAreHeard(String order) { // INV-MEM-4
    Cluster cluster = calm(4);
    cluster.isolate(4);
    List<Envelope> heard = record(cluster, e -> true);
    cluster.get(3).input(new GossipInput.Leave());
    cluster.seconds(2);
    cluster.get(3).kill();
    Cluster.Node again = cluster.node(3, 2, Cluster.address(3));
    again.join(Cluster.address(1));
    cluster.seconds(1);
    again.put("ep/new", "written");
    cluster.seconds(1);
    cluster.tap = payload -> {};
    Envelope left = own(heard, e -> stateOf3(e) == MemberState.LEFT);
    Envelope rejoined = own(heard, e -> stateOf3(e) == MemberState.ALIVE && generationOf3(e) == 2);
    List<OwnerDelta> written =
        heard.stream()
            .flatMap(e -> e.deltas().stream())
            .filter(d -> d.owner().equals(Cluster.id(3)) && d.generation() == 2)
            .toList();
    assertThat(written).isNotEmpty();
    for (String what : List.of(order.split("", -1))) {
      switch (what) {
        case "L" -> hear(cluster, 3, 4, bare(left));
        case "R" -> hear(cluster, 3, 4, bare(rejoined));
        default -> hear(cluster, 1, 4, new Envelope(null, new Body.News(), List.of(), written));
      }
    }
    assertThat(cluster.get(4).stateOf(3)).isEqualTo(MemberState.ALIVE);
    assertThat(cluster.get(4).core.member(Cluster.id(3)).orElseThrow().generation()).isEqualTo(2);
    cluster.network.healAll();
    assertThat(cluster.secondsToConverge(5)).isNotNegative();
    cluster.seconds(10);
    for (int n : List.of(1, 2, 4)) {
      assertThat(cluster.get(n).read(3, "ep/new")).isEqualTo("written");
      assertThat(cluster.get(n).read(3, "ep/3")).as("of the life that ended").isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anUpdateThatRacesALeaveShowsNothingOfWhoHasLeft(boolean updateFirst) { // INV-SYN-2
    Cluster cluster = calm(4);
    cluster.isolate(4);
    List<Envelope> heard = record(cluster, e -> true);
    cluster.get(3).put("ep/late", "x");
    cluster.seconds(0.25);
    cluster.get(3).put("ep/3", "changed");
    cluster.get(3).input(new GossipInput.Leave());
    cluster.seconds(2);
    cluster.get(3).kill();
    cluster.tap = payload -> {};
    Envelope left = own(heard, e -> stateOf3(e) == MemberState.LEFT);
    List<OwnerDelta> updates =
        heard.stream()
            .flatMap(e -> e.deltas().stream())
            .filter(d -> d.owner().equals(Cluster.id(3)))
            .toList();
    assertThat(updates).isNotEmpty();
    Envelope update = new Envelope(null, new Body.News(), List.of(), updates);
    if (updateFirst) {
      hear(cluster, 1, 4, update);
      hear(cluster, 3, 4, bare(left));
    } else {
      hear(cluster, 3, 4, bare(left));
      cluster.get(4).events.clear();
      hear(cluster, 1, 4, update);
      hear(
          cluster,
          1,
          4,
          new Envelope(null, new Body.News(), List.of(item(3, MemberState.ALIVE, 0, 1)), updates));
      assertThat(cluster.get(4).events).isEmpty();
    }
    assertThat(cluster.get(4).stateOf(3)).isEqualTo(MemberState.LEFT);
    assertThat(cluster.get(4).core.member(Cluster.id(3)).orElseThrow().version()).isZero();
    cluster.network.healAll();
    cluster.seconds(30);
    for (int n : List.of(1, 2, 4)) {
      assertThat(cluster.get(n).stateOf(3)).isEqualTo(MemberState.LEFT);
      assertThat(cluster.get(n).core.records("")).doesNotContainKey(Cluster.id(3));
    }
  }

  private static Envelope own(List<Envelope> heard, Predicate<Envelope> wanted) {
    return heard.stream()
        .filter(e -> e.sender() != null && e.sender().id().equals(Cluster.id(3)))
        .filter(wanted)
        .findFirst()
        .orElseThrow();
  }

  private static MemberState stateOf3(Envelope e) {
    return requireNonNull(e.sender()).state();
  }

  private static long generationOf3(Envelope e) {
    return requireNonNull(e.sender()).generation();
  }

  private static Envelope bare(Envelope e) {
    return new Envelope(e.sender(), new Body.News(), List.of(), List.of());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyItemsAndAnOversizedOneAmongThemHoldUpNobodyElse(boolean links) { // INV-SYN-3
    Cluster cluster = new Cluster(44);
    cluster.withLinks = links;
    cluster.start(5);
    cluster.seconds(10);
    for (int i = 0; i < 150; i++) {
      if (i == 75) {
        cluster.get(2).put("ep/big", "x".repeat(60_000));
      }
      cluster.get(2).put("ep/" + i, "value-" + i);
      cluster.get(3).put("ep/" + i, "value-" + i);
    }
    cluster.seconds(10);
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.core.records("ep/").get(Cluster.id(3))).hasSize(150);
      assertThat(node.core.records("ep/").get(Cluster.id(2)))
          .hasSize(links || node.number == 2 ? 151 : 75);
    }
    assertThat(cluster.largestDatagram).isLessThanOrEqualTo(cluster.config.datagramBudgetBytes());
    if (!links) {
      // Without a link nobody can have it; once it is gone, the rest comes.
      cluster.get(2).input(new GossipInput.RemoveRecord("ep/big"));
      cluster.seconds(15);
      assertThat(cluster.get(5).core.records("ep/").get(Cluster.id(2))).hasSize(150);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void ofTwoValuesOfOneVersionTheOwnersCountsInTheEnd(int misled) { // INV-SYN-1
    Cluster cluster = calm(6);
    cluster.isolate(4);
    cluster.isolate(5);
    cluster.isolate(6);
    long version = cluster.get(3).core.self().version();
    // As of a copy of the owner's disk that ran elsewhere: signed with the same key.
    OwnerDelta other = delta(3, version, signed(3, 3, 1, version + 1, "ep/3", "b"));
    for (int n = 4; n < 4 + misled; n++) {
      hear(cluster, 2, n, news(other));
      assertThat(cluster.get(n).read(3, "ep/3")).isEqualTo("b");
    }
    cluster.get(3).put("ep/3", "a");
    cluster.seconds(1);
    assertThat(cluster.get(4).core.member(Cluster.id(3)).orElseThrow().version())
        .isEqualTo(cluster.get(3).core.self().version());
    cluster.network.healAll();
    // Some comparisons, whose partners are drawn.
    cluster.seconds(30);
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.read(3, "ep/3")).as("at %s", node.number).isEqualTo("a");
    }
    assertThat(cluster.converged()).isTrue();
    assertThat(cluster.get(3).core.self().generation()).as("written anew once").isEqualTo(2);
  }

  /** A claim to hold more than was ever written would keep the receiver from all that comes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoIsMadeToBelieveInAVersionThatWasNeverWrittenHearsTheOwnerAgain(boolean collected) {
    Cluster cluster = calm(5);
    OwnerDelta forged =
        new OwnerDelta(
            Cluster.id(3),
            1,
            0,
            HIGHEST_COUNTER,
            collected ? HIGHEST_COUNTER : 0,
            null,
            List.of(),
            keyAt(3, 0));
    hear(cluster, 5, 2, new Envelope(null, new Body.News(), List.of(), List.of(forged)));
    cluster.get(3).put("ep/3", "after");
    cluster.seconds(40);
    assertThat(cluster.converged()).isTrue();
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.read(3, "ep/3")).as("at %s", node.number).isEqualTo("after");
    }
  }
}
