package io.weft.security.keyring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.security.identity.NodeId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class GossipKeyringTest {
  private static final NodeId ALICE = NodeId.ofBytes(filled(32, 1));
  private static final NodeId BOB = NodeId.ofBytes(filled(32, 2));
  private static final int COUNTER_AT = 52;

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Keys of epoch e are 32 bytes e; the given epochs, of which one seals. */
  private static GossipKeys keys(int sealEpoch, int... epochs) {
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    for (int epoch : epochs) {
      secrets.put(epoch, filled(32, epoch));
    }
    return new GossipKeys(secrets, sealEpoch);
  }

  private static GossipKeyring ring(NodeId self, GossipKeys keys) {
    return new GossipKeyring("blue", self, 7, keys);
  }

  private static Opened.Cause cause(Opened opened) {
    assertThat(opened).isInstanceOf(Opened.Rejected.class);
    return ((Opened.Rejected) opened).cause();
  }

  private static Opened.Accepted accepted(Opened opened) {
    assertThat(opened).isInstanceOf(Opened.Accepted.class);
    return (Opened.Accepted) opened;
  }

  @Property(tries = 200)
  void whatOneSealsAnotherOpens(@ForAll @Size(max = 1300) byte[] payload, @ForAll long generation) {
    GossipKeyring sender = new GossipKeyring("blue", ALICE, generation, keys(1, 1));
    byte[] datagram = sender.seal(payload);
    assertThat(datagram).hasSize(payload.length + GossipKeyring.OVERHEAD_BYTES);
    Opened.Accepted opened = accepted(ring(BOB, keys(1, 1)).open(datagram));
    assertThat(opened.payload()).isEqualTo(payload);
    assertThat(opened.sender()).isEqualTo(ALICE);
    assertThat(opened.generation()).isEqualTo(generation);
    assertThat(opened.epoch()).isEqualTo(1);
  }

  @Test
  void anyFlippedBitIsRejected() {
    GossipKeyring receiver = ring(BOB, keys(1, 1));
    byte[] datagram = ring(ALICE, keys(1, 1)).seal(new byte[] {1, 2, 3, 4, 5});
    for (int bit = 0; bit < datagram.length * 8; bit++) {
      byte[] damaged = datagram.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(receiver.open(damaged)).as("bit %d", bit).isInstanceOf(Opened.Rejected.class);
    }
    accepted(receiver.open(datagram)); // and none of them spoilt the true one
  }

  @Property(tries = 300)
  void garbageNeverThrows(@ForAll @Size(max = 200) byte[] garbage) {
    assertThat(ring(BOB, keys(1, 1)).open(garbage)).isInstanceOf(Opened.Rejected.class);
  }

  @Property(tries = 200)
  void truncationNeverThrows(@ForAll @IntRange(max = 115) int length) {
    byte[] datagram = ring(ALICE, keys(1, 1)).seal(new byte[40]);
    assertThat(ring(BOB, keys(1, 1)).open(Arrays.copyOf(datagram, length)))
        .isInstanceOf(Opened.Rejected.class);
  }

  @Test
  void eachRejectionNamesItsCause() {
    GossipKeyring receiver = ring(BOB, keys(1, 1));
    byte[] good = ring(ALICE, keys(1, 1)).seal(new byte[8]);
    assertThat(cause(receiver.open(new byte[GossipKeyring.OVERHEAD_BYTES - 1])))
        .isEqualTo(Opened.Cause.TOO_SHORT);
    assertThat(cause(receiver.open(new byte[100]))).isEqualTo(Opened.Cause.BAD_MAGIC);
    byte[] version = good.clone();
    version[2] = 2;
    assertThat(cause(receiver.open(version))).isEqualTo(Opened.Cause.BAD_VERSION);
    byte[] foreign = new GossipKeyring("red", ALICE, 7, keys(1, 1)).seal(new byte[8]);
    assertThat(cause(receiver.open(foreign))).isEqualTo(Opened.Cause.WRONG_CLUSTER);
    byte[] later = ring(ALICE, keys(2, 2)).seal(new byte[8]);
    assertThat(receiver.unknownKeys()).isZero();
    assertThat(cause(receiver.open(later))).isEqualTo(Opened.Cause.UNKNOWN_KEY);
    assertThat(receiver.unknownKeys()).isEqualTo(1);
  }

  @Test
  void theClustersNameIsBoundInBeyondItsShortLabel() {
    byte[] foreign = new GossipKeyring("red", ALICE, 7, keys(1, 1)).seal(new byte[8]);
    byte[] ours = ring(ALICE, keys(1, 1)).seal(new byte[8]);
    System.arraycopy(ours, 4, foreign, 4, 4);
    assertThat(cause(ring(BOB, keys(1, 1)).open(foreign))).isEqualTo(Opened.Cause.BAD_TAG);
  }

  @Test
  void anotherSecretOfTheSameEpochIsRejected() {
    GossipKeys other = new GossipKeys(new TreeMap<>(java.util.Map.of(1, filled(32, 9))), 1);
    assertThat(cause(ring(BOB, keys(1, 1)).open(ring(ALICE, other).seal(new byte[8]))))
        .isEqualTo(Opened.Cause.BAD_TAG);
  }

  @Test
  void twoEpochsAreAcceptedDuringARotationAndTheOldOneIsDeadAfterIt() {
    GossipKeyring alice = ring(ALICE, keys(1, 1));
    GossipKeyring bob = ring(BOB, keys(1, 1, 2));
    byte[] late = alice.seal(new byte[1]);
    assertThat(accepted(bob.open(alice.seal(new byte[1]))).epoch()).isEqualTo(1);
    alice.use(keys(2, 1, 2));
    assertThat(accepted(bob.open(alice.seal(new byte[1]))).epoch()).isEqualTo(2);
    bob.use(keys(2, 2));
    assertThat(cause(bob.open(late))).isEqualTo(Opened.Cause.UNKNOWN_KEY);
  }

  @Test
  void countersNeverRepeatAcrossRotationsINV_SEC_2() {
    GossipKeyring alice = ring(ALICE, keys(1, 1));
    Set<Long> seen = new HashSet<>();
    for (int i = 0; i < 600; i++) {
      if (i % 100 == 99) {
        alice.use(i % 200 == 99 ? keys(2, 1, 2) : keys(1, 1));
      }
      assertThat(seen.add(ByteBuffer.wrap(alice.seal(new byte[0])).getLong(COUNTER_AT))).isTrue();
    }
  }

  @Property(tries = 100)
  void sendersAndGenerationsSealUnderDifferentKeysINV_SEC_2(
      @ForAll long first, @ForAll long second) {
    byte[] plain = new byte[32];
    byte[] alices = new GossipKeyring("blue", ALICE, first, keys(1, 1)).seal(plain);
    byte[] bobs = new GossipKeyring("blue", BOB, first, keys(1, 1)).seal(plain);
    byte[] latest = new GossipKeyring("blue", ALICE, second, keys(1, 1)).seal(plain);
    // All three have nonce 0: under one key the ciphertexts of one plaintext would be equal.
    assertThat(sealed(alices)).isNotEqualTo(sealed(bobs));
    assertThat(Arrays.equals(sealed(alices), sealed(latest))).isEqualTo(first == second);
  }

  private static byte[] sealed(byte[] datagram) {
    return Arrays.copyOfRange(datagram, DatagramHeader.BYTES, datagram.length);
  }

  @Test
  void aReplayIsDroppedINV_SEC_2() {
    GossipKeyring alice = ring(ALICE, keys(1, 1));
    GossipKeyring bob = ring(BOB, keys(1, 1));
    byte[] datagram = alice.seal(new byte[3]);
    accepted(bob.open(datagram));
    assertThat(cause(bob.open(datagram))).isEqualTo(Opened.Cause.REPLAY);
  }

  /** Regression: taking over new secrets forgot what had been seen under those that stayed. */
  @Test
  void aReplayIsDroppedAfterARotationStepTooINV_SEC_2() {
    GossipKeyring alice = ring(ALICE, keys(1, 1));
    GossipKeyring bob = ring(BOB, keys(1, 1));
    byte[] datagram = alice.seal(new byte[3]);
    accepted(bob.open(datagram));
    bob.use(keys(1, 1, 2));
    assertThat(cause(bob.open(datagram))).isEqualTo(Opened.Cause.REPLAY);
    bob.use(keys(2, 1, 2));
    assertThat(cause(bob.open(datagram))).isEqualTo(Opened.Cause.REPLAY);
  }

  @Test
  void aSecretThatChangesUnderItsEpochsNumberIsUsedAtOnce() {
    GossipKeys other = new GossipKeys(new TreeMap<>(java.util.Map.of(1, filled(32, 9))), 1);
    GossipKeyring bob = ring(BOB, keys(1, 1));
    accepted(bob.open(ring(ALICE, keys(1, 1)).seal(new byte[3])));
    bob.use(other);
    accepted(bob.open(ring(ALICE, other).seal(new byte[3])));
    assertThat(cause(bob.open(ring(ALICE, keys(1, 1)).seal(new byte[3]))))
        .isEqualTo(Opened.Cause.BAD_TAG);
  }

  @Test
  void moreSendersThanTheCacheHoldsAreAllHeard() {
    GossipKeyring bob = ring(BOB, keys(1, 1));
    for (int i = 0; i <= GossipKeyring.MAX_CACHED_SENDERS; i++) {
      GossipKeyring sender = new GossipKeyring("blue", ALICE, i, keys(1, 1));
      accepted(bob.open(sender.seal(new byte[0])));
    }
    assertThat(bob.cachedSenders()).isEqualTo(GossipKeyring.MAX_CACHED_SENDERS);
  }

  @Test
  void outsidersCannotFillTheCache() {
    GossipKeyring bob = ring(BOB, keys(1, 1));
    byte[] datagram = ring(ALICE, keys(1, 1)).seal(new byte[0]);
    for (int i = 0; i < 50; i++) {
      ByteBuffer.wrap(datagram).putLong(44, 1000 + i);
      assertThat(cause(bob.open(datagram))).isEqualTo(Opened.Cause.BAD_TAG);
    }
    assertThat(bob.cachedSenders()).isZero();
  }

  @Test
  void keysThatCannotBeUsedAreRefusedWithoutShowingThem() {
    assertThatThrownBy(() -> keys(2, 1)).hasMessageContaining("epoch 2");
    assertThatThrownBy(() -> keys(1, 1, 2, 3, 4)).hasMessageContaining("1 to 3 epochs");
    assertThatThrownBy(() -> keys(-1, -1)).hasMessageContaining("negative");
    assertThatThrownBy(() -> new GossipKeys(new TreeMap<>(java.util.Map.of(1, new byte[31])), 1))
        .hasMessageContaining("32 bytes, not 31");
    assertThat(keys(1, 1).toString()).isEqualTo("GossipKeys[epochs [1], sealing 1, revision 0]");
  }
}
