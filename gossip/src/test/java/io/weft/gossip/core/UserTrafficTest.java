package io.weft.gossip.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.UserItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users' events and queries among several nodes. */
class UserTrafficTest {
  private static final List<String> HUNDRED =
      IntStream.range(0, 100).mapToObj(i -> "e" + i).toList();

  /** One at a time, with a little time between. */
  private static void fireHundred(Cluster cluster) {
    for (int i = 0; i < HUNDRED.size(); i++) {
      cluster.get(1 + i % cluster.nodes.size()).fire(HUNDRED.get(i));
      cluster.seconds(0.05);
    }
  }

  private static Cluster grown(long seed, int nodes) {
    Cluster cluster = new Cluster(seed).start(nodes);
    cluster.seconds(10);
    return cluster;
  }

  @Test
  void anEventIsToldToAllOnceWithItsTime() {
    Cluster cluster = grown(1, 20);
    cluster.get(3).input(new GossipInput.FireEvent(7, "deploy", "v2".getBytes(UTF_8)));
    cluster.seconds(3);
    for (Cluster.Node node : cluster.nodes) {
      var seen =
          node.events.stream()
              .filter(GossipEvent.UserEventSeen.class::isInstance)
              .map(GossipEvent.UserEventSeen.class::cast)
              .toList();
      assertThat(seen).hasSize(1);
      assertThat(seen.getFirst().event().name()).isEqualTo("deploy");
      assertThat(seen.getFirst().event().payload()).isEqualTo("v2".getBytes(UTF_8));
      assertThat(seen.getFirst().event().from()).isEqualTo(Cluster.id(3));
      assertThat(seen.getFirst().event().fromName()).isEqualTo("host-3");
      assertThat(seen.getFirst().event().ltime()).isEqualTo(1);
    }
    assertThat(cluster.get(3).events)
        .anySatisfy(
            e ->
                assertThat(e)
                    .isInstanceOfSatisfying(
                        GossipEvent.Fired.class, f -> assertThat(f.ticket()).isEqualTo(7)));
    // One that is fired where another was seen has a later time.
    cluster.get(9).fire("next");
    cluster.seconds(3);
    assertThat(times(cluster.get(1))).containsExactly(1L, 2L);
  }

  private static List<Long> times(Cluster.Node node) {
    return node.events.stream()
        .filter(GossipEvent.UserEventSeen.class::isInstance)
        .map(e -> ((GossipEvent.UserEventSeen) e).event().ltime())
        .toList();
  }

