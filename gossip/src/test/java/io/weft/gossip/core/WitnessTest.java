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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One core among peers that do as they are told: whom it believes, and when. */
class WitnessTest implements GossipEffects {
  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  /** No member. */
  private static final int STRANGER = 200;

  private record Arrival(long nanos, GossipInput input) {}

  private final GossipCodec codec = new GossipCodec();
  private final PriorityQueue<Arrival> arrivals =
      new PriorityQueue<>(Comparator.comparingLong(Arrival::nanos));
  private final TreeSet<Integer> silent = new TreeSet<>();

  /** They answer no ping, but say that others do not. */
  private final TreeSet<Integer> mute = new TreeSet<>();

  private final List<GossipEvent> events = new ArrayList<>();
  private final List<Envelope> sent = new ArrayList<>();
  private final List<Integer> askedForHelp = new ArrayList<>();
  private long roundTripNanos = MILLI;
  private boolean nacking = true;
  private long now;
  private @Nullable GossipCore core;

  /** A core with the number 1 that knows the members 2 to n from before. */
  private GossipCore among(int n, RandomGenerator random) {
    GossipCore made = node(1, random);
    List<Known> others = new ArrayList<>();
    for (int i = 2; i <= n; i++) {
      others.add(node(i, new Random(i)).known());
    }
    made.assume(others);
    core = made;
    return made;
  }

  private static GossipCore node(int n, RandomGenerator random) {
    return new GossipCore(
        GossipConfig.defaults(),
        Cluster.id(n),
        "n" + n,
        Cluster.address(n),
        new TreeMap<>(),
        1,
        new CheapSigner(Cluster.id(n)),
        random);
  }

  private GossipCore core() {
    return java.util.Objects.requireNonNull(core);
  }

  private void run(double seconds) {
    long end = now + (long) (seconds * SECOND);
    while (true) {
      long timer = Math.max(now, core().nextDeadlineNanos());
      Arrival first = arrivals.peek();
      if (Math.min(timer, first == null ? timer : first.nanos()) > end) {
        now = end;
        return;
      }
      if (first != null && first.nanos() <= timer) {
        arrivals.remove(first);
        now = Math.max(now, first.nanos());
        core().step(now, first.input(), this);
      } else {
        now = timer;
        core().step(now, new GossipInput.Timer(), this);
      }
    }
  }

  private void hear(int from, Body body, MemberItem... items) {
    arrivals.add(new Arrival(now, datagram(from, body, List.of(items))));
  }

  private GossipInput datagram(int from, Body body, List<MemberItem> items) {
    MemberItem sender =
        body instanceof Body.Delta
            ? new MemberItem(
                Cluster.id(from), "n" + from, Cluster.address(from), MemberState.ALIVE, 0, 1, null)
            : null;
    byte[] bytes = codec.encode(new Envelope(sender, body, items, List.of()));
    return new GossipInput.DatagramReceived(Cluster.address(from), Cluster.id(from), bytes);
  }

  private static MemberItem accused(int n, MemberState state, int accuser) {
    return new MemberItem(
        Cluster.id(n), "n" + n, Cluster.address(n), state, 0, 1, Cluster.id(accuser));
  }

  private MemberState stateOf(int n) {
    return core().member(Cluster.id(n)).orElseThrow().state();
  }

  @Override
  public void sendDatagram(PeerAddress to, byte[] payload) {
    Envelope envelope = ((Decoded.Message) codec.decode(payload)).envelope();
    sent.add(envelope);
    int n = to.ip().getAddress()[3];
    if (envelope.body() instanceof Body.PingRequest) {
      askedForHelp.add(n);
    }
    if (silent.contains(n)) {
      return;
    }
    @Nullable Body answer =
        switch (envelope.body()) {
          case Body.Ping p -> mute.contains(n) ? null : new Body.Ack(p.sequence());
          case Body.PingRequest r -> nacking ? new Body.Nack(r.sequence()) : null;
          default -> null;
        };
    if (answer != null) {
      arrivals.add(new Arrival(now + roundTripNanos, datagram(n, answer, List.of())));
    }
  }

