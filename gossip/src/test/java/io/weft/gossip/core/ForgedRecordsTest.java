package io.weft.gossip.core;

import static io.weft.gossip.core.Hearsay.calm;
import static io.weft.gossip.core.Hearsay.delta;
import static io.weft.gossip.core.Hearsay.hear;
import static io.weft.gossip.core.Hearsay.keyAt;
import static io.weft.gossip.core.Hearsay.news;
import static io.weft.gossip.core.Hearsay.record;
import static io.weft.gossip.core.Hearsay.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Decoded;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.MemberItem;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.gossip.wire.RecordItem;
import io.weft.gossip.wire.Sweep;
import io.weft.security.identity.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a member tells of another's records that the other has not written (INV-SEC-4). */
class ForgedRecordsTest {
  private static final int FORGER = 5;
  private static final int VICTIM = 4;

  /** How far the third is when all is calm: its labels and one record. */
  private static final long HEAD = 2;

  private static final RecordItem TRUE_ONE = signed(3, 3, 1, HEAD + 1, "ep/3", "true");

  private static RecordItem with(String key, long version, String value, RecordItem signedItem) {
    byte[] bytes = value.equals("deleted") ? null : value.getBytes(StandardCharsets.UTF_8);
    return new RecordItem(key, version, bytes, signedItem.signature());
  }

  static Stream<RecordItem> forgeries() {
    return Stream.of(
        signed(FORGER, 3, 1, HEAD + 1, "ep/3", "by another"),
        signed(3, FORGER, 1, HEAD + 1, "ep/3", "of another's records"),
        signed(3, 3, 2, HEAD + 1, "ep/3", "of another generation"),
        with("ep/3", HEAD + 2, "true", TRUE_ONE),
        with("ep/4", HEAD + 1, "true", TRUE_ONE),
        with("ep/3", HEAD + 1, "changed", TRUE_ONE),
        with("ep/3", HEAD + 1, "deleted", TRUE_ONE),
        with("ep/3", HEAD + 1, "", signed(3, 3, 1, HEAD + 1, "ep/3", null)),
        new RecordItem("ep/3", HEAD + 1, null, new byte[64]));
  }

  private static SortedMap<NodeId, SortedMap<String, String>> held(Cluster cluster) {
    TreeMap<NodeId, SortedMap<String, String>> all = new TreeMap<>();
    cluster
        .get(VICTIM)
        .core
        .records("")
        .forEach(
            (owner, records) -> {
              TreeMap<String, String> texts = new TreeMap<>();
              records.forEach(
                  (key, value) -> texts.put(key, new String(value, StandardCharsets.UTF_8)));
              all.put(owner, texts);
            });
    return all;
  }

  private static long forged(Cluster cluster) {
    return cluster.get(VICTIM).core.malformed().getOrDefault(Decoded.Cause.FORGED, 0L);
  }