  /** What is lost is asked for each ten seconds, and asked for again when that is lost. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void withAFifthOfDatagramsLostAndNoLinksAllHearAllAndNothingTwice(int seed) {
    Cluster cluster = new Cluster(seed);
    cluster.withLinks = false;
    cluster.start(20);
    cluster.seconds(20);
    cluster.network.loseDatagrams(0.2);
    fireHundred(cluster);
    cluster.seconds(80);
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.heard()).containsExactlyInAnyOrderElementsOf(HUNDRED);
    }
    assertThat(cluster.largestDatagram).isLessThanOrEqualTo(1_200);
  }

  @Test
  void bothSidesOfAPartitionHearAfterItWhatTheyHaveMissed() {
    Cluster cluster = grown(3, 10);
    for (int a = 1; a <= 5; a++) {
      for (int b = 6; b <= 10; b++) {
        cluster.network.cut(Cluster.address(a), Cluster.address(b));
      }
    }
    cluster.seconds(5);
    cluster.get(2).fire("left");
    cluster.get(8).fire("right");
    cluster.seconds(60);
    assertThat(cluster.get(1).heard()).containsExactly("left");
    assertThat(cluster.get(10).heard()).containsExactly("right");
    cluster.network.healAll();
    cluster.seconds(30);
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.heard()).containsExactlyInAnyOrder("left", "right");
    }
  }

  @Test
  void whoWasAwayForAMomentHearsItAndWhoJoinsDoesNotHearWhatWasBefore() {
    Cluster cluster = grown(4, 5);
    cluster.isolate(5);
    cluster.get(1).fire("while away");
    cluster.seconds(20);
    cluster.network.healAll();
    cluster.seconds(20);
    assertThat(cluster.get(5).heard()).containsExactly("while away");

    cluster.node(6, 1, Cluster.address(6)).join(Cluster.address(1));
    cluster.seconds(30);
    assertThat(cluster.converged()).isTrue();
    assertThat(cluster.get(6).heard()).isEmpty();
    cluster.get(2).fire("since");
    cluster.seconds(5);
    assertThat(cluster.get(6).heard()).containsExactly("since");
  }

  @Test
  void whoJoinsTakesUpTheTimeThoughNothingRecentIsLeftToTell() {
    Cluster cluster = grown(13, 3);
    for (int i = 0; i < 9; i++) {
      cluster.get(1).fire("e" + i);
      cluster.seconds(1);
    }
    cluster.seconds(Broadcasts.RECENT_MILLIS / 1_000.0);
    cluster.node(4, 1, Cluster.address(4)).join(Cluster.address(1));
    cluster.seconds(5);
    cluster.get(4).fire("mine");
    assertThat(times(cluster.get(4))).containsExactly(10L);
  }

  @Test
  void aFloodOfOneDoesNotKeepAnothersEventBackAndIsRefusedAtItsSource() {
    Cluster cluster = grown(5, 10);
    for (int i = 0; i < 2_000; i++) {
      cluster
          .get(1)
          .input(new GossipInput.FireEvent(i, "flood-" + i, new byte[UserItem.MAX_BYTES - 20]));
    }
    cluster.get(2).fire("small");
    cluster.seconds(5);
    // A message may go out meanwhile, which makes room for one or two.
    long taken = cluster.get(1).events.stream().filter(GossipEvent.Fired.class::isInstance).count();
    assertThat(taken).isBetween((long) Broadcasts.MAX_UNTOLD, Broadcasts.MAX_UNTOLD + 10L);
    assertThat(
            cluster.get(1).events.stream().filter(GossipEvent.NotFired.class::isInstance).toList())
        .hasSize(2_000 - (int) taken)
        .allSatisfy(e -> assertThat(e.cause()).contains("64 events of this member wait"));
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.heard()).contains("small");
    }
    cluster.seconds(60);
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.heard()).hasSize((int) taken + 1).doesNotHaveDuplicates();
    }
    assertThat(cluster.largestDatagram).isLessThanOrEqualTo(1_200);
  }

  @Test
  void withoutEventsNotAByteMoreIsSentAndOldOnesCostNothing() {
    Cluster quiet = grown(6, 10);
    Cluster busy = grown(6, 10);
    busy.get(1).fire("x");
    busy.seconds(Broadcasts.RECENT_MILLIS / 1_000.0 + 20);
    quiet.seconds(Broadcasts.RECENT_MILLIS / 1_000.0 + 20);
    long quietBefore = quiet.datagrams;
    long busyBefore = busy.datagrams;
    List<Body> bodies = new ArrayList<>();
    GossipCodec codec = new GossipCodec();
    busy.tap =
        payload -> {
          if (codec.decode(payload) instanceof Decoded.Message m) {
            bodies.add(m.envelope().body());
            assertThat(m.envelope().users()).isEmpty();
          }
        };
    quiet.seconds(60);
    busy.seconds(60);
    double ratio = (busy.datagrams - busyBefore) / (double) (quiet.datagrams - quietBefore);
    assertThat(ratio).isBetween(0.95, 1.05);
    assertThat(bodies).isNotEmpty().noneMatch(Body.Holdings.class::isInstance);
  }

  @Test
  void aClusterInWhichNothingWasEverFiredSaysNothingOfEvents() {
    Cluster cluster = new Cluster(17);
    cluster.withLinks = false;
    List<Body> bodies = new ArrayList<>();
    cluster.tap = payload -> bodies(payload, bodies);
    cluster.start(6);
    cluster.seconds(30);
    cluster.isolate(5);
    cluster.seconds(60);
    cluster.network.healAll();
    cluster.seconds(60);
    assertThat(cluster.converged()).isTrue();
    assertThat(bodies).hasAtLeastOneElementOfType(Body.Digest.class);
    assertThat(bodies).noneMatch(Body.Holdings.class::isInstance);
  }

  @Test
  void whatAMemberFiredBeforeItLeftAndWasForgottenIsNotToldAgainWhenItIsBack() {
    Cluster cluster = new Cluster(18);
    cluster.withLinks = false;
    cluster.config = GossipConfig.defaults().withRetention(5_000, 5_000);
    cluster.start(3);
    cluster.seconds(15);
    cluster.get(3).fire("old");
    cluster.seconds(3);
    Cluster.Node left = cluster.get(3);
    left.input(new GossipInput.Leave());
    cluster.seconds(20);
    left.kill();
    assertThat(cluster.get(1).saw(GossipEvent.MemberForgotten.class, 3)).isTrue();
    cluster.node(3, 2, Cluster.address(3)).join(Cluster.address(1));
    cluster.seconds(10);
    assertThat(cluster.converged()).isTrue();

    UserItem old = new UserItem(Cluster.id(3), 1, 1, 1, 40_000, "old", ByteString.EMPTY, null);
    say(cluster.get(1), 2, new Body.News(), old);
    List<Body> wanted = new ArrayList<>();
    cluster.tap = payload -> bodies(payload, wanted);
    Body.Holdings.Held held = new Body.Holdings.Held(Body.Ping.mark(Cluster.id(3)), 1, List.of(1L));
    say(cluster.get(1), 2, new Body.Holdings(List.of(held), false, 1));
    assertThat(wanted).noneMatch(UserTrafficTest::asks);
    cluster.seconds(60);
    assertThat(cluster.get(1).heard()).containsExactly("old");
    assertThat(cluster.get(2).heard()).containsExactly("old");
    cluster.get(3).fire("new");
    cluster.seconds(3);
    assertThat(cluster.get(1).heard()).containsExactly("old", "new");
  }

  @Test
  void clocksWoundFarAheadDoNotMakeWhoJoinsLaterDeaf() {
    Cluster cluster = grown(7, 3);
    UserItem[] items = new UserItem[2];
    for (int i = 0; i < items.length; i++) {
      items[i] =
          new UserItem(Cluster.id(2), 1, i + 1, 1L << (32 + i), 0, "x", ByteString.EMPTY, null);
    }
    say(cluster.get(1), 2, new Body.News(), items);
    cluster.seconds(3);
    cluster.node(4, 1, Cluster.address(4)).join(Cluster.address(1));
    cluster.seconds(10);
    cluster.get(3).fire("since");
    cluster.get(4).fire("mine");
    cluster.seconds(5);
    assertThat(cluster.get(4).heard()).containsExactlyInAnyOrder("since", "mine");
    assertThat(cluster.get(1).heard()).containsExactlyInAnyOrder("x", "x", "since", "mine");
    assertThat(times(cluster.get(4))).allMatch(time -> time > 1L << 33);
  }

  private static boolean asks(Body body) {
    return body instanceof Body.Holdings holdings && holdings.wanted();
  }

  /** A datagram of another node, as it comes to this one. */
  private static void say(Cluster.Node to, int from, Body body, UserItem... items) {
    byte[] bytes =
        new GossipCodec().encode(new Envelope(null, body, List.of(), List.of(), List.of(items)));
    to.input(new GossipInput.DatagramReceived(Cluster.address(from), Cluster.id(from), bytes));
  }