  @Override
  public void sendLink(io.weft.security.identity.NodeId to, byte[] payload) {}

  @Override
  public void emit(GossipEvent event) {
    events.add(event);
  }

  /** Alone among nine, an accuser is believed after twelve seconds. */
  @Test
  void threeThatFoundTheSameAreBelievedSoon() {
    among(9, new Random(1));
    run(3);
    silent.add(9);
    for (int accuser = 2; accuser <= 4; accuser++) {
      hear(accuser, new Body.News(), accused(9, MemberState.SUSPECT, accuser));
    }
    run(2.4);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
    run(0.2);
    assertThat(stateOf(9)).isEqualTo(MemberState.FAILED);
  }

  @Test
  void fromTheLastOfThemOnThereIsAnIntervalToRefuteIt() {
    among(9, always(0));
    run(3);
    silent.add(9);
    hear(2, new Body.News(), accused(9, MemberState.SUSPECT, 2));
    run(5); // it has looked for itself by now: the second that found it
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
    hear(3, new Body.News(), accused(9, MemberState.SUSPECT, 3));
    run(0.9);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
    run(0.2);
    assertThat(stateOf(9)).isEqualTo(MemberState.FAILED);
    assertThat(events.getLast().cause()).isEqualTo("not refuted in time; suspected by 3 members");
  }

  /** What is in a table may have been found long ago, before a network healed. */
  @ParameterizedTest
  @ValueSource(strings = {"SUSPECT", "FAILED"})
  void whomATableNamesAsAccuserCountsForNothing(MemberState state) {
    among(9, new Random(1));
    run(3);
    silent.add(9);
    for (int accuser = 2; accuser <= 6; accuser++) {
      hear(accuser, new Body.Delta(List.of()), accused(9, state, accuser));
    }
    run(3.9);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
    assertThat(sent.stream().flatMap(e -> e.members().stream()))
        .filteredOn(item -> item.id().equals(Cluster.id(9)))
        .isNotEmpty()
        .allMatch(item -> item.accuser() == null || item.accuser().equals(Cluster.id(1)));
  }

  /** Who is sick itself may call all others failed. */
  @Test
  void oneOthersVerdictIsAnAccusationLikeAnyOther() {
    among(9, new Random(1));
    run(3);
    silent.add(9);
    hear(2, new Body.News(), accused(9, MemberState.FAILED, 2));
    run(3.9);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
  }

  @Test
  void soIsTheVerdictOverALifeThatIsNewHere() {
    among(9, new Random(1));
    run(3);
    silent.add(9);
    MemberItem item = accused(9, MemberState.FAILED, 2);
    hear(2, new Body.News(), item.alive(2, 0).with(MemberState.FAILED, Cluster.id(2)));
    run(0.1);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
  }

  @Test
  void whoIsNoMemberIsNoWitnessNorIsTheAccused() {
    among(9, always(0));
    run(3);
    silent.add(9);
    for (int accuser : new int[] {9, 21, 22, 23}) {
      hear(2, new Body.News(), accused(9, MemberState.SUSPECT, accuser));
    }
    run(3.5);
    assertThat(stateOf(9)).isEqualTo(MemberState.SUSPECT);
  }

  /** Where the accused and three others are all there is, a pause of one is easily seen by all. */
  @Test
  void amongFourNobodyIsBelievedSooner() {
    among(4, new Random(1));
    run(3);
    silent.add(4);
    hear(2, new Body.News(), accused(4, MemberState.SUSPECT, 2));
    hear(3, new Body.News(), accused(4, MemberState.SUSPECT, 3));
    run(3.9);
    assertThat(stateOf(4)).isEqualTo(MemberState.SUSPECT);
  }

