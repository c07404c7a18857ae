package io.weft.overlay.registry;

import static io.weft.overlay.registry.Commands.block;
import static io.weft.overlay.registry.Commands.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.overlay.registry.RegistryCommand.FenceHost;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.overlay.registry.RegistryCommand.ReleaseHost;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryCommand.RevokeHost;
import io.weft.overlay.registry.RegistryCommand.RevokeToken;
import io.weft.overlay.registry.RegistryCommand.SetWantedVoters;
import io.weft.overlay.registry.RegistryCommand.StoreWrappedCaKey;
import io.weft.overlay.registry.RegistryCommand.UseToken;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
  private final Commands commands = Commands.cluster(4);

  @Test
  void nothing_but_the_genesis_comes_first_and_it_comes_once() {
    Commands fresh = new Commands();
    assertThat(fresh.refused(CreateNetwork.named("a")).code()).isEqualTo(RefusalCode.WRONG_PHASE);
    fresh.done(Commands.genesis());
    assertThat(fresh.refused(Commands.genesis()).code()).isEqualTo(RefusalCode.WRONG_PHASE);
    assertThat(fresh.state.wantedVoters()).containsExactly(host(1));
    assertThat(fresh.state.wrappedCaKey(host(1))).isPresent();
    assertThat(fresh.state.cluster()).isEqualTo("blue");
  }

  @Test
  void networks_get_subnets_and_vnis_of_their_own_in_order() {
    Network a = commands.network(CreateNetwork.named("a"));
    Network b = commands.network(CreateNetwork.named("b"));
    assertThat(a.subnet()).isEqualTo(block("10.32.0.0/16"));
    assertThat(b.subnet()).isEqualTo(block("10.33.0.0/16"));
    assertThat(a.vni()).isEqualTo(1_000_001);
    assertThat(b.vni()).isEqualTo(1_000_002);
    assertThat(a.hostBlockLength()).isEqualTo(24);
    assertThat(a.id()).isNotEqualTo(b.id());
  }

  @Test
  void a_subnet_that_overlaps_is_refused_with_the_name_of_the_other() {
    commands.network(new CreateNetwork("a", block("10.40.0.0/16"), null, 0, 0, 0));
    Refused refused =
        commands.refused(new CreateNetwork("b", block("10.40.128.0/20"), null, 0, 0, 0));
    assertThat(refused.code()).isEqualTo(RefusalCode.CONFLICT);
    assertThat(refused.message()).contains("10.40.0.0/16").contains("'a'");
  }

  @Test
  void values_out_of_range_are_refused() {
    assertThat(commands.refused(CreateNetwork.named("Bad Name")).code())
        .isEqualTo(RefusalCode.INVALID);
    assertThat(commands.refused(new CreateNetwork("a", null, null, 1 << 24, 0, 0)).code())
        .isEqualTo(RefusalCode.INVALID);
    assertThat(commands.refused(new CreateNetwork("a", null, null, 0, 500, 0)).code())
        .isEqualTo(RefusalCode.INVALID);
    assertThat(commands.refused(new CreateNetwork("a", null, null, 0, 0, 8)).code())
        .isEqualTo(RefusalCode.INVALID);
    assertThat(
            commands.refused(new CreateNetwork("a", block("127.1.0.0/16"), null, 0, 0, 0)).code())
        .isEqualTo(RefusalCode.INVALID);
    assertThat(commands.state.networks()).isEmpty();
  }

  @Test
  void sixteen_automatic_subnets_are_all_there_are() {
    for (int i = 0; i < 16; i++) {
      commands.network(CreateNetwork.named("n" + i));
    }
    assertThat(commands.refused(CreateNetwork.named("more")).code())
        .isEqualTo(RefusalCode.EXHAUSTED);
  }

  @Test
  void hosts_get_the_lowest_free_blocks_and_a_retry_gets_the_same_one() {
    commands.network(new CreateNetwork("a", null, block("fd00:32::/64"), 0, 0, 0));
    List<Lease> first = commands.lease("a", 1);
    assertThat(first)
        .extracting(Lease::block)
        .containsExactly(block("10.32.0.0/24"), block("fd00:32::/80"));
    assertThat(commands.lease("a", 2).getFirst().block()).isEqualTo(block("10.32.1.0/24"));
    assertThat(commands.lease("a", 1)).isEqualTo(first);
    assertThat(commands.lease(new LeaseBlock("a", host(1), List.of(), true)))
        .extracting(Lease::block)
        .containsExactly(block("10.32.0.0/24"), block("10.32.2.0/24"), block("fd00:32::/80"));
  }

  @Test
  void blocks_to_avoid_are_avoided() {
    commands.network(CreateNetwork.named("a"));
    List<Lease> leases =
        commands.lease(new LeaseBlock("a", host(1), List.of(block("10.32.0.0/23")), false));
    assertThat(leases).extracting(Lease::block).containsExactly(block("10.32.2.0/24"));
  }

  @Test
  void a_released_block_rests_and_returns_with_a_higher_fence_INV_IPAM_2() {
    commands.network(CreateNetwork.named("a"));
    Lease before = commands.lease("a", 1).getFirst();
    commands.done(new ReleaseHost(host(1)));
    assertThat(commands.state.leases())
        .extracting(Lease::state)
        .containsExactly(LeaseState.QUARANTINED);
    commands.timeMillis += Commands.QUARANTINE_MILLIS - 1;
    assertThat(commands.lease("a", 2).getFirst().block()).isEqualTo(block("10.32.1.0/24"));
    commands.timeMillis++;
    Lease after = commands.lease("a", 3).getFirst();
    assertThat(after.block()).isEqualTo(before.block());
    assertThat(after.fence()).isGreaterThan(before.fence());
  }

  @Test
  void a_host_that_was_fenced_by_mistake_comes_back_to_its_own_block() {
    commands.network(CreateNetwork.named("a"));
    Lease before = commands.lease("a", 2).getFirst();
    commands.done(new FenceHost(host(2)));
    assertThat(commands.state.leasesOf(before.networkId(), host(2))).isEmpty();
    Lease after = commands.lease("a", 2).getFirst();
    assertThat(after.block()).isEqualTo(before.block());
    assertThat(after.fence()).isGreaterThan(before.fence());
    assertThat(commands.state.host(host(2)).orElseThrow().state()).isEqualTo(HostState.ACTIVE);
  }

  @Test
  void a_host_that_left_leases_only_after_it_registered_again() {
    commands.network(CreateNetwork.named("a"));
    commands.done(new ReleaseHost(host(2)));
    assertThat(commands.refused(new LeaseBlock("a", host(2), List.of(), false)).code())
        .isEqualTo(RefusalCode.WRONG_PHASE);
    commands.done(new RegisterHost(host(2), "again"));
    assertThat(commands.lease("a", 2)).hasSize(1);
  }

  @Test
  void a_removed_network_s_vni_and_subnet_rest() {
    Network a = commands.network(CreateNetwork.named("a"));
    commands.lease("a", 1);
    commands.done(new RemoveNetwork("a"));
    assertThat(commands.state.leases())
        .extracting(Lease::state)
        .containsExactly(LeaseState.QUARANTINED);
    assertThat(commands.refused(new CreateNetwork("b", null, null, a.vni(), 0, 0)).message())
        .contains("rests");
    Network again = commands.network(CreateNetwork.named("a"));
    assertThat(again.subnet()).isEqualTo(block("10.33.0.0/16"));
    assertThat(again.id()).isNotEqualTo(a.id());
    commands.timeMillis += Commands.QUARANTINE_MILLIS;
    assertThat(commands.network(new CreateNetwork("b", null, null, a.vni(), 0, 0)).subnet())
        .isEqualTo(a.subnet());
  }

  @Test
  void a_full_network_says_so_and_changes_nothing() {
    commands.network(new CreateNetwork("a", block("10.9.0.0/28"), null, 0, 0, 29));
    commands.lease("a", 1);
    commands.lease("a", 2);
    Refused refused = commands.refused(new LeaseBlock("a", host(3), List.of(), false));
    assertThat(refused.code()).isEqualTo(RefusalCode.EXHAUSTED);
    assertThat(refused.message()).contains("'a'").contains("/29");
    assertThat(commands.state.leases()).hasSize(2);
  }

  @Test
  void a_token_is_counted_once_for_each_host() {
    commands.done(new CreateToken("t", Commands.HASH, 50_000, 1));
    commands.done(new UseToken("t", Commands.HASH, host(8), "eight"));
    commands.done(new UseToken("t", Commands.HASH, host(8), "eight"));
    assertThat(commands.state.tokens().getFirst().usesLeft()).isZero();
    assertThat(commands.refused(new UseToken("t", Commands.HASH, host(9), "nine")).code())
        .isEqualTo(RefusalCode.TOKEN_USED_UP);
    assertThat(commands.state.host(host(8))).isPresent();
    assertThat(commands.state.host(host(9))).isEmpty();
  }

  @Test
  void a_token_that_is_foreign_expired_or_revoked_is_refused_each_with_its_cause() {
    commands.done(new CreateToken("t", Commands.HASH, 50_000, 5));
    Blob wrong = Blob.of(new byte[] {9, 9, 9});
    assertThat(commands.refused(new UseToken("x", Commands.HASH, host(8), "eight")).code())
        .isEqualTo(RefusalCode.UNKNOWN);
    assertThat(commands.refused(new UseToken("t", wrong, host(8), "eight")).code())
        .isEqualTo(RefusalCode.UNKNOWN);
    commands.done(new RevokeToken("t"));
    assertThat(commands.refused(new UseToken("t", Commands.HASH, host(8), "eight")).code())
        .isEqualTo(RefusalCode.TOKEN_REVOKED);
    commands.done(new CreateToken("u", Commands.HASH, 50_000, 5));
    commands.timeMillis = 50_000;
    assertThat(commands.refused(new UseToken("u", Commands.HASH, host(8), "eight")).code())
        .isEqualTo(RefusalCode.TOKEN_EXPIRED);
  }

  @Test
  void a_revoked_host_is_shut_out_of_everything() {
    commands.network(CreateNetwork.named("a"));
    commands.lease("a", 2);
    commands.done(new SetWantedVoters(List.of(host(1), host(2), host(3))));
    commands.done(new StoreWrappedCaKey(host(2), Commands.HASH));
    commands.done(new RevokeHost(host(2)));
    assertThat(commands.state.revoked(host(2))).isTrue();
    assertThat(commands.state.wantedVoters()).containsExactly(host(1), host(3));
    assertThat(commands.state.wrappedCaKey(host(2))).isEmpty();
    assertThat(commands.state.leases()).extracting(Lease::state).containsExactly(LeaseState.FENCED);
    commands.done(new CreateToken("t", Commands.HASH, 50_000, 5));
    for (RegistryCommand command :
        List.<RegistryCommand>of(
            new RegisterHost(host(2), "two"),
            new UseToken("t", Commands.HASH, host(2), "two"),
            new LeaseBlock("a", host(2), List.of(), false),
            new SetWantedVoters(List.of(host(2))))) {
      assertThat(commands.refused(command).code()).isEqualTo(RefusalCode.HOST_REVOKED);
    }
  }

  @Test
  void the_only_voter_is_not_shut_out() {
    assertThat(commands.refused(new RevokeHost(host(1))).message()).contains("only voter");
    assertThat(commands.state.wantedVoters()).containsExactly(host(1));
  }

  @Test
  void a_former_voter_loses_the_ca_key_once_every_voter_holds_it() {
    commands.done(new SetWantedVoters(List.of(host(2), host(3))));
    assertThat(commands.state.wrappedCaKey(host(1))).as("the only one that has it").isPresent();
    commands.done(new StoreWrappedCaKey(host(2), Commands.HASH));
    assertThat(commands.state.wrappedCaKey(host(1))).isPresent();
    commands.done(new StoreWrappedCaKey(host(3), Commands.HASH));
    assertThat(commands.state.wrappedCaKey(host(1))).isEmpty();
    commands.done(new SetWantedVoters(List.of(host(3))));
    assertThat(commands.state.wrappedCaKey(host(2))).isEmpty();
    assertThat(commands.state.wrappedCaKey(host(3))).isPresent();
  }

  @Test
  void a_retried_command_is_applied_once_and_answered_the_same() {
    byte[] bytes = RegistryCodec.encode(Commands.key(99), CreateNetwork.named("a"));
    commands.index++;
    CommandResult first = commands.apply(bytes);
    commands.index++;
    assertThat(commands.apply(bytes)).isEqualTo(first).isInstanceOf(Done.class);
    assertThat(commands.state.networks()).hasSize(1);
  }

  @Test
  void answers_are_remembered_for_a_bounded_number_of_commands() {
    byte[] bytes = RegistryCodec.encode(Commands.key(-1), CreateNetwork.named("a"));
    commands.apply(bytes);
    for (int i = 0; i < RegistryLimits.MAX_REMEMBERED_RESULTS; i++) {
      commands.run(new RemoveNetwork("none"));
    }
    assertThat(commands.apply(bytes)).isInstanceOf(Refused.class);
  }

  @Test
  void the_clock_of_the_log_never_goes_back() {
    commands.timeMillis = 90_000;
    commands.run(new RegisterHost(host(1), "one"));
    commands.timeMillis = 10;
    commands.run(new RegisterHost(host(1), "one"));
    assertThat(commands.state.timeMillis()).isEqualTo(90_000);
  }

  @Test
  void the_lease_of_an_address_is_found() {
    Network a = commands.network(CreateNetwork.named("a"));
    commands.network(CreateNetwork.named("b"));
    commands.lease("a", 1);
    commands.lease("b", 2);
    assertThat(commands.state.leaseAt(a.id(), IpAddress.parse("10.32.0.255")))
        .map(Lease::holder)
        .contains(host(1));
    assertThat(commands.state.leaseAt(a.id(), IpAddress.parse("10.32.1.0"))).isEmpty();
    assertThat(commands.state.leaseAt(a.id(), IpAddress.parse("10.31.0.0"))).isEmpty();
  }

  @Test
  void a_snapshot_of_another_format_is_refused() {
    assertThatThrownBy(() -> RegistryState.restore(new byte[] {8, 77}))
        .isInstanceOf(MalformedRegistryException.class)
        .hasMessageContaining("77");
    assertThatThrownBy(() -> RegistryState.restore(new byte[] {1, 2, 3}))
        .isInstanceOf(MalformedRegistryException.class);
  }
}