  @Test
  void aForgedItemOfARunToComeDoesNotSilenceItsOwner() {
    Cluster cluster = new Cluster(14);
    cluster.withLinks = false;
    cluster.start(3);
    cluster.seconds(15);
    UserItem forged =
        new UserItem(Cluster.id(2), 1L << 60, 1, 1, 0, "forged", ByteString.EMPTY, null);
    say(cluster.get(1), 3, new Body.News(), forged);
    cluster.get(2).fire("true");
    cluster.seconds(3);
    assertThat(cluster.get(1).heard()).containsExactly("true");
    // Nor is it asked for.
    List<Body> wanted = new ArrayList<>();
    cluster.tap = payload -> bodies(payload, wanted);
    Body.Holdings.Held held =
        new Body.Holdings.Held(Body.Ping.mark(Cluster.id(2)), 1L << 60, List.of(1L));
    say(cluster.get(1), 3, new Body.Holdings(List.of(held), false, 1));
    assertThat(wanted).noneMatch(UserTrafficTest::asks);
  }

  @Test
  void whoAsksAgainAndAgainIsAnsweredOnceInAWhile() {
    Cluster cluster = new Cluster(15);
    cluster.withLinks = false;
    cluster.start(3);
    cluster.seconds(15);
    cluster.get(1).fire("a");
    cluster.seconds(3);
    Body.Holdings.Held held =
        new Body.Holdings.Held(
            Body.Ping.mark(Cluster.id(1)), cluster.get(1).core.self().generation(), List.of(1L));
    List<Body> sent = new ArrayList<>();
    cluster.tap = payload -> bodies(payload, sent);
    for (int i = 0; i < 20; i++) {
      say(cluster.get(1), 2, new Body.Holdings(List.of(held, held), true, 1));
    }
    assertThat(sent).filteredOn(Body.News.class::isInstance).hasSize(1);
    cluster.seconds(1);
    sent.clear();
    say(cluster.get(1), 2, new Body.Holdings(List.of(held), true, 1));
    assertThat(sent).filteredOn(Body.News.class::isInstance).hasSize(1);
  }