  /** In a cluster so large bad health would make this node probe less often. */
  @Test
  void probesThatWereBegunByHearsaySayNothingOfThisNodesHealth() {
    among(60, always(0));
    run(12);
    List<Integer> probed = probed(); // and not again before the round is over
    assertThat(probed).hasSizeBetween(10, 13);
    sent.clear();
    nacking = false;
    for (int n : probed.subList(2, 10)) {
      silent.add(n);
      hear(2, new Body.News(), accused(n, MemberState.SUSPECT, 2));
    }
    run(1.5);
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.PingRequest).hasSizeGreaterThan(20);
    silent.clear();
    sent.clear();
    run(8);
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.Ping).hasSizeBetween(7, 10);
  }

  /** Those who share a rack, or a switch, fall together. */
  @Test
  void whereOneAnswersNobodyFiveOthersArePingedAtOnceOnceAnInterval() {
    among(60, new Random(1));
    IntStream.rangeClosed(2, 60).forEach(mute::add);
    untilAPing();
    run(0.48);
    assertThat(probed()).hasSize(1);
    run(0.04);
    assertThat(probed()).hasSize(6);
    run(0.6); // none of them answers, and the interval's own
    assertThat(probed()).hasSizeBetween(6, 7);
    run(0.5);
    assertThat(probed()).hasSizeBetween(11, 12);
  }

  @Test
  void whoseHealthIsBadDoesThatLessOften() {
    among(60, new Random(1));
    IntStream.rangeClosed(2, 60).forEach(silent::add);
    run(12);
    IntStream.rangeClosed(2, 60).forEach(mute::add);
    silent.clear();
    sent.clear();
    run(20);
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.Ping).hasSizeBetween(20, 38);
  }

  @Test
  void onlyWhoWasAskedStartsThatAndOnlyOnce() {
    among(60, new Random(1));
    IntStream.rangeClosed(2, 60).forEach(silent::add);
    untilAPing();
    run(0.51);
    long sequence = ((Body.Ping) pings(probed().getFirst()).getFirst().body()).sequence();
    List<Integer> asked = List.copyOf(askedForHelp);
    assertThat(asked).hasSize(3);
    int other = IntStream.rangeClosed(2, 60).filter(n -> !asked.contains(n)).findFirst().orElse(0);
    hear(other, new Body.Nack(sequence));
    run(0.1);
    assertThat(probed()).hasSize(1);
    hear(asked.getFirst(), new Body.Nack(sequence));
    run(0.1);
    assertThat(probed()).hasSize(6);
    run(1.1);
    int before = probed().size();
    hear(asked.getFirst(), new Body.Nack(sequence));
    run(0.01);
    assertThat(probed()).hasSize(before);
  }

  /**
   * Who is asked says soon that it has no answer yet: of one that is far away that says nothing.
   */
  @Test
  void whoIsFarAwayStartsNoneOfThat() {
    roundTripNanos = 600 * MILLI;
    among(9, new Random(1));
    run(30); // the round trips are known
    mute.add(9);
    sent.clear();
    run(10);
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.PingRequest).isNotEmpty();
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.Ping).hasSizeBetween(9, 12);
  }

  /** They were chosen because they may have fallen: one that finds five is not sick. */
  @Test
  void whatTheFiveMeetSaysNothingOfThisNodesHealth() {
    among(60, always(0));
    run(20);
    List<Integer> turns = pinged();
    sent.clear();
    arrivals.clear();
    among(60, always(0));
    mute.addAll(turns.subList(0, 6));
    untilAPing();
    run(0.52);
    assertThat(pinged()).isEqualTo(turns.subList(0, 6));
    nacking = false;
    run(1.5); // each of them is over
    nacking = true;
    sent.clear();
    run(8);
    assertThat(pinged()).hasSizeBetween(7, 9);
  }

  /** Whom this node pinged, in order. */
  private List<Integer> pinged() {
    return sent.stream()
        .filter(e -> e.body() instanceof Body.Ping)
        .map(e -> IntStream.rangeClosed(2, 60).filter(n -> isPing(e, n)).findFirst().orElseThrow())
        .toList();
  }

  private static boolean isPing(Envelope sent, int n) {
    return sent.body() instanceof Body.Ping p && p.target() == Body.Ping.mark(Cluster.id(n));
  }

  @Test
  void whoHearsNobodyPingsNoMoreThanBefore() {
    among(60, new Random(1));
    IntStream.rangeClosed(2, 60).forEach(silent::add);
    untilAPing();
    run(1.9); // the first is long over
    assertThat(probed()).hasSizeBetween(1, 2);
  }

  @Test
  void norDoesWhoPingsByHearsay() {
    among(60, always(0));
    run(12);
    for (int n : probed().subList(2, 10)) {
      mute.add(n);
      hear(2, new Body.News(), accused(n, MemberState.SUSPECT, 2));
    }
    sent.clear();
    run(1.5);
    assertThat(sent).filteredOn(e -> e.body() instanceof Body.PingRequest).hasSizeGreaterThan(20);
    assertThat(probed()).as("the eight, and the intervals' own").hasSizeBetween(8, 10);
  }

  private void untilAPing() {
    while (probed().isEmpty()) {
      run(0.01);
    }
  }

  /** Word of the refutation may have missed this node only. */
  @Test
  void whomNobodyVouchesToHaveFoundIsAskedEachThreeIntervalsAndTold() {
    among(60, looksForItselfNever());
    run(1);
    hear(2, new Body.News(), accused(40, MemberState.SUSPECT, STRANGER));
    hear(2, new Body.News(), accused(41, MemberState.SUSPECT, 3));
    run(2.9);
    assertThat(pings(40)).isEmpty();
    run(1.2); // at the next interval
    assertThat(pings(40))
        .singleElement()
        .satisfies(e -> assertThat(e.members()).anyMatch(m -> m.state() == MemberState.SUSPECT));
    run(3);
    assertThat(pings(40)).hasSize(2);
    assertThat(pings(41)).isEmpty();
    assertThat(stateOf(40)).isEqualTo(MemberState.SUSPECT); // it answered, but did not refute
  }

  @Test
  void ofManyWhomNobodyVouchesToHaveFoundAFewAreAskedEachInterval() {
    among(100, looksForItselfNever());
    run(1);
    for (int n = 41; n <= 80; n++) {
      hear(2, new Body.News(), accused(n, MemberState.SUSPECT, STRANGER));
    }
    run(3);
    int most = 0;
    for (int interval = 0; interval < 6; interval++) {
      sent.clear();
      run(1);
      most = Math.max(most, IntStream.rangeClosed(41, 80).map(n -> pings(n).size()).sum());
    }
    // The round's own may be one of them.
    assertThat(most).isBetween(Prober.MAX_ASKED_PER_INTERVAL, Prober.MAX_ASKED_PER_INTERVAL + 1);
  }

  /** Draws that are never among the first few of many. */
  private static RandomGenerator looksForItselfNever() {
    return always(40L << 32);
  }

  private List<Integer> probed() {
    return IntStream.rangeClosed(2, 60).filter(n -> !pings(n).isEmpty()).boxed().toList();
  }

  private List<Envelope> pings(int n) {
    return sent.stream().filter(e -> isPing(e, n)).toList();
  }

  @ParameterizedTest
  @ValueSource(longs = {600, 999, 1_400, 2_500})
  void whoIsFarAwayIsWaitedForOnceItsRoundTripIsKnown(long roundTripMillis) {
    roundTripNanos = roundTripMillis * MILLI;
    among(4, new Random(1));
    run(30);
    events.clear();
    run(60);
    assertThat(events).isEmpty();
    assertThat(sent.subList(sent.size() - 60, sent.size()))
        .noneMatch(e -> e.body() instanceof Body.PingRequest);
    assertThat(core().member(Cluster.id(2)).orElseThrow().rttMillis())
        .isBetween(roundTripMillis - 1.0, roundTripMillis + 1.0);
  }

  /** Draws the same whatever it is asked. */
  private static RandomGenerator always(long value) {
    return () -> value;
  }
}
