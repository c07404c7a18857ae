package io.weft.gossip.core;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.signing.OwnerKey;
import io.weft.gossip.signing.RecordSigner;
import io.weft.gossip.testing.CheapSigner;
import io.weft.gossip.wire.OwnerDelta;
import io.weft.gossip.wire.OwnerDigest;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The work of looking at signatures, and its bound. */
class NotaryTest {
  private static final NodeId OWNER = Cluster.id(1);
  private static final long SECOND = 1_000_000_000L;
  private static final int BUDGET_BYTES = 1 << 20;
  private static final long PATIENCE_NANOS = 5 * SECOND;

  /** Counts what is verified. */
  private static final class Counting implements RecordSigner {
    private final RecordSigner inner = new CheapSigner(Cluster.id(2));
    int verified;
    int keys;

    @Override
    public OwnerKey own() {
      return inner.own();
    }

    @Override
    public byte[] sign(byte[] statement) {
      return inner.sign(statement);
    }

    @Override
    public @Nullable OwnerKey key(NodeId owner, byte[] encoded) {
      keys++;
      OwnerKey key = requireNonNull(inner.key(owner, encoded));
      return new OwnerKey() {
        @Override
        public byte[] encoded() {
          return key.encoded();
        }

        @Override
        public boolean verifies(byte[] statement, byte[] signature) {
          verified++;
          return key.verifies(statement, signature);
        }
      };
    }
  }

  private final Counting signer = new Counting();
  private final List<String> changed = new ArrayList<>();
  private final Notary notary = new Notary(signer);
  private final OwnerRecords owner =
      new OwnerRecords(
          OWNER,
          1,
          new RecordStore(new CheapSigner(OWNER), PATIENCE_NANOS, new Buckets(), new Agenda()));
  private final OwnerRecords other =
      new OwnerRecords(
          OWNER, 1, new RecordStore(signer, PATIENCE_NANOS, new Buckets(), new Agenda()));

  private void write(int records) {
    for (int i = 0; i < records; i++) {
      owner.write(0, "key" + i, new byte[] {1});
    }
  }

  private void take(long nowNanos) {
    OwnerDelta delta =
        requireNonNull(
            owner.delta(
                other.head(), other.digest().gcVersion(), other.digest().content(), BUDGET_BYTES));
    take(nowNanos, delta);
  }

  private void take(long nowNanos, OwnerDelta delta) {
    Notary.Finding finding = notary.look(nowNanos, other, delta);
    assertThat(finding.verdict()).isNotEqualTo(Notary.Verdict.FORGED);
    other.apply(nowNanos, finding.delta(), finding.key(), (key, value) -> changed.add(key));
  }

  @Test
  void whatIsBeyondTheAllowanceIsLeftOutAndTakenLater() {
    int all = 3 * Notary.AT_ONCE;
    write(all);
    take(0);
    assertThat(other.head()).isEqualTo(Notary.AT_ONCE);
    assertThat(other.behind()).as("it knows that there is more").isTrue();
    take(0);
    assertThat(other.head()).as("nothing more at the same time").isEqualTo(Notary.AT_ONCE);
    take(SECOND / 10);
    assertThat(other.head()).isEqualTo(Notary.AT_ONCE + Notary.PER_SECOND / 10);
    take(10 * SECOND);
    take(20 * SECOND);
    assertThat(other.head()).isEqualTo(all);
    assertThat(other.behind()).isFalse();
    assertThat(signer.verified).as("each once").isEqualTo(all);
  }

  @Test
  void whatIsHeldIsNotVerifiedAgain() {
    write(10);
    OwnerDelta whole = requireNonNull(owner.delta(0, 0, 0, BUDGET_BYTES));
    take(0, whole);
    owner.write(0, "another", new byte[] {1});
    take(0, requireNonNull(owner.delta(0, 0, 0, BUDGET_BYTES)));
    take(0, whole);
    assertThat(signer.verified).isEqualTo(11);
    assertThat(signer.keys).as("the key is kept").isEqualTo(1);
  }

  @Test
  void aKeyOutlivesItsOwnersGenerations() {
    write(1);
    take(0);
    owner.rebirth(0, 2);
    other.supersede(2, SECOND);
    take(0);
    assertThat(other.head()).isEqualTo(1);
    assertThat(signer.keys).isEqualTo(1);
    assertThat(signer.verified).as("each generation's are signed anew").isEqualTo(2);
  }

  @Test
  void forgeriesUseUpTheAllowanceToo() {
    write(1);
    OwnerDelta delta = requireNonNull(owner.delta(0, 0, 0, BUDGET_BYTES));
    OwnerDelta forged =
        new OwnerDelta(
            OWNER,
            1,
            0,
            1,
            0,
            null,
            List.of(
                new io.weft.gossip.wire.RecordItem(
                    "key0", 1, new byte[] {2}, delta.records().getFirst().signature())),
            delta.ownerKey());
    for (int i = 0; i < Notary.AT_ONCE; i++) {
      assertThat(notary.look(0, other, forged).verdict()).isEqualTo(Notary.Verdict.FORGED);
    }
    assertThat(notary.look(0, other, forged).verdict())
        .as("not even looked at")
        .isEqualTo(Notary.Verdict.CUT);
    assertThat(notary.forged()).isEqualTo(Notary.AT_ONCE);
    take(0);
    assertThat(other.head()).isZero();
    take(SECOND);
    assertThat(other.head()).isEqualTo(1);
  }

  /** What still lives is told with the first part already, and newer values with a later one. */
  @Test
  void whatASweepTakesIsShownUntilWhatTheAllowanceLeftOutHasCome() { // INV-SYN-2
    owner.write(0, "stays", new byte[] {1});
    owner.write(0, "goes", new byte[] {1});
    write(Notary.AT_ONCE - 2);
    take(0);
    for (int i = 0; i < Notary.AT_ONCE / 2; i++) {
      owner.write(0, "new" + i, new byte[] {1});
    }
    owner.write(0, "goes", null);
    owner.write(0, "stays", new byte[] {2});
    owner.collectTombstones(1, 1);
    changed.clear();

    OwnerDigest before = other.digest();
    take(0);
    assertThat(other.digest()).as("no change was looked at, so nothing goes").isEqualTo(before);
    take(SECOND / 10);
    assertThat(other.head()).isEqualTo(Notary.AT_ONCE + Notary.PER_SECOND / 10);
    assertThat(other.visible("")).containsEntry("stays", new byte[] {1}).containsKey("goes");
    assertThat(changed).doesNotContain("stays", "goes");
    take(SECOND);
    assertThat(other.visible("")).containsEntry("stays", new byte[] {2}).doesNotContainKey("goes");
    assertThat(changed).containsOnlyOnce("stays").containsOnlyOnce("goes");
    assertThat(signer.verified).as("each once").isEqualTo(Notary.AT_ONCE * 3 / 2 + 1);
  }
}
