package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that are cut off, and come back. */
class PartitionTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @BeforeEach
  void world() {
    world = new HostWorld(37, directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  private static String ip(LocalEndpoint endpoint) {
    return endpoint.record().ips().getFirst().getHostAddress();
  }

  @Test
  void aRevokedHostsLinksAreCutAndStayCutINVSEC3() {
    world.grown(3);
    var revoked = world.get(3).id;
    world.until(
        "host 2 is linked with it",
        () -> world.get(2).core().links().stream().anyMatch(l -> l.id().equals(revoked) && l.up()));
    world.submit(1, new io.weft.overlay.registry.RegistryCommand.RevokeHost(revoked));
    world.until("its links are cut", () -> cutOff(1, revoked) && cutOff(2, revoked));
    world.run(60_000);
    assertThat(cutOff(1, revoked) && cutOff(2, revoked)).isTrue();
    assertThat(world.get(3).core().links()).noneMatch(l -> l.up());
    assertThat(world.get(1).core().members())
        .as("nobody waits for it any more")
        .anyMatch(m -> m.id().equals(revoked) && m.state() == MemberState.LEFT);
  }

  @Test
  void aRevokedHostIsNeitherHeardNorReachedNorAVoterAnyMoreINVSEC3() {
    world.grown(3);
    world.submit(1, CreateNetwork.named("blue"));
    LocalEndpoint one = world.attached(1, "blue");
    LocalEndpoint three = world.attached(3, "blue");
    world.until(
        "1 and 3 reach each other",
        () ->
            world.get(1).reachable().equals(List.of(ip(three)))
                && world.get(3).reachable().equals(List.of(ip(one))));
    var revoked = world.get(3).id;
    world.submit(1, new io.weft.overlay.registry.RegistryCommand.RevokeHost(revoked));

    assertThat(world.get(1).shutOut).containsExactly(revoked);
    world.until("its endpoints are gone at once", () -> world.get(1).reachable().isEmpty());
    assertThat(java.util.Objects.requireNonNull(world.get(1).plan).tunnels())
        .noneMatch(t -> t.peer().equals(world.get(3).address.ip()));
    world.until(
        "the others vote without it",
        () ->
            world.live().stream()
                .filter(h -> h.number != 3)
                .noneMatch(h -> h.core().engine().voterIds().contains(revoked)));
    world.until(
        "what it says is counted and no more",
        () -> world.get(2).core().rejected().getOrDefault("SENDER_REVOKED", 0L) > 0);
    assertThat(world.get(2).registry().leases())
        .filteredOn(l -> l.holder().equals(revoked))
        .isNotEmpty()
        .allMatch(l -> l.state() == io.weft.overlay.registry.LeaseState.FENCED);
    world.submit(2, CreateNetwork.named("green"));
  }

  @Test
  void aRevokedLeaderIsReplacedByTheOthers() {
    world.grown(4);
    SimHost leader = java.util.Objects.requireNonNull(world.leader());
    SimHost other = world.live().stream().filter(h -> h != leader).findFirst().orElseThrow();
    Answer<io.weft.overlay.registry.CommandResult.Answer> answer =
        world.begin(
            other.number, new io.weft.overlay.registry.RegistryCommand.RevokeHost(leader.id));
    world.until(
        "the others know",
        () ->
            world.live().stream()
                .filter(h -> h != leader)
                .allMatch(h -> h.core().registry().revoked(leader.id)));
    world.await(answer).granted();
    world.until(
        "three others vote",
        () ->
            world.live().stream()
                .filter(h -> h != leader)
                .allMatch(
                    h ->
                        h.core().engine().voterIds().size() == 3
                            && !h.core().engine().voterIds().contains(leader.id)));
    world.submit(other.number, CreateNetwork.named("green"));
  }

  private boolean cutOff(int number, io.weft.security.identity.NodeId peer) {
    HostCore core = world.get(number).core();
    return core.links().stream().noneMatch(l -> peer.equals(l.id()) && l.up())
        && core.tunnelKeys().stream().noneMatch(k -> k.peer().equals(peer));
  }

  @Test
  void theEndpointsOfALostHostLeaveTheOthersPlansAndReturnWithIt() {
    world.grown(3);
    world.submit(1, CreateNetwork.named("blue"));
    LocalEndpoint one = world.attached(1, "blue");
    LocalEndpoint two = world.attached(2, "blue");
    LocalEndpoint three = world.attached(3, "blue");
    world.until("1 reaches both", () -> world.get(1).reachable().size() == 2);

    world.network.cut(3);
    world.until("1 reaches only 2", () -> world.get(1).reachable().equals(List.of(ip(two))));
    world.until("3 reaches nobody", () -> world.get(3).reachable().isEmpty());
    assertThat(world.get(3).core().localEndpoints()).containsExactly(three);

    world.network.heal();
    world.until("1 reaches both again", () -> world.get(1).reachable().size() == 2);
    world.until("3 too", () -> world.get(3).reachable().equals(sorted(ip(one), ip(two))));
  }

  private static List<String> sorted(String... ips) {
    return java.util.stream.Stream.of(ips).sorted().toList();
  }

  @Test
  void aMinorityGivesOutAddressesOfTheBlocksItHolds() {
    world.grown(3);
    world.submit(3, CreateNetwork.named("blue"));
    world.attached(3, "blue");
    world.network.cut(3);
    world.run(30_000);
    assertThat(world.attached(3, "blue")).isNotNull();
    assertThat(world.await(world.attaching(3, world.order("none"))).refusal().kind())
        .isEqualTo(Refusal.Kind.NOT_FOUND);
  }

  @Test
  void aHostWithoutABlockSaysInAMinorityThatItNeedsAMajority() {
    world.grown(3);
    world.submit(1, CreateNetwork.named("blue"));
    world.run(1_000);
    world.network.cut(3);
    Refusal refusal = world.await(world.attaching(3, world.order("blue"))).refusal();
    assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NO_QUORUM);
    assertThat(world.get(3).saved.endpoints()).as("INV-IPAM-2").isEmpty();
  }

  @Test
  void aHostThatRestartsAtAnotherAddressIsFoundAgain() {
    world.grown(3);
    world.get(3).crash();
    world.get(3).address = ModelNetwork.address(103);
    world.run(20_000);
    world.get(3).restart();
    world.until(
        "all are alive to each other",
        () ->
            world.live().stream()
                .allMatch(
                    h ->
                        h.core().members().stream().allMatch(m -> m.state() == MemberState.ALIVE)));
    world.submit(3, CreateNetwork.named("blue"));
  }

  @Test
  void hostsThatStartTwiceInAPartitionAndMoveStillFindTheRest() { // INV-MEM-5; by the simulator
    world.grown(3);
    world.network.cut(2, 3);
    for (int number : List.of(2, 3)) {
      world.get(number).crash();
      world.get(number).restart();
    }
    world.until(
        "they know each other, and nobody else",
        () -> List.of(2, 3).stream().allMatch(n -> world.get(n).core().members().size() == 2));
    for (int number : List.of(2, 3)) {
      world.get(number).crash();
      world.get(number).address = ModelNetwork.address(100 + number);
    }
    world.network.heal();
    world.get(2).restart();
    world.get(3).restart();
    world.until(
        "all know all",
        () ->
            world.live().stream()
                .allMatch(h -> h.core().members().stream().filter(m -> m.present()).count() == 3));
  }
}
