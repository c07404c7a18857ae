package io.weft.overlay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.security.tunnel.TunnelKeyStatus;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of tunnels, in the plans of both hosts. */
class TunnelTest {
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

  private static List<DesiredTunnel> tunnels(SimHost host) {
    DesiredState plan = host.plan;
    return plan == null ? List.of() : plan.tunnels();
  }

  private static boolean keyed(SimHost host, SimHost peer) {
    return tunnels(host).stream()
        .anyMatch(
            t ->
                t.peer().equals(peer.address.ip())
                    && t.outbound() != null
                    && !t.inbound().isEmpty());
  }

  private void bothKeyed() {
    world.until(
        "both hosts have keys",
        () -> keyed(world.get(1), world.get(2)) && keyed(world.get(2), world.get(1)));
  }

  @Test
  void messagesOfTheExchangeWaitUntilThePlanWithTheAssociationIsApplied() {
    // That no host sends on an association before the peer has applied it is checked in every
    // world, at every plan: see ModelEffects.plan (INV-SEC-3).
    world.founded();
    world.get(1).dataPlaneStuck = true;
    world.joined(2, 1);
    world.get(2).dataPlaneStuck = true;
    world.run(20_000);
    assertThat(tunnels(world.get(1)).stream().anyMatch(t -> t.outbound() != null)).isFalse();
    assertThat(tunnels(world.get(2)).stream().anyMatch(t -> t.outbound() != null)).isFalse();

    world.get(1).unstick();
    world.get(2).unstick();
    bothKeyed();
  }

  @Test
  void associationsAreKeptWhileTheLinkAndThePeerAreLost() {
    world.founded().joined(2, 1);
    bothKeyed();
    world.network.cut(2);
    world.run(60_000);
    assertThat(world.get(1).saw("member-failed")).isTrue();
    assertThat(keyed(world.get(1), world.get(2))).isTrue();
    assertThat(keyed(world.get(2), world.get(1))).isTrue();
  }

  @Test
  void associationsAreDroppedWhenThePeerLeaves() {
    world.founded().joined(2, 1);
    bothKeyed();
    world.await(world.leaving(2)).granted();
    world.until("host 1 has no tunnel", () -> tunnels(world.get(1)).isEmpty());
    assertThat(world.get(1).core().tunnelKeys()).isEmpty();
  }

  @Test
  void aPeerThatComesBackAtAnotherAddressGetsANewExchange() {
    world.founded().joined(2, 1);
    bothKeyed();
    world.get(2).crash();
    world.get(2).address = ModelNetwork.address(102);
    world.get(2).restart();
    bothKeyed();
    assertThat(tunnels(world.get(1))).hasSize(1);
  }

  @Test
  void aPeerThatRestartsAtTheSameAddressGetsNewKeys() {
    world.founded().joined(2, 1);
    bothKeyed();
    var before = tunnels(world.get(1)).getFirst().outbound();
    world.get(2).crash();
    world.get(2).restart();
    bothKeyed();
    world.until(
        "host 1 sends with other keys",
        () -> {
          var now = tunnels(world.get(1)).getFirst().outbound();
          return now != null && before != null && now.spi() != before.spi();
        });
  }

  @Test
  void theKeysOfAWipedHostAreDroppedForGoodWhenItComesBackAsAnother_INV_SEC_2() {
    world.founded().joined(2, 1);
    bothKeyed();
    SimHost wiped = world.get(2);
    wiped.crash();
    world.until("host 1 holds it dead", () -> world.get(1).saw("member-failed"));
    world.joinedAt(4, 1, wiped.address);
    world.until("host 1 has keys with the new host", () -> keyed(world.get(1), world.get(4)));
    world.run(5_000);
    assertThat(world.get(1).core().tunnelKeys())
        .extracting(TunnelKeyStatus::peer)
        .containsExactly(world.get(4).id);
    assertThat(tunnels(world.get(1))).hasSize(1);
  }
}
