package io.weft.gossip.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.Sweep;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One owner's records at their bound (INV-SYN-1, INV-SYN-2). */
class OwnerRecordsTest {
  private static final NodeId OWNER = NodeId.ofBytes(new byte[NodeId.BYTES]);
  private static final byte[] VALUE = {1};
  private static final int BUDGET_BYTES = 1 << 20;
  private static final int DATAGRAM_BYTES = 1_000;
  private static final long PATIENCE_NANOS = 5_000_000_000L;

  /** Enough for one record. */
  private static final int SMALL_BUDGET_BYTES = 315;

  private final OwnerRecords owner = new OwnerRecords(OWNER, 1, store());
  private final List<String> changed = new ArrayList<>();

  private static RecordStore store() {
    return new RecordStore(new CheapSigner(OWNER), PATIENCE_NANOS, new Buckets(), new Agenda());
  }

  private void catchUp(OwnerRecords other) {
    for (int turns = 0; other.head() < owner.head(); turns++) {
      assertThat(turns).as("deltas until it has all").isLessThan(100);
      OwnerDelta delta =
          requireNonNull(
              owner.delta(
                  other.head(),
                  other.digest().gcVersion(),
                  other.digest().content(),
                  BUDGET_BYTES));
      other.apply(0, delta, owner.ownerKey(), (key, value) -> changed.add(key));
    }
    assertThat(other.visible("").keySet()).isEqualTo(owner.visible("").keySet());
  }

  @Test
  void comingAndGoingWithoutEndNeverFillsThem() {
    OwnerRecords near = new OwnerRecords(OWNER, 1, store());
    OwnerRecords far = new OwnerRecords(OWNER, 1, store());
    owner.write(0, "stays", VALUE);
    owner.write(0, "goes", VALUE);
    catchUp(far);
    owner.write(0, "goes", null);
    for (int i = 0; i < 2 * OwnerRecords.MAX_RECORDS; i++) {
      owner.write(0, "key" + i, VALUE);
      if (i % 5_000 == 0) {
        catchUp(near);
      }
      owner.write(0, "key" + i, null);
    }
    catchUp(near);
    catchUp(far);
    assertThat(owner.visible("").keySet()).containsExactly("stays");
  }

