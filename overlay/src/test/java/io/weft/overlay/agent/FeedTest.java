package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.weft.gossip.transport.Channel;
import io.weft.gossip.transport.Transport;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.agent.proto.StateSnapshot;
import io.weft.overlay.agent.proto.Watch;
import io.weft.overlay.registry.Blob;
import io.weft.overlay.registry.HostState;
import io.weft.overlay.registry.MalformedRegistryException;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryLimits;
import io.weft.overlay.registry.RegistryState;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirrors of hosts that are no voters. */
class FeedTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(23, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private int dropped;

  private boolean is(RegistryMessage.BodyCase wanted, Channel channel, byte[] bytes) {
    try {
      return channel == Channel.REGISTRY
          && RegistryMessage.parseFrom(bytes).getBodyCase() == wanted;
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void same() {
    world.until(
        "host 2 has what host 1 has",
        () -> world.get(2).registry().stateHash().equals(world.get(1).registry().stateHash()));
  }

  @Test
  void aGapIsSeenWithTheNextEntryAndAskedForAgain() {
    world.founded().joined(2, 1);
    same();
    world.run(100);
    dropped = 0;
    world.network.filter =
        (from, to, channel, bytes) ->
            !is(RegistryMessage.BodyCase.ENTRIES, channel, bytes) || dropped++ > 0;
    world.submit(1, CreateNetwork.named("a"));
    world.submit(1, CreateNetwork.named("b"));
    assertThat(world.clock.runUntil(() -> world.get(2).registry().networks().size() == 2, 1_000))
        .isTrue();
    assertThat(dropped).isGreaterThan(1);
  }

  @Test
  void aLostLastEntryIsFoundWhenTheWatchIsRenewed() {
    world.founded().joined(2, 1);
    same();
    world.network.filter =
        (from, to, channel, bytes) -> !is(RegistryMessage.BodyCase.ENTRIES, channel, bytes);
    world.submit(1, CreateNetwork.named("a"));
    world.run(100);
    world.network.filter = (from, to, channel, bytes) -> true;
    world.run(RegistryFeed.RENEW_MILLIS + 100);
    assertThat(world.get(2).registry().network("a")).isPresent();
  }

  @Test
  void whoIsFarBehindGetsTheWholeState() {
    world.founded().joined(2, 1);
    same();
    world.get(2).crash();
    for (int i = 0; i < RegistryMirror.MAX_KEPT_ENTRIES + 10; i++) {
      world.await(world.begin(1, new RemoveNetwork("none"))).refusal();
    }
    boolean[] snapshot = {false};
    world.network.filter =
        (from, to, channel, bytes) -> {
          snapshot[0] |= is(RegistryMessage.BodyCase.SNAPSHOT, channel, bytes);
          return true;
        };
    world.get(2).restart();
    same();
    assertThat(snapshot[0]).isTrue();
  }

  /** Makes the registry larger than a message may be: by tokens, each of full length. */
  private void fillRegistry() {
    byte[] blob = new byte[RegistryLimits.MAX_BLOB_BYTES];
    int tokens = Transport.MAX_MESSAGE_BYTES / blob.length + 20;
    for (int i = 0; i < tokens; i++) {
      long expiresAtMillis = world.clock.wallMillis() + 3_600_000;
      world.submit(1, new CreateToken("filling" + i, Blob.of(blob), expiresAtMillis, 1));
    }
    assertThat(world.get(1).registry().snapshot().length)
        .isGreaterThan(Transport.MAX_MESSAGE_BYTES);
  }

  @Test
  void aStateLargerThanAMessageComesInPartsAlsoWhenOneIsLostOrTheVoterGoesOn() {
    world.founded().joined(2, 1);
    same();
    world.get(2).crash();
    fillRegistry();
    int[] parts = {0};
    world.network.filter =
        (from, to, channel, bytes) -> {
          assertThat(bytes.length).isLessThan(Transport.MAX_MESSAGE_BYTES);
          boolean part = is(RegistryMessage.BodyCase.SNAPSHOT, channel, bytes);
          parts[0] += part ? 1 : 0;
          if (part && parts[0] == 3) {
            world.begin(1, CreateNetwork.named("meanwhile"));
            return false;
          }
          return true;
        };
    world.get(2).restart();
    same();
    assertThat(parts[0]).isGreaterThan(5);
    assertThat(world.get(2).registry().network("meanwhile")).isPresent();
    assertThat(world.get(2).saw("message-too-large")).isFalse();
    assertThat(world.get(1).saw("message-too-large")).isFalse();
  }

  @Test
  void aStateInPartsThatIsOvertakenIsNotAskedForAnyMore() {
    world.founded().joined(2, 1);
    same();
    world.get(2).crash();
    fillRegistry();
    // The parts stop after the first, and a voter that has another way sends the state as one.
    boolean[] overtaken = {false};
    long[] asked = {0};
    world.network.filter =
        (from, to, channel, bytes) -> {
          if (is(RegistryMessage.BodyCase.WATCH, channel, bytes) && overtaken[0]) {
            asked[0] += watch(bytes).getSnapshotIndex();
          }
          return overtaken[0]
              || !is(RegistryMessage.BodyCase.SNAPSHOT, channel, bytes)
              || snapshot(bytes).getOffset() == 0;
        };
    world.get(2).restart();
    world.run(2_000);
    overtaken[0] = true;
    RegistryMessage whole =
        RegistryMessage.newBuilder()
            .setSnapshot(
                StateSnapshot.newBuilder()
                    .setIndex(world.get(1).core().registryIndex())
                    .setState(ByteString.copyFrom(world.get(1).registry().snapshot())))
            .build();
    world.network.sendBetween(world.get(1), world.get(2), Channel.REGISTRY, whole.toByteArray());
    world.until(
        "host 2 has it",
        () -> world.get(2).core().registryIndex() == world.get(1).core().registryIndex());
    world.submit(1, CreateNetwork.named("after"));
    same();
    assertThat(asked[0]).isZero();
  }

  private static Watch watch(byte[] bytes) {
    return parse(bytes).getWatch();
  }

  private static StateSnapshot snapshot(byte[] bytes) {
    return parse(bytes).getSnapshot();
  }

  private static RegistryMessage parse(byte[] bytes) {
    try {
      return RegistryMessage.parseFrom(bytes);
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBurstOfChangesCostsFewWritesOfTheCopyAndNoneIsLateForLong() {
    world.founded();
    world.run(RegistryFeed.SAVE_AFTER_MILLIS);
    SimHost host = world.get(1);
    host.trail.clear();
    for (int i = 0; i < 100; i++) {
      world.await(world.begin(1, new RemoveNetwork("none"))).refusal();
    }
    world.run(RegistryFeed.SAVE_AFTER_MILLIS);
    long saves = host.trail.stream().filter(t -> t.startsWith("save registry")).count();
    assertThat(saves).isPositive().isLessThan(10);
    assertThat(host.trail).contains("save registry " + host.core().registryIndex());
  }

  @Test
  void theCopyIsOnTheDiskBeforeTheEndpointsThatRestOnIt() {
    world.founded();
    world.submit(1, CreateNetwork.named("a"));
    SimHost host = world.get(1);
    host.trail.clear();
    world.attached(1, "a");
    List<String> saves = host.trail.stream().filter(t -> t.startsWith("save")).toList();
    assertThat(saves.getFirst()).startsWith("save registry");
    HostOptions.SavedRegistry saved = host.savedRegistry;
    assertThat(saved).isNotNull();
  }

  @Test
  void aHostThatHasLeftHasSoOnItsDisk() throws MalformedRegistryException {
    world.founded().joined(2, 1);
    world.await(world.leaving(2)).granted();
    world.until("it has left", () -> !world.get(2).isRunning());
    HostOptions.SavedRegistry saved = world.get(2).savedRegistry;
    assertThat(saved).isNotNull();
    if (saved != null) {
      RegistryState state = RegistryState.restore(saved.state().toByteArray());
      assertThat(state.host(world.get(2).id).orElseThrow().state()).isEqualTo(HostState.LEFT);
    }
  }

  @Test
  void aNewLinkToAVoterRenewsTheWatch() {
    world.founded().joined(2, 1);
    same();
    world.network.cut(2);
    world.run(10_000);
    world.submit(1, CreateNetwork.named("a"));
    assertThat(world.get(2).registry().network("a")).isEmpty();
    world.network.heal();
    same();
  }

  @Test
  void aCommitAloneMakesNoHostGossip() {
    world.founded().joined(2, 1);
    same();
    var records = List.of(hostRecord(1, 2), hostRecord(2, 1));
    for (int i = 0; i < 5; i++) {
      world.submit(1, CreateNetwork.named("network-" + i));
    }
    same();
    world.run(10_000);
    assertThat(List.of(hostRecord(1, 2), hostRecord(2, 1))).isEqualTo(records);
    assertThat(world.get(2).core().registryIndex())
        .isGreaterThan(records.getFirst().registryIndex());
  }

  private io.weft.overlay.records.HostRecord hostRecord(int at, int of) {
    return java.util.Objects.requireNonNull(world.get(at).core().host(world.get(of).id));
  }

  @Test
  void theMirrorSurvivesARestartWithoutTheOthers() {
    world.founded().joined(2, 1);
    world.submit(2, CreateNetwork.named("a"));
    world.run(RegistryFeed.SAVE_AFTER_MILLIS);
    world.get(1).crash();
    world.get(2).crash();
    world.get(2).restart();
    world.run(1_000);
    assertThat(world.get(2).core().registry().network("a")).isPresent();
    assertThat(world.get(2).core().registryIndex()).isPositive();
  }

  @Test
  void aVoterThatWasVotedOutWhileItWasAwayLearnsOfItAndIsAClientAgain() {
    world.grown(4);
    int away =
        world.voters().stream()
            .filter(n -> world.get(n) != world.leader())
            .findFirst()
            .orElseThrow();
    world.get(away).crash();
    world.run(EngineKeeper.REPLACE_AFTER_MILLIS + 20_000);
    world.until(
        "another host votes in its place",
        () ->
            !world.live().getFirst().registry().wantedVoters().contains(world.get(away).id)
                && world.voters().size() == 3);
    world.get(away).restart();
    world.until(
        "it has the registry of the others",
        () ->
            world
                    .get(away)
                    .registry()
                    .stateHash()
                    .equals(world.live().getFirst().registry().stateHash())
                && !world.get(away).registry().wantedVoters().contains(world.get(away).id));
    world.submit(away, CreateNetwork.named("a"));
  }
}
