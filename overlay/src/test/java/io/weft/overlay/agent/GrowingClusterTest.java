package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.registry.RegistryCommand;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one host to several. */
class GrowingClusterTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(1, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(1, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aFoundingHostCreatesTheCluster() {
    world.founded();

    assertThat(world.get(1).core().registry().cluster()).isEqualTo(Keys.CLUSTER);
    assertThat(world.get(1).core().registryRole()).isEqualTo("leader");
    assertThat(world.get(1).core().registry().wantedVoters()).containsExactly(world.get(1).id);
    assertThat(world.get(1).saw("cluster-created")).isTrue();
  }

  @Test
  void aSecondHostJoinsByTokenAndSeesTheRegistryWithoutBeingAVoter() {
    world.founded().joined(2, 1);
    world.run(10_000);

    assertThat(world.get(2).core().registryRole()).isEqualTo("client");
    assertThat(world.get(2).registry().stateHash()).isEqualTo(world.get(1).registry().stateHash());
    assertThat(world.voters()).containsExactly(1);
  }

  @Test
  void aHostJoinsThroughOneThatIsNoVoter() {
    world.founded().joined(2, 1);
    world.joined(3, 2);

    assertThat(world.get(1).saw("join-granted")).isTrue();
    assertThat(world.get(2).saw("join-granted")).isFalse();
  }

  @Test
  void withAThirdHostThereAreThreeVotersAndEachHoldsTheCaKey() {
    world.grown(3);

    world.until(
        "every voter holds the CA's key",
        () ->
            world.live().stream()
                .allMatch(h -> world.get(1).registry().wrappedCaKey(h.id).isPresent()));
    assertThat(world.get(1).registry().wantedVoters()).hasSize(3);
    world.submit(3, RegistryCommand.CreateNetwork.named("blue"));
    world.until(
        "all have the same registry",
        () -> world.live().stream().map(h -> h.registry().stateHash()).distinct().count() == 1);
  }

  @Test
  void aFourthHostDoesNotBecomeAVoter() {
    world.grown(4);
    world.run(10_000);
    assertThat(world.voters()).hasSize(3);
    assertThat(world.get(4).core().registryRole()).isEqualTo("client");
  }

  @Test
  void aClusterThatWasStoppedAltogetherGoesOnFromDisk() {
    world.grown(3);
    world.submit(1, RegistryCommand.CreateNetwork.named("blue"));
    world.run(6_000);
    world.live().forEach(SimHost::crash);
    world.run(5_000);
    world.hosts.values().forEach(SimHost::restart);

    world.until("a leader", () -> world.leader() != null);
    world.until(
        "all are linked again",
        () ->
            world.live().stream()
                .allMatch(h -> h.core().links().stream().filter(l -> l.up()).count() == 2));
    world.submit(2, RegistryCommand.CreateNetwork.named("red"));
    assertThat(world.get(2).core().registry().network("blue")).isPresent();
  }

  @Test
  void aVoterThatWasReplacedWhileItWasAwayVotesNoMore() {
    world.grown(4);
    assertThat(world.voters()).hasSize(3);
    int away = world.voters().stream().filter(v -> v != 1).findFirst().orElseThrow();
    world.network.cut(away);
    world.run(EngineKeeper.REPLACE_AFTER_MILLIS + 60_000);
    assertThat(world.get(1).registry().wantedVoters())
        .hasSize(3)
        .doesNotContain(world.get(away).id);
    world.network.heal();
    world.until(
        "its engine has stopped",
        () -> world.get(away).core().engine().role() == EngineStatus.Role.STOPPED);
    assertThat(world.voters()).hasSize(3).doesNotContain(away);
  }
}
