package io.weft.overlay.planner;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.RemoteEndpoint;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any members with any claims. */
class PlannerPropertyTest {
  private static final int HOSTS = 5;

  /** Host {@code host} (1 is this one) claims an address of network {@code network}. */
  record Claim(int host, String network, int block, int last, MemberState state, long fence) {}

  @Provide
  Arbitrary<List<Claim>> claims() {
    return Combinators.combine(
            Arbitraries.integers().between(1, HOSTS),
            Arbitraries.of("a", "b"),
            Arbitraries.integers().between(0, HOSTS + 2),
            Arbitraries.integers().between(1, 3),
            Arbitraries.of(MemberState.class),
            Arbitraries.longs().between(0, 3))
        .as(Claim::new)
        .list()
        .ofMaxSize(25);
  }

  private static World world(List<Claim> claims) {
    World world = new World(HOSTS);
    for (Claim c : claims) {
      String ip = "10.%d.%d.%d".formatted(c.network().equals("a") ? 32 : 33, c.block(), c.last());
      if (c.host() == World.SELF) {
        world.local(c.network(), ip);
      } else {
        World.Peer peer = world.peer(c.host()).endpoint(c.network(), ip);
        peer.state = c.state();
        peer.fence = c.fence();
      }
    }
    return world;
  }

  @Property(tries = 400)
  void the_order_of_the_inputs_makes_no_difference(
      @ForAll("claims") List<Claim> claims, @ForAll long seed) {
    PlannerInput input = world(claims).input();
    List<PlannedPeer> peers = new ArrayList<>(input.peers());
    Collections.shuffle(peers, new Random(seed));
    List<io.weft.overlay.records.EndpointRecord> locals = new ArrayList<>(input.localEndpoints());
    Collections.shuffle(locals, new Random(seed));
    PlannerInput shuffled =
        new PlannerInput(
            input.self(),
            input.localVtep(),
            input.driver(),
            input.alwaysUdp(),
            input.innerMtu(),
            input.registry(),
            locals,
            peers);
    assertThat(Planner.plan(shuffled)).isEqualTo(Planner.plan(input));
  }

  @Property(tries = 400)
  void an_address_and_a_mac_lead_to_one_place_and_only_to_members_that_are_present_INV_NET_2(
      @ForAll("claims") List<Claim> claims) {
    World world = world(claims);
    TreeSet<String> present = new TreeSet<>();
    world
        .peers
        .values()
        .forEach(
            p -> {
              if (p.state == MemberState.ALIVE || p.state == MemberState.SUSPECT) {
                present.add(p.vtep.getHostAddress());
              }
            });
    for (DesiredNetwork network : world.plan().desired().networks()) {
      List<InetAddress> ips = network.remotes().stream().flatMap(r -> r.ips().stream()).toList();
      assertThat(ips).doesNotHaveDuplicates();
      assertThat(network.remotes()).extracting(RemoteEndpoint::mac).doesNotHaveDuplicates();
      assertThat(network.remotes())
          .allSatisfy(r -> assertThat(present).contains(r.vtep().getHostAddress()));
      assertThat(
              new TreeSet<>(network.floodTo().stream().map(InetAddress::getHostAddress).toList()))
          .isEqualTo(
              new TreeSet<>(
                  network.remotes().stream().map(r -> r.vtep().getHostAddress()).toList()));
    }
  }

  @Property(tries = 400)
  void no_address_of_a_leased_block_leads_to_any_but_its_holder_INV_IPAM_1(
      @ForAll("claims") List<Claim> claims) {
    World world = world(claims);
    for (DesiredNetwork network : world.plan().desired().networks()) {
      for (RemoteEndpoint remote : network.remotes()) {
        for (InetAddress ip : remote.ips()) {
          int block = ip.getAddress()[2];
          if (block < HOSTS) {
            assertThat(remote.vtep()).isEqualTo(World.vtep(block + 1));
          }
        }
      }
    }
  }
}