  @Test
  void whatLivesIsNeverDropped() {
    for (int i = 0; i < OwnerRecords.MAX_RECORDS; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    assertThatThrownBy(() -> owner.write(0, "another", VALUE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one too many");
    assertThat(owner.visible("")).hasSize(OwnerRecords.MAX_RECORDS);
  }

  /** Found by the simulator, random seed 625499588085. */
  @Test
  void whoHasNotHeardOfADeletionDoesNotBringBackWhatWasDeletedINVSYN2() {
    owner.write(0, "first", VALUE);
    owner.write(0, "goes", VALUE);
    OwnerRecords outdated = new OwnerRecords(OWNER, 1, store());
    catchUp(outdated);
    owner.write(0, "goes", null);
    owner.write(0, "last", VALUE);
    owner.collectTombstones(1, 1);

    OwnerRecords fresh = new OwnerRecords(OWNER, 1, store());
    OwnerDelta part = requireNonNull(owner.delta(0, 0, 0, SMALL_BUDGET_BYTES));
    assertThat(part.records()).as("only the first fits").hasSize(1);
    assertThat(fresh.apply(0, part, owner.ownerKey(), (key, value) -> {})).isTrue();
    OwnerDelta old =
        requireNonNull(
            outdated.delta(
                fresh.head(), fresh.digest().gcVersion(), fresh.digest().content(), BUDGET_BYTES));
    fresh.apply(0, old, owner.ownerKey(), (key, value) -> {});
    assertThat(fresh.visible("").keySet()).as("as far as the other").contains("goes");
    catchUp(fresh);
    assertThat(fresh.visible("").keySet()).containsExactly("first", "last");
  }

  /** An answer to an earlier question: its receiver has come further meanwhile. */
  @Test
  void whatWasDeletedAfterTheStateThatAnAnswerIsForGoesTooINVSYN2() {
    owner.write(0, "first", VALUE);
    OwnerRecords other = new OwnerRecords(OWNER, 1, store());
    catchUp(other);
    long asked = other.head();
    owner.write(0, "goes", VALUE);
    catchUp(other);
    owner.write(0, "goes", null);
    owner.write(0, "last", VALUE);
    owner.collectTombstones(1, 1);
    OwnerDelta answer = requireNonNull(owner.delta(asked, 0, 0, BUDGET_BYTES));
    other.apply(0, answer, owner.ownerKey(), (key, value) -> changed.add(key));
    assertThat(other.visible("").keySet()).containsExactly("first", "last");
    assertThat(changed).contains("goes");
  }

  /** It is known that the old value counts no more, and not yet that there is a newer one. */
  @Test
  void whatWasOverwrittenBeyondACutIsNeverShownAsDeleted() {
    owner.write(0, "stays", VALUE);
    OwnerRecords other = new OwnerRecords(OWNER, 1, store());
    catchUp(other);
    changed.clear();
    owner.write(0, "goes", VALUE);
    for (int i = 0; i < Notary.AT_ONCE; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    owner.write(0, "goes", null);
    owner.write(0, "stays", new byte[] {2});
    owner.collectTombstones(1, 1);
    OwnerDelta part = requireNonNull(owner.delta(other.head(), 0, 0, BUDGET_BYTES));
    other.apply(0, part, owner.ownerKey(), (key, value) -> changed.add(key));
    assertThat(other.behind()).isTrue();
    assertThat(other.value("stays")).isEqualTo(VALUE);
    assertThat(changed).doesNotContain("stays");
    catchUp(other);
    assertThat(other.value("stays")).isEqualTo(new byte[] {2});
    assertThat(changed).containsOnlyOnce("stays");
  }

  /** Who comes anew gets the table in pieces, each of which would need a list of all before it. */
  @ParameterizedTest
  @ValueSource(ints = {600, 3_000})
  void whoHoldsTheSameUpToAPieceNeedsNoListOfWhatLives(int records) {
    owner.write(0, "goes", VALUE);
    for (int i = 0; i < records; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    owner.write(0, "goes", null);
    owner.write(0, "last", VALUE);
    owner.collectTombstones(1, 1);
    OwnerRecords other = new OwnerRecords(OWNER, 1, store());
    for (int pieces = 0; other.head() < owner.head(); pieces++) {
      assertThat(pieces).isLessThan(records);
      OwnerDelta piece =
          requireNonNull(
              owner.delta(
                  other.head(),
                  other.digest().gcVersion(),
                  other.digest().content(),
                  DATAGRAM_BYTES));
      assertThat(piece.sweep()).isIn(null, Sweep.NOTHING);
      assertThat(other.apply(0, piece, owner.ownerKey(), (key, value) -> {})).isTrue();
    }
    assertThat(other.visible("").keySet()).isEqualTo(owner.visible("").keySet());
  }

  /** Verifying takes its time; what the owner goes on proving is not given up meanwhile. */
  @Test
  void whatALastGenerationLeftIsShownForAsLongAsTheOwnersWordGoesOnComing() {
    for (int i = 0; i < 3 * Notary.AT_ONCE; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    OwnerRecords other = new OwnerRecords(OWNER, 1, store());
    catchUp(other);
    owner.rebirth(0, 2);
    other.supersede(2, PATIENCE_NANOS);
    for (int part = 1; part <= 2; part++) {
      OwnerDelta delta = requireNonNull(owner.delta(other.head(), 0, 0, BUDGET_BYTES));
      other.apply(
          part * (PATIENCE_NANOS - 1), delta, owner.ownerKey(), (key, value) -> changed.add(key));
      assertThat(other.leftoverDeadlineNanos()).isGreaterThan(part * PATIENCE_NANOS);
    }
    assertThat(other.visible("")).hasSize(3 * Notary.AT_ONCE);
  }

  /** Nothing else shows anybody that the history goes so far. */
  @Test
  void ofDeletionsThatAreAllOldEnoughTheLastStays() {
    owner.write(0, "first", VALUE);
    owner.write(0, "last", VALUE);
    owner.write(0, "first", null);
    owner.write(0, "last", null);
    owner.collectTombstones(1, 1);
    OwnerRecords fresh = new OwnerRecords(OWNER, 1, store());
    catchUp(fresh);
    assertThat(fresh.head()).isEqualTo(owner.head());
    assertThat(fresh.passingTombstones() + owner.passingTombstones()).isZero();
  }

  /** The newest change stays even if it is a deletion, until there is a newer one. */
  @Test
  void aDeletionThatWasTheLastMakesRoomForWhatComesNext() {
    for (int i = 0; i < OwnerRecords.MAX_RECORDS; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    OwnerRecords other = new OwnerRecords(OWNER, 1, store());
    catchUp(other);
    owner.write(0, "key5", null);
    owner.write(0, "at once", VALUE);
    catchUp(other);
    owner.write(0, "key6", null);
    catchUp(other);
    owner.write(0, "key7", new byte[] {2});
    owner.write(0, "another", VALUE);
    owner.write(0, "key7", new byte[] {3});
    catchUp(other);
    assertThat(other.visible("")).hasSize(OwnerRecords.MAX_RECORDS).containsKey("another");
  }

  @Test
  void aDeltaBringsNoMoreThanAnybodyVerifiesAtOnce() {
    for (int i = 0; i < 2 * Notary.AT_ONCE; i++) {
      owner.write(0, "key" + i, VALUE);
    }
    assertThat(requireNonNull(owner.delta(0, 0, 0, BUDGET_BYTES)).records())
        .hasSize(Notary.AT_ONCE);
  }
}
