package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.overlay.check.AddressCheck;
import io.weft.overlay.check.AddressFinding;
import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.check.CheckInput;
import io.weft.overlay.registry.RegistryCommand;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a check of the addresses finds on hosts as they are. */
class CheckedAddressesTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private HostWorld world = new HostWorld(0, directory);

  @AfterEach
  void close() {
    world.close();
  }

  private List<AddressFinding> found(int number) {
    HostCore core = world.get(number).core();
    return AddressCheck.check(
            new CheckInput(
                core.registry(),
                core.registryIndex(),
                world.clock.wallMillis(),
                core.members(),
                core.endpoints()))
        .findings();
  }

  private static List<Kind> kinds(List<AddressFinding> findings) {
    return findings.stream().map(AddressFinding::kind).toList();
  }

  @Test
  void nothingIsFoundWhileAllIsWellAndThenEachThingIsUntilItIsMended() {
    world = new HostWorld(41, directory);
    world.grown(3);
    world.submit(1, RegistryCommand.CreateNetwork.named("blue"));
    for (int host = 1; host <= 3; host++) {
      int current = host;
      world.until(
          "host " + host + " knows the network",
          () -> !world.get(current).registry().networks().isEmpty());
      world.attached(host, "blue");
      // At no moment: what came by gossip before its lease did is not held against it.
      for (int other = 1; other <= 3; other++) {
        assertThat(found(other)).isEmpty();
      }
    }
    world.run(5_000);
    for (int host = 1; host <= 3; host++) {
      assertThat(found(host)).as("at host %d", host).isEmpty();
    }

    String id = world.get(3).core().localEndpoints().getFirst().record().id();
    world.submit(1, RegistryCommand.CreateNetwork.named("red"));
    world.submit(1, new RegistryCommand.RemoveNetwork("blue"));
    assertThat(kinds(found(1))).containsOnly(Kind.NO_NETWORK).hasSize(3);
    world.await(world.detaching(3, id)).granted();
    world.until("host 1 hears of that", () -> found(1).size() == 2);

    world.until("host 3 knows", () -> world.get(3).registry().network("red").isPresent());
    world.attached(3, "red");
    world.get(3).crash();
    world.until(
        "host 1 finds it failed",
        () ->
            world.get(1).core().members().stream()
                .anyMatch(m -> m.id().equals(world.get(3).id) && m.state() == MemberState.FAILED));
    assertThat(kinds(found(1))).containsExactly(Kind.NO_NETWORK, Kind.NO_NETWORK, Kind.ORPHAN);
    world.submit(1, new RegistryCommand.RevokeHost(world.get(3).id));
    assertThat(kinds(found(1))).containsOnly(Kind.NO_NETWORK).hasSize(2);
  }
}
