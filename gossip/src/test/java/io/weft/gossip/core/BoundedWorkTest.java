package io.weft.gossip.core;

import static io.weft.gossip.core.Hearsay.hear;
import static io.weft.gossip.core.Hearsay.item;
import static io.weft.gossip.core.Hearsay.record;
import static io.weft.gossip.core.Hearsay.signed;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.Envelope;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.RecordItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** One that is told more than it may look at, or than it has room for: how often it asks again. */
class BoundedWorkTest {
  private static final int OWNER = 3;
  private static final int TELLER = 5;

  private final Cluster cluster = new Cluster(41);
  private final Cluster.Node one = cluster.node(4, 1, Cluster.address(4));
  private final List<Envelope> questions = record(cluster, e -> Hearsay.asksFor(OWNER, e));

  /** As an answer: what the owner wrote from one version to another, of more. */
  private void answer(long base, long upTo, long head) {
    List<RecordItem> items = new ArrayList<>();
    for (long version = base + 1; version <= upTo; version++) {
      items.add(signed(OWNER, OWNER, 1, version, "ep/" + version, "x"));
    }
    OwnerDelta delta =
        new OwnerDelta(
            Cluster.id(OWNER), 1, base, head, 0, null, items, Hearsay.keyAt(OWNER, base));
    hear(
        cluster,
        TELLER,
        one.number,
        new Envelope(
            item(TELLER, MemberState.ALIVE, 0, 1),
            new Body.Delta(List.of()),
            List.of(item(OWNER, MemberState.ALIVE, 0, 1)),
            List.of(delta)));
  }

  private long held() {
    return one.core.member(Cluster.id(OWNER)).orElseThrow().version();
  }

  @Test
  void whatThereWasNoTimeToLookAtIsNotAskedForAtOnce() {
    int all = 3 * Notary.AT_ONCE;
    answer(0, Notary.AT_ONCE, all);
    assertThat(questions).as("there is more, and time by then").isNotEmpty();
    cluster.seconds(0.1);
    questions.clear();
    answer(Notary.AT_ONCE, 2 * Notary.AT_ONCE, all);
    assertThat(held()).isEqualTo(Notary.AT_ONCE + Notary.PER_SECOND / 10);
    cluster.seconds(0.19);
    assertThat(questions).isEmpty();
    cluster.seconds(0.21);
    assertThat(questions).hasSize(1);
  }

  /** Its owner wrote more than any may: what comes is looked at each time, and never taken. */
  @Test
  void whatThereIsNoRoomForIsAskedForNoMoreOftenThanWhatNobodyAnswers() {
    GossipCore owner =
        new GossipCore(
            cluster.config,
            Cluster.id(OWNER),
            "host-" + OWNER,
            Cluster.address(OWNER),
            new TreeMap<>(),
            1,
            new CheapSigner(Cluster.id(OWNER)),
            new Random(1));
    for (int i = 2; i < OwnerRecords.MAX_RECORDS; i++) { // and its labels
      owner.step(0, new GossipInput.PutRecord("old/" + i, new byte[] {1}), one);
    }
    one.core.assume(List.of(owner.known()));
    long base = OwnerRecords.MAX_RECORDS - 1;
    questions.clear();
    answer(base, base + 10, base + 10);
    assertThat(held()).as("as far as there is room").isEqualTo(OwnerRecords.MAX_RECORDS);
    assertThat(questions).as("not at once, either").isEmpty();
    int asked = 0;
    for (int i = 0; i < 60; i++) {
      if (!questions.isEmpty()) {
        asked += questions.size();
        questions.clear();
        answer(held(), base + 10, base + 10);
      }
      cluster.seconds(0.05);
    }
    assertThat(held()).isEqualTo(OwnerRecords.MAX_RECORDS);
    assertThat(asked).as("once in three gossip intervals").isBetween(1, 5);
    assertThat(requireNonNull(one.read(OWNER, "ep/" + (base + 1)))).isEqualTo("x");
  }
}
