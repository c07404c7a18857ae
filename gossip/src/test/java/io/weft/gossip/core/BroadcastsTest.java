package io.weft.gossip.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.core.Broadcasts.Verdict;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.GossipCodec;
import io.weft.gossip.wire.Items;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.UserItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What has come, what is told on, what is kept, and for how long. */
class BroadcastsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long PATIENCE_NANOS = 5 * SECOND;
  private static final int CLUSTER = 20;
  private static final int LIMIT = 8;

  private final GossipCodec codec = new GossipCodec();
  private final Agenda agenda = new Agenda();
  private final Broadcasts broadcasts = member(agenda);

  private static Broadcasts member(Agenda agenda) {
    Broadcasts made = new Broadcasts(agenda);
    made.joinedLongAgo();
    return made;
  }

  private static UserItem event(int owner, long generation, long number, long ltime) {
    return new UserItem(
        Items.id(owner), generation, number, ltime, 0, "e" + number, ByteString.EMPTY, null);
  }

  private static UserItem event(int owner, long number) {
    return event(owner, 1, number, number);
  }

  private UserItem fire(String name) {
    return broadcasts.fire(Items.id(1), 1, name, new byte[0], null, false);
  }

  /** What one message to a stranger tells, with this much room. */
  private List<String> told(int budgetBytes) {
    Draft draft = new Draft(codec, null, new Body.News(), budgetBytes);
    broadcasts.fill(draft, null, CLUSTER, LIMIT, Integer.MAX_VALUE);
    return names(draft);
  }

  /** What one message tells that an answer fills already. */
  private List<String> toldBehindAnAnswer() {
    Body reply = new Body.Reply(1, 1, Body.Reply.Kind.ANSWER, ByteString.copyFrom(new byte[960]));
    Draft draft = new Draft(codec, null, reply, 1_000);
    broadcasts.fill(draft, null, CLUSTER, LIMIT, Integer.MAX_VALUE);
    return names(draft);
  }

  private List<String> names(Draft draft) {
    return switch (codec.decode(draft.encode(new Body.News()))) {
      case Decoded.Message m -> m.envelope().users().stream().map(UserItem::name).toList();
      case Decoded.Malformed m -> throw new AssertionError(m.cause());
    };
  }

  @Test
  void eachIsNewOnceHoweverOftenAndInWhateverOrderItComes() {
    List<UserItem> items = new ArrayList<>();
    for (int number = 1; number <= 200; number++) {
      items.add(event(2, number));
      items.add(event(2, number));
    }
    Collections.shuffle(items, new Random(1));
    long fresh = items.stream().filter(i -> broadcasts.take(i) == Verdict.NEW).count();
    assertThat(fresh).isEqualTo(200);
  }

  @Property
  void theWindowTellsTheSameAsASetWithinItsWidth(@ForAll long seed) {
    Random random = new Random(seed);
    FiredBy window = new FiredBy();
    TreeMap<Long, Boolean> come = new TreeMap<>();
    long middle = 1_000;
    for (int i = 0; i < 400; i++) {
      middle += random.nextInt(5);
      long number = middle - random.nextInt(FiredBy.WIDTH);
      boolean behind = !come.isEmpty() && number <= come.lastKey() - FiredBy.WIDTH;
      assertThat(window.lacks(7, number)).isEqualTo(!behind && !come.containsKey(number));
      if (!behind) {
        window.add(7, number);
        come.put(number, true);
      }
    }
    assertThat(window.lacks(6, middle + 1)).isFalse();
    assertThat(window.lacks(8, 1)).isTrue();
  }

  @Test
  void whatIsFiredAfterSomethingWasSeenHasAHigherTime() {
    broadcasts.take(event(2, 1, 1, 41));
    assertThat(fire("later").ltime()).isEqualTo(42);
    assertThat(fire("last").ltime()).isEqualTo(43);
  }

  @Test
  void aTimeFarAheadIsTakenAndTheClockStandsStillAtItsEnd() {
    assertThat(broadcasts.take(event(2, 1, 1, 1L << 33))).isEqualTo(Verdict.NEW);
    assertThat(fire("next").ltime()).isEqualTo((1L << 33) + 1);
    assertThat(broadcasts.take(event(2, 1, 2, Broadcasts.MAX_LTIME))).isEqualTo(Verdict.NEW);
    UserItem last = fire("last");
    assertThat(last.ltime()).isEqualTo(Broadcasts.MAX_LTIME);
    // What is fired at the end of the clock is taken by all.
    Draft draft = new Draft(codec, null, new Body.News(), 1_000);
    draft.add(last);
    assertThat(names(draft)).containsExactly("last");
  }

  @Test
  void anOwnerThatIsStartedAnewCountsFromTheBeginningAndItsOldOnesAreOver() {
    assertThat(broadcasts.take(event(2, 1, 9, 9))).isEqualTo(Verdict.NEW);
    assertThat(broadcasts.take(event(2, 2, 1, 10))).isEqualTo(Verdict.NEW);
    assertThat(broadcasts.take(event(2, 1, 10, 10))).isEqualTo(Verdict.KNOWN);
  }

  @Test
  void whatWasFiredBeforeThisNodeJoinedIsPastAndNotAskedForAgain() {
    Agenda joining = new Agenda();
    Broadcasts joiner = new Broadcasts(joining);
    joining.nowNanos = 100 * SECOND;
    joiner.joined();
    joining.nowNanos = 101 * SECOND;
    assertThat(joiner.take(event(2, 1).aged(1_500))).isEqualTo(Verdict.PAST);
    assertThat(joiner.take(event(2, 2).aged(500))).isEqualTo(Verdict.NEW);
    List<Body.Holdings.Held> others =
        List.of(new Body.Holdings.Held(Body.Ping.mark(Items.id(2)), 1, List.of(1L, 2L, 3L)));
    assertThat(joiner.lacking(others))
        .containsExactly(new Body.Holdings.Held(Body.Ping.mark(Items.id(2)), 1, List.of(3L)));
  }

  @Test
  void eachIsToldSoManyTimesTheLeastToldFirstAndThenNoMore() {
    fire("a");
    assertThat(told(1_000)).containsExactly("a");
    fire("b");
    assertThat(told(1_000)).containsExactly("b", "a");
    for (int i = 0; i < LIMIT - 2; i++) {
      assertThat(told(1_000)).containsExactlyInAnyOrder("a", "b");
    }
    assertThat(told(1_000)).containsExactly("b");
    assertThat(agenda.untold).isFalse();
    assertThat(told(1_000)).isEmpty();
  }

  @Test
  void oneThatFindsNoRoomForSomeTimeGoesFirstOnce() {
    fire("a");
    for (int i = 0; i < Broadcasts.PATIENCE; i++) {
      assertThat(broadcasts.overdue()).isFalse();
      assertThat(toldBehindAnAnswer()).isEmpty();
    }
    assertThat(broadcasts.overdue()).isTrue();
    assertThat(told(1_000)).containsExactly("a");
    assertThat(broadcasts.overdue()).isFalse();
  }

  @Test
  void whatGoesFirstIsNotToldASecondTimeInTheSameMessage() {
    fire("a");
    for (int i = 0; i < Broadcasts.PATIENCE; i++) {
      toldBehindAnAnswer();
    }
    News news =
        new News(
            io.weft.gossip.GossipConfig.defaults(),
            new RecordStore(new CheapSigner(Cluster.id(1)), PATIENCE_NANOS, new Buckets(), agenda),
            broadcasts,
            agenda);
    Draft draft = new Draft(codec, null, new Body.News(), 1_000);
    news.fill(draft, null, CLUSTER);
    assertThat(names(draft)).containsExactly("a");
  }

  @Test
  void whatNoDatagramHasRoomForDoesNotKeepOthersBack() {
    for (int number = 1; number <= 6; number++) {
      UserItem large =
          new UserItem(
              Items.id(2), 1, number, 1, 0, "large", ByteString.copyFrom(new byte[512]), null);
      broadcasts.take(large);
    }
    fire("small");
    assertThat(told(500)).containsExactly("small");
    // Who asks by a link may still have them.
    assertThat(broadcasts.find(broadcasts.holdings())).hasSize(7);
  }

  @Test
  void whatIsAskedForManyTimesIsFoundOnce() {
    fire("a");
    fire("b");
    Body.Holdings.Held held = broadcasts.holdings().getFirst();
    assertThat(broadcasts.find(Collections.nCopies(100, held))).hasSize(2);
  }

  @Test
  void holdingsOfAnOwnerThatFiredMuchAreCutAndNotLeftOut() {
    List<Body.Holdings.Held> all = new ArrayList<>();
    for (int owner = 2; owner < 5; owner++) {
      List<Long> numbers = new ArrayList<>();
      for (long number = 1_000_000; number < 1_000_128; number++) {
        numbers.add(number);
      }
      all.add(new Body.Holdings.Held(owner, 1, owner == 4 ? List.of(1L) : numbers));
    }
    Body frame = new Body.Holdings(List.of(), false, 1);
    List<Body.Holdings.Held> fitting = new Draft(codec, null, frame, 600).fitting(all);
    assertThat(fitting.stream().map(Body.Holdings.Held::owner)).containsExactly(2L, 3L, 4L);
    assertThat(fitting.get(1).numbers()).isNotEmpty().hasSizeLessThan(128);
  }

  @Test
  void membershipThatFillsEveryMessageDoesNotStarveAnEvent() {
    io.weft.gossip.GossipConfig config = io.weft.gossip.GossipConfig.defaults();
    RecordStore store =
        new RecordStore(new CheapSigner(Cluster.id(1)), PATIENCE_NANOS, new Buckets(), agenda);
    News news = new News(config, store, broadcasts, agenda);
    fire("a");
    int messages = 0;
    List<String> names = List.of();
    Random random = new Random(1);
    while (names.isEmpty() && messages < 50) {
      for (int i = 0; i < 40; i++) { // more than fits, new each time
        MemberItem item = Items.member(random, Items.id(i + 2));
        news.member(item);
      }
      Draft draft = new Draft(codec, null, new Body.News(), 600);
      news.fill(draft, null, CLUSTER);
      names = names(draft);
      messages++;
    }
    assertThat(names).containsExactly("a");
    assertThat(messages).isEqualTo(Broadcasts.PATIENCE + 1);
  }

  @Test
  void anOwnerThatFloodsDisplacesOnlyItsOwn() {
    for (int number = 1; number <= 5; number++) {
      broadcasts.take(event(2, number));
    }
    for (int number = 1; number <= 10_000; number++) {
      broadcasts.take(event(3, number));
    }
    assertThat(broadcasts.keptCount()).isEqualTo(5 + Broadcasts.MAX_KEPT_OF_ONE);
    assertThat(numbersOf(2)).hasSize(5);
    assertThat(numbersOf(3)).hasSize(Broadcasts.MAX_KEPT_OF_ONE).contains(10_000L);
  }

  @Test
  void whenAllPlacesAreTakenWhoHasMostGivesUpTheOldest() {
    for (int owner = 10; owner < 30; owner++) {
      for (int number = 1; number <= 1_000; number++) {
        broadcasts.take(event(owner, number));
      }
    }
    assertThat(broadcasts.keptCount()).isEqualTo(Broadcasts.MAX_KEPT);
    for (int number = 1; number <= 40; number++) {
      broadcasts.take(event(2, number));
    }
    for (int number = 1_001; number <= 2_000; number++) {
      broadcasts.take(event(10, number));
    }
    assertThat(broadcasts.keptCount()).isEqualTo(Broadcasts.MAX_KEPT);
    assertThat(numbersOf(2)).hasSize(40); // its share is 1,024 / 21
  }

  private List<Long> numbersOf(int owner) {
    return broadcasts.holdings().stream()
        .filter(h -> h.owner() == Body.Ping.mark(Items.id(owner)))
        .flatMap(h -> h.numbers().stream())
        .toList();
  }

  @Test
  void ownOnesThatWaitAreBoundedAndToldOnesCountNoMore() {
    for (int i = 0; i < Broadcasts.MAX_UNTOLD; i++) {
      assertThat(broadcasts.full(Items.id(1))).isFalse();
      fire("e" + i);
    }
    assertThat(broadcasts.full(Items.id(1))).isTrue();
    told(1_000);
    assertThat(broadcasts.full(Items.id(1))).isFalse();
  }

  @Test
  void whatIsOldIsKeptNoLonger() {
    fire("a");
    agenda.nowNanos = (Broadcasts.RECENT_MILLIS - 1) * 1_000_000;
    broadcasts.expire();
    assertThat(broadcasts.keptCount()).isEqualTo(1);
    agenda.nowNanos = Broadcasts.RECENT_MILLIS * 1_000_000;
    broadcasts.expire();
    assertThat(broadcasts.keptCount()).isZero();
    assertThat(agenda.untold).isFalse();
    assertThat(broadcasts.take(event(2, 1).aged(Broadcasts.RECENT_MILLIS))).isEqualTo(Verdict.PAST);
  }
}
