package io.weft.overlay.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.overlay.planner.World.Peer;
import io.weft.overlay.records.DriverKind;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.RemoteEndpoint;
import io.weft.vxlan.desired.SecurityAssociation;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private final World world = new World(3);

  private DesiredNetwork only(Plan plan) {
    assertThat(plan.desired().networks()).hasSize(1);
    return plan.desired().networks().getFirst();
  }

  @Test
  void a_network_is_present_only_with_a_local_endpoint() {
    world.peer(2).endpoint("a", "10.32.1.1");
    assertThat(world.plan().desired().networks()).isEmpty();
    world.local("a", "10.32.0.1");
    DesiredNetwork network = only(world.plan());
    assertThat(network.ports()).hasSize(1);
    assertThat(network.remotes()).extracting(RemoteEndpoint::vtep).containsExactly(World.vtep(2));
    assertThat(network.floodTo()).containsExactly(World.vtep(2));
  }

  @Test
  void a_failed_or_departed_member_s_endpoints_are_gone_and_a_suspect_s_stay_INV_NET_2() {
    world.local("a", "10.32.0.1");
    Peer peer = world.peer(2).endpoint("a", "10.32.1.1");
    peer.state = MemberState.SUSPECT;
    assertThat(only(world.plan()).remotes()).hasSize(1);
    for (MemberState gone : List.of(MemberState.FAILED, MemberState.LEFT)) {
      peer.state = gone;
      assertThat(only(world.plan()).remotes()).isEmpty();
      assertThat(only(world.plan()).floodTo()).isEmpty();
      assertThat(world.plan().desired().tunnels()).isEmpty();
    }
  }

  @Test
  void a_tunnel_stays_while_there_are_keys_for_it_INV_SEC_2() {
    Peer peer = world.peer(2);
    SecurityAssociation sa = new SecurityAssociation(300, new byte[32], new byte[4]);
    peer.keys = new PeerKeys(World.vtep(2), List.of(sa), sa);
    peer.state = MemberState.FAILED;
    assertThat(world.plan().desired().tunnels())
        .singleElement()
        .extracting(DesiredTunnel::outbound)
        .isEqualTo(sa);
  }

  @Test
  void keys_made_for_another_address_are_left_out_INV_SEC_2() {
    Peer peer = world.peer(2);
    SecurityAssociation sa = new SecurityAssociation(300, new byte[32], new byte[4]);
    peer.keys = new PeerKeys(World.vtep(9), List.of(sa), sa);
    Plan plan = world.plan();
    DesiredTunnel tunnel = plan.desired().tunnels().getFirst();
    assertThat(tunnel.inbound()).isEmpty();
    assertThat(tunnel.outbound()).isNull();
    assertThat(plan.findings()).containsExactly(new Finding.StaleKeys(peer.id));
  }

  @Test
  void only_two_kernel_hosts_without_a_nat_use_bare_esp() {
    Peer peer = world.peer(2);
    assertThat(world.plan().desired().tunnels().getFirst().encapsulation())
        .isEqualTo(Encapsulation.ESP);
    world.alwaysUdp = true;
    assertThat(world.plan().desired().tunnels().getFirst().encapsulation())
        .isEqualTo(Encapsulation.ESP_IN_UDP);
    world.alwaysUdp = false;
    peer.driver = DriverKind.USER;
    assertThat(world.plan().desired().tunnels().getFirst().encapsulation())
        .isEqualTo(Encapsulation.ESP_IN_UDP);
  }

  @Test
  void the_mtu_is_the_least_of_the_network_s_and_of_all_hosts_that_share_it() {
    world.local("a", "10.32.0.1");
    world.innerMtu = 8_000;
    assertThat(only(world.plan()).mtu()).isEqualTo(1_500);
    world.innerMtu = 1_420;
    assertThat(only(world.plan()).mtu()).isEqualTo(1_420);
    world.peer(2).endpoint("a", "10.32.1.1").innerMtu = 1_390;
    world.peer(3).innerMtu = 1_300;
    assertThat(only(world.plan()).mtu()).isEqualTo(1_390);
    world.innerMtu = 1_000;
    Plan plan = world.plan();
    assertThat(only(plan).mtu()).isEqualTo(1_280);
    assertThat(plan.findings()).hasOnlyElementsOfType(Finding.MtuTooSmall.class).hasSize(1);
  }

  @Test
  void an_address_of_another_host_s_block_is_ignored_and_reported() {
    world.local("a", "10.32.0.1");
    Peer liar = world.peer(2).endpoint("a", "10.32.2.1");
    Plan plan = world.plan();
    assertThat(only(plan).remotes()).isEmpty();
    assertThat(plan.findings())
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.ForeignClaim.class,
            f -> {
              assertThat(f.claimant()).isEqualTo(liar.id);
              assertThat(f.holder()).isEqualTo(world.peer(3).id);
            });
  }

  @Test
  void of_two_claims_the_higher_fence_wins_and_then_the_lower_id() {
    world.local("a", "10.32.0.1");
    world.peer(2).endpoint("a", "10.32.200.1").fence = 5;
    world.peer(3).endpoint("a", "10.32.200.1").fence = 6;
    Plan plan = world.plan();
    assertThat(only(plan).remotes())
        .extracting(RemoteEndpoint::vtep)
        .containsExactly(World.vtep(3));
    assertThat(plan.findings()).hasOnlyElementsOfType(Finding.AddressConflict.class).hasSize(1);
    world.peer(2).fence = 6;
    assertThat(only(world.plan()).remotes())
        .extracting(RemoteEndpoint::vtep)
        .containsExactly(World.vtep(2));
  }

  @Test
  void a_local_endpoint_of_an_unknown_network_runs_on_unless_its_vni_is_another_s() {
    world.localUnknown("net-gone", 77);
    assertThat(only(world.plan()).vni()).isEqualTo(77);
    world.localUnknown("net-gone", world.vni("a"));
    Plan plan = world.plan();
    assertThat(plan.desired().networks()).isEmpty();
    assertThat(plan.findings())
        .containsExactly(new Finding.UnknownNetwork("net-gone", world.vni("a"), false));
  }

  @Test
  void a_member_without_a_host_record_is_reported_and_waited_for() {
    world.local("a", "10.32.0.1");
    Peer peer = world.peer(2).endpoint("a", "10.32.1.1");
    peer.known = false;
    Plan plan = world.plan();
    assertThat(only(plan).remotes()).isEmpty();
    assertThat(plan.findings()).containsExactly(new Finding.NoTunnelAddress(peer.id));
  }

  @Test
  void of_two_members_at_one_address_the_one_that_is_present_has_the_tunnel() {
    SecurityAssociation sa = new SecurityAssociation(300, new byte[32], new byte[4]);
    Peer old = world.peer(2);
    old.keys = new PeerKeys(World.vtep(2), List.of(sa), sa);
    old.state = MemberState.FAILED;
    Peer fresh = world.peer(3);
    fresh.vtep = World.vtep(2);
    Plan plan = world.plan();
    assertThat(plan.desired().tunnels()).singleElement().matches(t -> t.inbound().isEmpty());
    assertThat(plan.findings())
        .containsExactly(new Finding.SharedTunnelAddress(World.vtep(2), fresh.id, old.id));
  }

  @Test
  void of_two_present_members_at_one_address_the_one_that_started_later_has_the_tunnel() {
    SecurityAssociation sa = new SecurityAssociation(300, new byte[32], new byte[4]);
    Peer former = world.peer(2); // of the lower id, and not known to be gone yet
    former.keys = new PeerKeys(World.vtep(2), List.of(), sa);
    Peer installedAnew = world.peer(3);
    installedAnew.vtep = World.vtep(2);
    installedAnew.generation = 2;
    installedAnew.keys = new PeerKeys(World.vtep(2), List.of(sa), null);
    Plan plan = world.plan();
    assertThat(plan.desired().tunnels()).singleElement().matches(t -> t.inbound().contains(sa));
    assertThat(plan.findings())
        .containsExactly(
            new Finding.SharedTunnelAddress(World.vtep(2), installedAnew.id, former.id));
  }
}
