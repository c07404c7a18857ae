package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.MemberState;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.GossipEpochs;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.security.keyring.GossipKeys;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gossip key is rotated: nobody who is there loses a datagram, nobody who was away stays out.
 */
class KeyRotationTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(41, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static byte[] secret(int value) {
    byte[] secret = new byte[GossipKeys.SECRET_BYTES];
    Arrays.fill(secret, (byte) value);
    return secret;
  }

  private Answer<Integer> rotating(int number, int value) {
    Answer<Integer> answer = new Answer<>();
    world.get(number).put(new HostInput.RotateGossipKey(secret(value), answer));
    return answer;
  }

  private int rotated(int number, int value) {
    return world.await(rotating(number, value)).granted();
  }

  private static HostRecord.HeldKeys only(int epoch) {
    return new HostRecord.HeldKeys(new TreeSet<>(List.of(epoch)), epoch);
  }

  private void untilAllHoldOnly(int epoch) {
    world.until(
        "all hold gossip key " + epoch + " and no other",
        () ->
            world.live().stream().allMatch(h -> h.core().gossipKeys().equals(only(epoch)))
                && world.live().stream()
                    .allMatch(
                        h -> h.savedKeys.secrets().keySet().equals(new TreeSet<>(List.of(epoch)))));
  }

  private boolean allAliveToAll() {
    return world.live().stream()
        .allMatch(h -> h.core().members().stream().allMatch(m -> m.state() == MemberState.ALIVE));
  }

  private GossipEpochs epochs(int number) {
    return world.get(number).core().registry().gossipEpochs();
  }

  @Test
  void aRotationReachesAllAndLosesNoDatagramINVSEC3() {
    world.grown(4);
    assertThat(rotated(4, 2)).isEqualTo(2);
    untilAllHoldOnly(2);
    world.run(5_000);
    for (SimHost host : world.live()) {
      assertThat(host.core().rejected()).doesNotContainKeys("UNKNOWN_KEY", "BAD_TAG", "REPLAY");
      assertThat(host.saw("member-suspect")).isFalse();
      assertThat(host.saw("gossip-key-installed")).isTrue();
      assertThat(host.saw("gossip-key-used")).isTrue();
      assertThat(host.saw("gossip-key-removed")).isTrue();
      assertThat(host.savedKeys.secrets().get(2)).isEqualTo(secret(2));
    }
    assertThat(epochs(1).phase()).isEqualTo(GossipEpochs.Phase.STEADY);
    assertThat(rotated(1, 3)).isEqualTo(3);
    untilAllHoldOnly(3);
  }

  @Test
  void noKeyStandsInTheRegistryNorInWhatIsKeptOfIt() {
    world.grown(3);
    rotated(1, 77);
    untilAllHoldOnly(2);
    world.run(2_000);
    var saved = world.get(2).savedRegistry;
    assertThat(saved).isNotNull();
    if (saved != null) {
      assertThat(saved.state().toString()).doesNotContain("4d".repeat(GossipKeys.SECRET_BYTES));
    }
    assertThat(world.get(2).registry().snapshot().length).isPositive();
  }

  @Test
  void aSecondRotationWhileOneIsUnderWayIsRefusedInOneLine() {
    world.grown(3);
    world.get(3).diskFull = true; // so that it is not over before the second is asked for
    rotated(1, 2);
    Refusal refusal = world.await(rotating(1, 3)).refusal();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.REFUSED);
    assertThat(refusal.message())
        .isEqualTo("a rotation to gossip key 2 is under way; 'weft keys' shows what it waits for");
    // The other host may not have heard of it yet: then the registry refuses.
    assertThat(world.await(rotating(2, 4)).refusal().message()).contains("under way");
    world.get(3).diskFull = false;
    untilAllHoldOnly(2);
    assertThat(world.get(2).savedKeys.secrets().get(2)).isEqualTo(secret(2));
  }

  @Test
  void nothingSealsWithANewKeyThatAPresentHostCannotKeep() {
    world.grown(3);
    world.get(3).diskFull = true;
    rotated(1, 2);
    world.run(90_000);
    assertThat(epochs(1).phase()).isEqualTo(GossipEpochs.Phase.INSTALLING);
    assertThat(world.get(1).core().gossipKeys().used()).isEqualTo(1);
    assertThat(world.get(1).core().rotationWaitsFor()).containsExactly(world.get(3).id);
    assertThat(world.get(3).saw("gossip-key-not-saved")).isTrue();
    world.get(3).diskFull = false;
    untilAllHoldOnly(2);
    assertThat(allAliveToAll()).isTrue();
  }

  @Test
  void withoutAMajorityARotationIsRefusedAndThePresentKeyStays() {
    world.grown(3);
    world.network.cut(3);
    world.run(20_000);
    Refusal refusal = world.await(rotating(3, 2)).refusal();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
    assertThat(world.get(3).core().gossipKeys().used()).isEqualTo(1);
    world.network.heal();
    world.until("they are together again", this::allAliveToAll);
    world.run(20_000);
    // It may have taken effect, or not: whatever the registry says, all say.
    world.until(
        "all agree with the registry",
        () ->
            epochs(1).phase() == GossipEpochs.Phase.STEADY
                && world.live().stream()
                    .allMatch(h -> h.core().gossipKeys().equals(only(epochs(1).used()))));
  }

  @Test
  void whoWasCutOffDuringTwoRotationsGetsInAgainUnaidedINVMEM5() {
    world.grown(4);
    world.network.cut(4);
    world.until(
        "4 is held failed",
        () ->
            world.get(1).core().members().stream()
                .anyMatch(m -> m.id().equals(world.get(4).id) && m.state() == MemberState.FAILED));
    for (int epoch = 2; epoch <= 3; epoch++) {
      int next = epoch;
      assertThat(rotated(1, epoch)).isEqualTo(epoch);
      world.until(
          "the three hold only " + epoch,
          () ->
              List.of(1, 2, 3).stream()
                  .allMatch(n -> world.get(n).core().gossipKeys().equals(only(next))));
    }
    assertThat(world.get(4).core().gossipKeys()).isEqualTo(only(1));
    world.network.heal();
    world.until("all are alive to all", this::allAliveToAll);
    untilAllHoldOnly(3);
  }

  @Test
  void whoWasDownDuringARotationGetsInAgainThoughItKnowsNobodyAndNoRegistry() {
    world.grown(4);
    world.get(4).crash();
    world.get(4).savedRegistry = null;
    rotated(2, 2);
    untilAllHoldOnly(2);
    world.get(4).restart();
    world.until("all are alive to all", this::allAliveToAll);
    untilAllHoldOnly(2);
    assertThat(world.get(4).savedKeys.secrets().get(2)).isEqualTo(secret(2));
  }

  @Test
  void aHostThatJoinsBetweenTheStepsGetsWhatItNeeds() {
    world.grown(3);
    world.get(3).diskFull = true;
    rotated(1, 2);
    world.joined(4, 1);
    world.get(3).diskFull = false;
    untilAllHoldOnly(2);
    world.joined(5, 2);
    assertThat(world.get(5).core().gossipKeys()).isEqualTo(only(2));
    assertThat(world.get(5).core().rejected()).doesNotContainKey("UNKNOWN_KEY");
  }

  @Test
  void aRotationOutlivesARestartOfEveryHostAtEveryStep() {
    world.grown(3);
    world.get(3).diskFull = true;
    rotated(1, 2);
    world.run(3_000);
    restartAll();
    world.get(3).diskFull = false;
    world.until("it seals", () -> epochs(1).used() == 2);
    restartAll();
    untilAllHoldOnly(2);
    world.until("all are alive to all", this::allAliveToAll);
  }

  private void restartAll() {
    for (SimHost host : world.live()) {
      host.crash();
      host.restart();
    }
    world.until("there is a leader", () -> world.leader() != null);
  }

  @Test
  void aKeyWhoseMakerIsGoneBeforeAnybodyHasItIsGivenUp() {
    world.grown(4);
    RegistryCommand.InstallGossipKey lost =
        new RegistryCommand.InstallGossipKey(
            2, io.weft.overlay.registry.Blob.of(GossipKeys.fingerprint(2, secret(9))));
    world.submit(1, lost);
    assertThat(epochs(1).phase()).isEqualTo(GossipEpochs.Phase.INSTALLING);
    world.until(
        "it is given up",
        () -> List.of(1, 2).stream().allMatch(n -> epochs(n).phase() == GossipEpochs.Phase.STEADY));
    untilAllHoldOnly(1);
    assertThat(rotated(2, 3)).as("its number is not given twice").isEqualTo(3);
    untilAllHoldOnly(3);
  }

  @Test
  void aRevokedHostIsNotGivenTheNextKeyINVSEC3() {
    world.grown(4);
    world.submit(1, new RegistryCommand.RevokeHost(world.get(4).id));
    rotated(1, 2);
    world.until(
        "the three hold only 2",
        () ->
            List.of(1, 2, 3).stream()
                .allMatch(n -> world.get(n).core().gossipKeys().equals(only(2))));
    world.run(30_000);
    assertThat(world.get(4).savedKeys.secrets().keySet()).doesNotContain(2);
  }

  @Test
  void aKeyringThatMakesNoSenseIsCountedAndChangesNothing() {
    world.grown(2);
    SimHost one = world.get(1);
    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[2_000],
            "weft-gossip-keys 1\nx".getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
      world.network.sendBetween(
          world.get(2),
          one,
          Channel.REGISTRY,
          RegistryMessage.newBuilder().setKeyring(ByteString.copyFrom(bad)).build().toByteArray());
    }
    world.run(1_000);
    assertThat(one.core().rejected().get("MALFORMED_KEYRING")).isEqualTo(3L);
    assertThat(one.core().gossipKeys()).isEqualTo(only(1));
  }
}