  private static void bodies(byte[] payload, List<Body> into) {
    if (new GossipCodec().decode(payload) instanceof Decoded.Message message) {
      into.add(message.envelope().body());
    }
  }

  @Test
  void whatIsTooLongIsRefusedInOneLineThatSaysWhatIsAllowed() {
    assertThatThrownBy(() -> new GossipInput.FireEvent(0, "big", new byte[600]))
        .hasMessage("event 'big' has 603 bytes of name and payload; at most 512 are told on");
    assertThatThrownBy(() -> new GossipInput.FireEvent(0, "a\nb", new byte[0]))
        .hasMessage("the name of an event has 1 to 128 bytes and no control characters");
    assertThatThrownBy(() -> new GossipInput.Ask(0, "q", new byte[512], QueryFilter.ALL, 1_000))
        .hasMessage("query 'q' has 513 bytes of name, payload and filter; at most 512 are told on");
    TreeMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < 60; i++) {
      labels.put("" + (char) ('A' + i), "");
    }
    assertThatThrownBy(
            () ->
                new GossipInput.Ask(
                    0, "q", new byte[0], new QueryFilter(new TreeSet<>(), labels), 1_000))
        .hasMessageContaining("query 'q' has 541 bytes"); // each label takes 8 bytes more
    assertThatThrownBy(() -> new GossipInput.Ask(0, "q", new byte[0], QueryFilter.ALL, 60_001))
        .hasMessageContaining("a query waits 1 to 60000 ms");
  }

  // Queries.

  /** Each node that was asked says what it is, as a host would. */
  private static void answerAll(Cluster cluster) {
    for (Cluster.Node node : cluster.nodes) {
      for (GossipEvent event : List.copyOf(node.events)) {
        if (event instanceof GossipEvent.QuerySeen seen) {
          node.events.remove(event);
          byte[] answer =
              seen.query().name().equals("who") ? ("I am " + node.number).getBytes(UTF_8) : null;
          node.input(GossipInput.Answer.of(seen.query(), answer));
        }
      }
    }
  }

  private static Optional<QueryResult> ended(Cluster cluster, int asker) {
    return cluster.get(asker).events.stream()
        .filter(GossipEvent.QueryEnded.class::isInstance)
        .map(e -> ((GossipEvent.QueryEnded) e).result())
        .findFirst();
  }

  private static QueryResult result(Cluster cluster, int asker) {
    return ended(cluster, asker).orElseThrow();
  }

  private static double ask(Cluster cluster, int asker, GossipInput.Ask ask) {
    cluster.get(asker).input(ask);
    double waited = 0;
    while (ended(cluster, asker).isEmpty() && waited < 70) {
      answerAll(cluster);
      cluster.seconds(0.1);
      waited += 0.1;
    }
    return waited;
  }

  @Test
  void aQueryIsOverWhenAllHaveAnswered() {
    Cluster cluster = grown(8, 10);
    double waited =
        ask(cluster, 4, new GossipInput.Ask(1, "who", new byte[0], QueryFilter.ALL, 30_000));
    QueryResult result = result(cluster, 4);
    assertThat(waited).isLessThan(5);
    assertThat(result.missing()).isEmpty();
    assertThat(result.answers()).isEqualTo(10);
    assertThat(result.responses().stream().map(r -> new String(answer(r), UTF_8)))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, 10).mapToObj(i -> "I am " + i).toList());
  }

  private static byte[] answer(QueryResult.Response response) {
    byte[] answer = response.answer();
    return answer == null ? new byte[0] : answer;
  }

  @Test
  void whoSaysNothingInTimeIsMissingAndAcksAreNotAnswers() {
    Cluster cluster = grown(9, 5);
    cluster.isolate(5);
    double waited =
        ask(cluster, 1, new GossipInput.Ask(1, "other", new byte[0], QueryFilter.ALL, 2_000));
    QueryResult result = result(cluster, 1);
    assertThat(waited).isBetween(1.9, 2.3);
    assertThat(result.responses()).hasSize(4);
    assertThat(result.answers()).isZero();
    assertThat(result.missing().stream().map(Member::name)).containsExactly("host-5");
    // Its time is over: nobody is asked who comes back.
    cluster.network.healAll();
    cluster.seconds(30);
    assertThat(cluster.get(5).events).noneMatch(GossipEvent.QuerySeen.class::isInstance);
  }

  @Test
  void onlyThoseAreAskedWhomTheFilterMeets() {
    Cluster cluster = grown(10, 6);
    QueryFilter two =
        new QueryFilter(new TreeSet<>(List.of(Cluster.id(2), Cluster.id(5))), new TreeMap<>());
    ask(cluster, 1, new GossipInput.Ask(1, "who", new byte[0], two, 5_000));
    QueryResult result = result(cluster, 1);
    assertThat(result.responses().stream().map(QueryResult.Response::name))
        .containsExactlyInAnyOrder("host-2", "host-5");

    cluster.get(1).events.clear();
    QueryFilter labelled = new QueryFilter(new TreeSet<>(), new TreeMap<>(Map.of("host", "h3")));
    ask(cluster, 1, new GossipInput.Ask(2, "who", new byte[0], labelled, 5_000));
    QueryResult third = result(cluster, 1);
    assertThat(third.responses().stream().map(QueryResult.Response::name))
        .containsExactly("host-3");

    cluster.get(1).events.clear();
    QueryFilter nobody = new QueryFilter(new TreeSet<>(), new TreeMap<>(Map.of("host", "none")));
    double waited = ask(cluster, 1, new GossipInput.Ask(3, "who", new byte[0], nobody, 5_000));
    assertThat(waited).isLessThan(0.5);
  }

  @Test
  void anAnswerMayFillItsBoundAndFitsADatagramWithoutLinks() {
    Cluster cluster = new Cluster(11);
    cluster.withLinks = false;
    cluster.start(3);
    cluster.seconds(15);
    byte[] most = new byte[Body.Reply.MAX_BYTES];
    QueryResult result = allAnswer(cluster, most);
    assertThat(result.answers()).isEqualTo(3);
    assertThat(result.responses()).allSatisfy(r -> assertThat(r.answer()).isEqualTo(most));
    assertThat(cluster.largestDatagram).isLessThanOrEqualTo(1_200);
    assertThatThrownBy(
            () ->
                GossipInput.Answer.of(
                    Stream.of(cluster.get(2).events)
                        .flatMap(List::stream)
                        .filter(GossipEvent.QuerySeen.class::isInstance)
                        .map(e -> ((GossipEvent.QuerySeen) e).query())
                        .findFirst()
                        .orElseThrow(),
                    new byte[Body.Reply.MAX_BYTES + 1]))
        .hasMessage("the answer to query 'q' has 1025 bytes; at most 1024");
  }

  /** Host 1 asks, and all answer this, twice. */
  private static QueryResult allAnswer(Cluster cluster, byte[] answer) {
    cluster.get(1).input(new GossipInput.Ask(1, "q", new byte[0], QueryFilter.ALL, 5_000));
    cluster.seconds(1);
    for (Cluster.Node node : cluster.nodes) {
      for (GossipEvent event : List.copyOf(node.events)) {
        if (event instanceof GossipEvent.QuerySeen seen) {
          node.input(GossipInput.Answer.acknowledges(seen.query()));
          node.input(GossipInput.Answer.of(seen.query(), answer));
          node.input(GossipInput.Answer.of(seen.query(), answer)); // does not count
        }
      }
    }
    cluster.seconds(1);
    return result(cluster, 1);
  }

  @Test
  void anAnswerThatNoDatagramHoldsGoesByTheLinkAndWithoutOneItIsSaidThatThereIsNone() {
    for (boolean links : new boolean[] {true, false}) {
      Cluster cluster = new Cluster(19);
      cluster.config =
          GossipConfig.defaults().withDatagramBudgetBytes(GossipConfig.MIN_DATAGRAM_BUDGET_BYTES);
      cluster.withLinks = links;
      cluster.start(3);
      cluster.seconds(15);
      QueryResult result = allAnswer(cluster, new byte[Body.Reply.MAX_BYTES]);
      assertThat(result.missing()).isEmpty();
      assertThat(result.answers()).isEqualTo(links ? 3 : 1); // its own takes no message
      assertThat(cluster.largestDatagram)
          .isLessThanOrEqualTo(GossipConfig.MIN_DATAGRAM_BUDGET_BYTES);
    }
  }

  @Test
  void whoIsNamedIsMissedThoughHeHasFailedAlready() {
    Cluster cluster = grown(16, 4);
    cluster.get(4).kill();
    cluster.seconds(60);
    assertThat(cluster.get(1).stateOf(4)).isEqualTo(MemberState.FAILED);
    QueryFilter named =
        new QueryFilter(new TreeSet<>(List.of(Cluster.id(2), Cluster.id(4))), new TreeMap<>());
    ask(cluster, 1, new GossipInput.Ask(1, "who", new byte[0], named, 2_000));
    QueryResult result = result(cluster, 1);
    assertThat(result.responses().stream().map(QueryResult.Response::name))
        .containsExactly("host-2");
    assertThat(result.missing().stream().map(Member::name)).containsExactly("host-4");
    // Of all, those are asked who are there.
    cluster.get(1).events.clear();
    ask(cluster, 1, new GossipInput.Ask(2, "who", new byte[0], QueryFilter.ALL, 2_000));
    assertThat(result(cluster, 1).missing()).isEmpty();
  }

  @Test
  void queriesThatAreOpenAreBounded() {
    Cluster cluster = grown(12, 3);
    for (int i = 0; i <= Questions.MAX_OPEN; i++) {
      cluster.get(1).input(new GossipInput.Ask(i, "q", new byte[0], QueryFilter.ALL, 5_000));
    }
    assertThat(cluster.get(1).events.stream().filter(GossipEvent.NotFired.class::isInstance))
        .singleElement()
        .satisfies(e -> assertThat(e.cause()).contains("16 queries of this member are open"));
    cluster.seconds(6);
    assertThat(cluster.get(1).events.stream().filter(GossipEvent.QueryEnded.class::isInstance))
        .hasSize(Questions.MAX_OPEN);
  }
}
