package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.proto.RegistryMessage;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import java.nio.file.Path;
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
  void theMirrorSurvivesARestartWithoutTheOthers() {
    world.founded().joined(2, 1);
    world.submit(2, CreateNetwork.named("a"));
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