  private static long versionOf3(Cluster cluster) {
    return cluster.get(VICTIM).core.member(Cluster.id(3)).orElseThrow().version();
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void whatTheOwnerHasNotSignedChangesNothingAndNobodyIsAskedForMore(RecordItem item) {
    Cluster cluster = calm(5);
    assertThat(versionOf3(cluster)).isEqualTo(HEAD);
    SortedMap<NodeId, SortedMap<String, String>> before = held(cluster);
    cluster.get(VICTIM).events.clear();
    List<Envelope> questions =
        record(cluster, e -> e.body() instanceof Body.Digest d && !d.complete());

    hear(cluster, FORGER, VICTIM, news(delta(3, HEAD, item)));

    assertThat(forged(cluster)).isEqualTo(1);
    assertThat(held(cluster)).isEqualTo(before);
    assertThat(versionOf3(cluster)).isEqualTo(HEAD);
    cluster.seconds(5);
    assertThat(cluster.get(VICTIM).events).isEmpty();
    assertThat(questions).isEmpty();

    cluster.get(3).put("ep/3", "the owner's");
    cluster.seconds(3);
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("the owner's");
    assertThat(cluster.get(3).core.self().generation()).as("nothing to write anew").isEqualTo(1);
  }

  @Test
  void ofADeltaWithAForgeryNothingIsTaken() {
    Cluster cluster = calm(5);
    hear(
        cluster,
        FORGER,
        VICTIM,
        news(
            delta(3, HEAD, TRUE_ONE, signed(FORGER, 3, 1, HEAD + 2, "ep/no", "no")),
            delta(2, 1, signed(2, 2, 1, 2, "ep/behind", "no"))));
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("x");
    assertThat(cluster.get(VICTIM).read(3, "ep/no")).isNull();
    assertThat(cluster.get(VICTIM).read(2, "ep/behind")).as("nothing behind it").isNull();
    assertThat(versionOf3(cluster)).isEqualTo(HEAD);
    assertThat(forged(cluster)).isEqualTo(1);
  }

  @Test
  void aKeyThatIsNotTheOwnersOpensNothing() {
    Cluster cluster = new Cluster(41);
    cluster.start(3);
    cluster.isolate(3);
    Cluster.Node late = cluster.node(4, 1, Cluster.address(4));
    cluster.isolate(4);
    late.input(new GossipInput.Timer());
    hear(
        cluster,
        2,
        4,
        new Envelope(
            Hearsay.item(2, MemberState.ALIVE, 0, 1),
            new Body.News(),
            List.of(Hearsay.item(3, MemberState.ALIVE, 0, 1)),
            List.of(
                new OwnerDelta(
                    Cluster.id(3),
                    1,
                    0,
                    1,
                    0,
                    null,
                    List.of(signed(2, 3, 1, 1, "ep/3", "no")),
                    keyAt(2, 0)))));
    assertThat(late.core.member(Cluster.id(3)).orElseThrow().version()).isZero();
    assertThat(forged(cluster)).isEqualTo(1);
    assertThat(late.read(3, "ep/3")).isNull();
  }

  /** Who says what was dropped must bring what came after it, and only the owner can sign that. */
  @Test
  void nobodysRecordsAreSweptOnAWordThatTheOwnerHasNotSigned() { // INV-SYN-2
    Cluster cluster = calm(5);
    OwnerDelta sweep =
        new OwnerDelta(
            Cluster.id(3),
            1,
            HEAD,
            HEAD + 9,
            HEAD + 8,
            new Sweep(List.of()),
            List.of(),
            keyAt(3, HEAD));
    hear(cluster, FORGER, VICTIM, news(sweep));
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("x");
    cluster.seconds(15);
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("x");
    assertThat(cluster.get(3).core.self().generation()).as("nothing to write anew").isEqualTo(1);
    cluster.get(3).put("ep/3", "after");
    cluster.seconds(5);
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("after");
  }

  /** A true change, and with it the lie that all is dropped up to far beyond what was written. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noWordOnWhatWasDroppedKeepsAnybodyFromTheOwner(boolean forgedToo) { // INV-SYN-2
    Cluster cluster = calm(5);
    cluster.isolate(VICTIM);
    cluster.get(3).put("ep/3", "true");
    List<RecordItem> told =
        forgedToo
            ? List.of(TRUE_ONE, signed(FORGER, 3, 1, HEAD + 2, "ep/no", "no"))
            : List.of(TRUE_ONE);
    OwnerDelta lie =
        new OwnerDelta(
            Cluster.id(3),
            1,
            HEAD,
            Hearsay.HIGHEST_COUNTER,
            Hearsay.HIGHEST_COUNTER,
            new Sweep(List.of(1L)),
            told,
            null);
    hear(cluster, FORGER, VICTIM, news(lie));
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo(forgedToo ? "x" : "true");
    cluster.network.healAll();
    cluster.get(3).put("ep/3", "after");
    assertThat(cluster.secondsToConverge(10)).isNotNegative();
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isEqualTo("after");
    for (Cluster.Node node : cluster.nodes) {
      assertThat(node.core.malformed()).doesNotContainKey(Decoded.Cause.BAD_FIELD);
    }
  }

  @Test
  void whoSaysAgainAndAgainThatAnOwnerWroteOtherwiseMakesItWriteAnewOnceASyncInterval() {
    Cluster cluster = calm(5);
    for (int i = 0; i < 50; i++) {
      long generation = cluster.get(3).core.self().generation();
      OwnerDigest lie = new OwnerDigest(Cluster.id(3), generation, HEAD + 1, 0, 0);
      Body question = new Body.Digest(List.of(lie), false, Body.Digest.ALL);
      MemberItem forger = Hearsay.asHeld(cluster, 3, FORGER);
      hear(cluster, FORGER, 3, new Envelope(forger, question, List.of(), List.of()));
      cluster.seconds(0.1);
    }
    assertThat(cluster.get(3).core.self().generation()).isEqualTo(2);
    assertThat(cluster.secondsToConverge(5)).isNotNegative();
  }

  /** So its head is never reached there, and yet what it wrote in its last life does not stay. */
  @Test
  void ofWhomNeverEnoughIsHeardTheNewRecordsComeAndTheOldOnesGo() { // INV-SYN-2
    Cluster cluster = new Cluster(41);
    cluster.withLinks = false;
    cluster.start(5);
    cluster.get(3).put("ep/3", "of its first life");
    cluster.seconds(15);
    cluster.get(3).kill();
    cluster.node(3, 2, Cluster.address(3)).join(Cluster.address(1));
    OwnerDigest lie = new OwnerDigest(Cluster.id(3), 2, Hearsay.HIGHEST_COUNTER, 0, 0);
    Body digest = new Body.Digest(List.of(lie), false, Body.Digest.ALL);
    MemberItem again = Hearsay.item(3, MemberState.ALIVE, 0, 2);
    MemberItem forger = Hearsay.asHeld(cluster, VICTIM, FORGER);
    hear(cluster, FORGER, VICTIM, new Envelope(forger, digest, List.of(again), List.of()));
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).as("until its new ones are here").isNotNull();
    for (int i = 0; i < 15; i++) {
      cluster.get(3).put("ep/new", "value-" + i);
      cluster.seconds(2);
      assertThat(cluster.get(VICTIM).read(3, "ep/new")).isEqualTo("value-" + i);
    }
    assertThat(cluster.get(VICTIM).read(3, "ep/3")).isNull();

    List<Envelope> questions = record(cluster, e -> Hearsay.asksFor(3, e));
    cluster.seconds(12);
    assertThat(questions).as("once in three gossip intervals").hasSizeBetween(1, 21);
  }

  @Test
  void aDeletionThatWasTheLastWordStaysProvenForWhoeverComesLate() { // INV-SYN-2
    Cluster cluster = new Cluster(41);
    cluster.config = cluster.config.withRetention(3_600_000, 5_000);
    cluster.start(4);
    cluster.get(3).put("ep/3", "x");
    cluster.get(3).put("ep/4", "y");
    cluster.seconds(5);
    cluster.get(3).input(new GossipInput.RemoveRecord("ep/3"));
    cluster.get(3).input(new GossipInput.RemoveRecord("ep/4"));
    cluster.seconds(30);
    Cluster.Node late = cluster.node(5, 1, Cluster.address(5));
    late.join(Cluster.address(1));
    cluster.seconds(10);
    assertThat(late.core.member(Cluster.id(3)).orElseThrow().version())
        .isEqualTo(cluster.get(3).core.self().version());
    assertThat(late.core.records("")).doesNotContainKey(Cluster.id(3));
    assertThat(cluster.converged()).isTrue();
  }
}
