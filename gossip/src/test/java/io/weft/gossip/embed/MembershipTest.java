package io.weft.gossip.embed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.QueryFilter;
import io.weft.gossip.QueryResult;
import io.weft.gossip.core.GossipEvent;
import io.weft.gossip.core.GossipInput;
import io.weft.gossip.transport.netty.PortTakenException;
import io.weft.security.secret.ClusterSecret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real sockets on loopback, several members in one process. */
class MembershipTest {
  private static final ClusterSecret SECRET = ClusterSecret.generate("test");
  private static final PeerAddress ANY_PORT = new PeerAddress(InetAddress.getLoopbackAddress(), 0);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Quick probes, so that a failure is found soon. */
  private static final GossipConfig QUICK = GossipConfig.defaults().withProbe(200, 100);

  private final List<Membership> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Membership::close);
  }

  private Builder member(String name) {
    return Membership.builder(name, SECRET).bind(ANY_PORT).config(QUICK);
  }

  private Membership start(Builder builder) throws UnknownHostException {
    Membership started = builder.start();
    opened.add(started);
    return started;
  }

  /** The first one stands alone, each further one joins it. */
  private List<Membership> cluster(int size) throws UnknownHostException {
    List<Membership> all = new ArrayList<>(List.of(start(member("m0"))));
    for (int i = 1; i < size; i++) {
      all.add(start(member("m" + i).seeds(addressOf(all.getFirst()))));
    }
    for (Membership each : all) {
      until(() -> alive(each) == size);
    }
    return all;
  }

  private static String addressOf(Membership member) {
    return member.self().address().toString();
  }

  private static long alive(Membership membership) {
    return membership.members().stream().filter(m -> m.state() == MemberState.ALIVE).count();
  }

  private static MemberState stateOf(Membership at, String name) {
    return at.members().stream()
        .filter(m -> m.name().equals(name))
        .map(Member::state)
        .findAny()
        .orElse(MemberState.LEFT);
  }

  private static void until(BooleanSupplier condition) {
    Instant end = Instant.now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).as("still waiting").isBefore(end);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static List<byte[]> values(Membership at, String key) {
    List<byte[]> found = new ArrayList<>();
    at.records(key).values().forEach(records -> found.addAll(records.values()));
    return found;
  }

  @Test
  void membersFindEachOtherThroughOneSeedAndSeeNamesAndLabels() throws Exception {
    Membership first = start(member("first").label("role", "web"));
    Membership second = start(member("second").seeds(addressOf(first)));
    Membership third = start(member("third").seeds(addressOf(second)));
    until(() -> alive(first) == 3 && alive(second) == 3 && alive(third) == 3);
    until(
        () ->
            third.members().stream()
                .anyMatch(m -> m.name().equals("first") && "web".equals(m.labels().get("role"))));
    assertThat(third.self().name()).isEqualTo("third");
  }

  @Test
  void anEventIsToldToAllListenersOnceAndWhatIsTooLongIsRefused() throws Exception {
    List<Membership> all = cluster(4);
    Queue<String> told = new ConcurrentLinkedQueue<>();
    all.forEach(
        m ->
            m.listenEvents(
                e ->
                    told.add(
                        m.self().name()
                            + " "
                            + e.fromName()
                            + " "
                            + e.name()
                            + " "
                            + new String(e.payload(), UTF_8)
                            + " "
                            + e.ltime())));
    assertThat(all.get(2).event("deploy", "v2".getBytes(UTF_8))).isEqualTo(1);
    until(() -> told.size() >= 4);
    assertThat(told)
        .containsExactlyInAnyOrder(
            "m0 m2 deploy v2 1", "m1 m2 deploy v2 1", "m2 m2 deploy v2 1", "m3 m2 deploy v2 1");
    assertThatThrownBy(() -> all.get(0).event("big", new byte[600]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 512");
  }

  @Test
  void aQueryGathersWhatTheMembersAnswerAndWhoIsMissing() throws Exception {
    List<Membership> all = cluster(4);
    for (Membership each : all.subList(0, 3)) {
      each.answer(
          "name", query -> (query.fromName() + " asks " + each.self().name()).getBytes(UTF_8));
    }
    QueryResult result =
        all.get(1).query("name", new byte[0], QueryFilter.ALL, Duration.ofSeconds(30)).join();
    assertThat(result.missing()).isEmpty();
    assertThat(result.responses()).hasSize(4);
    assertThat(
            result.responses().stream()
                .map(QueryResult.Response::answer)
                .filter(Objects::nonNull)
                .map(answer -> new String(answer, UTF_8)))
        .containsExactlyInAnyOrder("m1 asks m0", "m1 asks m1", "m1 asks m2");

    all.get(3).close();
    QueryResult second =
        all.get(0).query("name", new byte[0], QueryFilter.ALL, Duration.ofSeconds(5)).join();
    assertThat(second.missing().stream().map(Member::name)).containsExactly("m3");
    assertThat(second.answers()).isEqualTo(3);

    var open = all.get(0).query("none", new byte[0], QueryFilter.ALL, Duration.ofSeconds(60));
    all.get(0).close();
    assertThatThrownBy(open::join).hasMessageContaining("this membership is closed");
  }

  @Test
  void aHandlerThatFailsIsNoAnswerAndHoldsNothingUp() throws Exception {
    List<Membership> all = cluster(2);
    all.get(1)
        .answer(
            "bad",
            query -> {
              throw new IllegalArgumentException("a defect of the application");
            });
    // Long before the query would end by itself.
    assertThat(all.get(0).query("bad", new byte[0], QueryFilter.ALL, Duration.ofSeconds(60)))
        .succeedsWithin(Duration.ofSeconds(30))
        .satisfies(
            result -> {
              assertThat(result.answers()).isZero();
              assertThat(result.responses()).hasSize(2);
            });
  }

  @Test
  void aChangeOfARecordIsSeenByAllAndTold() throws Exception {
    List<Membership> all = cluster(4);
    Queue<GossipEvent> told = new ConcurrentLinkedQueue<>();
    all.get(3).listen(told::add);
    all.get(1).put("http", "one".getBytes(UTF_8));
    all.forEach(m -> until(() -> !values(m, "http").isEmpty()));
    all.get(1).put("http", "two".getBytes(UTF_8));
    all.forEach(
        m -> until(() -> Arrays.equals(values(m, "http").getFirst(), "two".getBytes(UTF_8))));
    all.get(1).remove("http");
    all.forEach(m -> until(() -> values(m, "http").isEmpty()));
    until(
        () ->
            told.stream()
                .anyMatch(e -> e instanceof GossipEvent.RecordChanged r && r.value() == null));
  }

  @Test
  void recordsAndLabelsThatFitNoDatagramGoByLink() throws Exception {
    List<Membership> all = cluster(3);
    byte[] large = new byte[GossipInput.MAX_VALUE_BYTES];
    Arrays.fill(large, (byte) 7);
    all.get(0).put("large", large);
    all.forEach(m -> until(() -> values(m, "large").size() == 1));
    assertThat(values(all.get(2), "large").getFirst()).isEqualTo(large);
    TreeMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      labels.put("label-" + i, "v".repeat(GossipInput.MAX_LABEL_BYTES));
    }
    all.get(1).labels(labels);
    all.forEach(
        m ->
            until(
                () ->
                    m.members().stream()
                        .anyMatch(x -> x.name().equals("m1") && x.labels().equals(labels))));
    all.get(0).remove("large");
    all.forEach(m -> until(() -> values(m, "large").isEmpty()));
  }

  @Test
  void whatIsTooLargeIsRefusedAtOnce() throws Exception {
    Membership alone = start(member("alone"));
    assertThatThrownBy(() -> alone.put("k", new byte[GossipInput.MAX_VALUE_BYTES + 1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 65536");
  }

  @Test
  void aListenerHearsFirstWhatIsThereAndThenEachChangeInOrder() throws Exception {
    List<Membership> all = cluster(3);
    all.get(1).put("http", "one".getBytes(UTF_8));
    until(() -> !values(all.get(0), "http").isEmpty());
    Queue<String> told = new ConcurrentLinkedQueue<>();
    all.get(0)
        .listen(
            event -> {
              String what =
                  event instanceof GossipEvent.RecordChanged r
                      ? r.key() + "=" + (r.value() == null ? "" : new String(r.value(), UTF_8))
                      : event.getClass().getSimpleName();
              told.add(event.member().name() + " " + what);
            });
    until(() -> told.size() >= 3);
    assertThat(told)
        .containsSubsequence("m1 MemberJoined", "m1 http=one")
        .contains("m2 MemberJoined");
    for (int i = 0; i < 20; i++) {
      all.get(1).put("count", Integer.toString(i).getBytes(UTF_8));
      int seen = i;
      until(() -> told.contains("m1 count=" + seen));
    }
    all.get(1).leave();
    until(() -> told.contains("m1 MemberLeft"));
    assertThat(told.stream().filter(t -> t.startsWith("m1 ")).toList())
        .startsWith("m1 MemberJoined", "m1 http=one")
        .containsSubsequence("m1 count=0", "m1 count=1", "m1 count=18", "m1 count=19")
        .endsWith("m1 MemberLeft");
  }

  @Test
  void aListenerThatBlocksOrThrowsHoldsUpNobody() throws Exception {
    List<Membership> all = cluster(2);
    Queue<GossipEvent> told = new ConcurrentLinkedQueue<>();
    all.get(0)
        .listen(
            event -> {
              throw new IllegalStateException("a listener's own fault");
            });
    all.get(0)
        .listen(
            event -> {
              try {
                Thread.sleep(PATIENCE);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    all.get(0).listen(told::add);
    all.get(1).put("http", "one".getBytes(UTF_8));
    until(() -> told.stream().anyMatch(e -> e instanceof GossipEvent.RecordChanged));
    assertThat(alive(all.get(0))).isEqualTo(2);
  }

  @Test
  void whoLeavesHasLeftAndWhoIsClosedHasFailedAndComesBackUnderItsName() throws Exception {
    List<Membership> all = cluster(4);
    all.get(3).leave();
    all.get(2).close();
    for (Membership rest : all.subList(0, 2)) {
      until(() -> stateOf(rest, "m3") == MemberState.LEFT);
      until(() -> stateOf(rest, "m2") == MemberState.FAILED);
      assertThat(alive(rest)).isEqualTo(2);
    }
    Membership again = start(member("m2").seeds(addressOf(all.get(0))));
    all.subList(0, 2).forEach(rest -> until(() -> stateOf(rest, "m2") == MemberState.ALIVE));
    until(() -> alive(again) == 3);
    assertThat(all.get(0).members()).hasSize(4);
  }

  @Test
  void anotherSecretIsRefusedAndCountedAndChangesNothing() throws Exception {
    List<Membership> all = cluster(2);
    Membership stranger =
        start(
            Membership.builder("stranger", ClusterSecret.generate("test"))
                .bind(ANY_PORT)
                .config(QUICK)
                .seeds(addressOf(all.get(0))));
    Membership foreigner =
        start(
            Membership.builder("foreigner", ClusterSecret.generate("other"))
                .bind(ANY_PORT)
                .config(QUICK)
                .seeds(addressOf(all.get(0))));
    until(() -> all.get(0).dropped().getOrDefault("BAD_TAG", 0L) > 2);
    until(() -> all.get(0).dropped().getOrDefault("WRONG_CLUSTER", 0L) > 2);
    assertThat(all.get(0).members()).hasSize(2);
    assertThat(stranger.members()).hasSize(1);
    assertThat(foreigner.members()).hasSize(1);
  }

  @Test
  void aPortThatIsTakenIsOneClearError() throws Exception {
    Membership holder = start(member("holder"));
    assertThatThrownBy(() -> member("late").bind(holder.self().address()).start())
        .isInstanceOf(PortTakenException.class)
        .hasMessageContaining(addressOf(holder))
        .hasMessageContaining("stop what holds the port, or configure another");
  }

  @Test
  void whatIsSaidWrongIsRefusedInOneLine() {
    assertThatThrownBy(() -> member("no name").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'no name' is no member name");
    assertThatThrownBy(() -> member("m").seeds("10.0.0.1:http").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write host:port");
    assertThatThrownBy(() -> member("m").seeds("no-such-host.invalid").start())
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("no address for 'no-such-host.invalid'");
  }

  @Test
  void aClosedMembershipSaysSo() throws Exception {
    Membership alone = start(member("alone"));
    alone.leave();
    alone.close();
    assertThatThrownBy(alone::members)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(() -> alone.put("k", new byte[1])).hasMessageContaining("is closed");
  }
}
