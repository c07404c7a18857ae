package io.weft.overlay.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.overlay.registry.RegistryCommand.CreateNetwork;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.overlay.registry.RegistryCommand.FenceHost;
import io.weft.overlay.registry.RegistryCommand.InstallGossipKey;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.overlay.registry.RegistryCommand.ReleaseHost;
import io.weft.overlay.registry.RegistryCommand.RemoveGossipKey;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryCommand.RevokeHost;
import io.weft.overlay.registry.RegistryCommand.SetWantedVoters;
import io.weft.overlay.registry.RegistryCommand.StoreWrappedCaKey;
import io.weft.overlay.registry.RegistryCommand.UseGossipKey;
import io.weft.overlay.registry.RegistryCommand.UseToken;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds after any sequence of commands. */
class RegistryPropertyTest {
  private static final int HOSTS = 6;

  /** A command, the time that passes before it, and the key that it may share with another. */
  record Step(RegistryCommand command, long passesMillis, int key) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> hosts = Arbitraries.integers().between(1, HOSTS);
    Arbitrary<String> networks = Arbitraries.of("a", "b", "c");
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<RegistryCommand> leases =
        Combinators.combine(networks, hosts, flags)
            .as((n, h, more) -> new LeaseBlock(n, Commands.host(h), List.of(), more));
    Arbitrary<RegistryCommand> creates =
        networks.map(
            n ->
                new CreateNetwork(
                    n, null, n.equals("c") ? Commands.block("fd00:9::/64") : null, 0, 0, 18));
    Arbitrary<RegistryCommand> departures =
        Arbitraries.oneOf(
            hosts.map(h -> new RegisterHost(Commands.host(h), "h" + h)),
            hosts.map(h -> new ReleaseHost(Commands.host(h))),
            hosts.map(h -> new FenceHost(Commands.host(h))));
    Arbitrary<RegistryCommand> others =
        Arbitraries.oneOf(
            networks.map(RemoveNetwork::new),
            hosts.map(h -> new UseToken("t", Commands.HASH, Commands.host(h), "h" + h)),
            hosts.map(h -> new SetWantedVoters(List.of(Commands.host(h)))),
            hosts.map(h -> new StoreWrappedCaKey(Commands.host(h), Commands.HASH)),
            Arbitraries.of(new CreateToken("t", Commands.HASH, 1L << 40, 3)),
            Arbitraries.of(new RevokeHost(Commands.host(HOSTS))),
            keys());
    Arbitrary<RegistryCommand> commands =
        Arbitraries.frequencyOf(
            Tuple.of(8, leases),
            Tuple.of(6, departures),
            Tuple.of(1, creates),
            Tuple.of(2, others));
    // Mostly little, and now and then just short of a quarantine, or just over one.
    long quarantine = Commands.QUARANTINE_MILLIS;
    Arbitrary<Long> passes =
        Arbitraries.frequencyOf(
            Tuple.of(8, Arbitraries.longs().between(0, 100)),
            Tuple.of(2, Arbitraries.longs().between(quarantine - 1_000, quarantine - 1)),
            Tuple.of(1, Arbitraries.longs().between(quarantine, quarantine + 1_000)),
            Tuple.of(1, Arbitraries.longs().between(-2_000, 0)));
    return Combinators.combine(commands, passes, Arbitraries.integers().between(1, 2_000))
        .as(Step::new)
        .list()
        .ofMaxSize(60);
  }

  /** Commands of rotations, in any order and for any epoch near the present one. */
  private static Arbitrary<RegistryCommand> keys() {
    Arbitrary<Integer> epochs = Arbitraries.integers().between(1, 6);
    Arbitrary<Integer> prints = Arbitraries.integers().between(1, 3);
    return Arbitraries.oneOf(
        Combinators.combine(epochs, prints)
            .as((e, p) -> new InstallGossipKey(e, Commands.fingerprint(p))),
        epochs.map(UseGossipKey::new),
        epochs.map(RemoveGossipKey::new));
  }

  @Provide
  Arbitrary<List<RegistryCommand>> rotations() {
    return keys().list().ofMaxSize(60);
  }

  @Property(tries = 500)
  void the_key_that_seals_is_accepted_epochs_only_rise_and_none_is_given_twice_INV_SEC_3(
      @ForAll("rotations") List<RegistryCommand> rotations) throws Exception {
    Commands commands = started();
    TreeMap<Integer, Blob> everGiven = new TreeMap<>();
    for (RegistryCommand command : rotations) {
      GossipEpochs before = commands.state.gossipEpochs();
      CommandResult result = commands.run(command);
      GossipEpochs after = commands.state.gossipEpochs();
      assertThat(after.accepted()).containsKey(after.used()).hasSizeLessThanOrEqualTo(2);
      assertThat(after.used()).isGreaterThanOrEqualTo(before.used());
      assertThat(after.newest()).isBetween(before.newest(), before.newest() + 1);
      assertThat(after.revision())
          .isEqualTo(after.equals(before) ? before.revision() : commands.index);
      if (result instanceof CommandResult.Refused) {
        assertThat(after).isEqualTo(before);
      }
      if (after.used() != before.used()) {
        assertThat(before.accepted()).as("installed first").containsKey(after.used());
      }
      after
          .accepted()
          .forEach(
              (epoch, print) ->
                  assertThat(everGiven.merge(epoch, print, (old, now) -> old)).isEqualTo(print));
      commands.state = RegistryState.restore(commands.state.snapshot());
      assertThat(commands.state.gossipEpochs()).isEqualTo(after);
    }
  }

  private static Commands started() {
    Commands commands = Commands.cluster(HOSTS - 1);
    commands.done(CreateNetwork.named("a"));
    return commands;
  }

  private static void run(Commands commands, Step step) {
    commands.index++;
    commands.timeMillis += step.passesMillis();
    commands.apply(RegistryCodec.encode(Commands.key(1_000L + step.key()), step.command()));
  }

  @Property(tries = 300)
  void a_snapshot_taken_anywhere_continues_as_the_original_would(
      @ForAll("steps") List<Step> steps, @ForAll("cuts") int cut) throws Exception {
    Commands original = started();
    Commands restored = started();
    for (int i = 0; i < steps.size(); i++) {
      if (i == Math.min(cut, steps.size() - 1)) {
        restored.state = RegistryState.restore(restored.state.snapshot());
      }
      run(original, steps.get(i));
      run(restored, steps.get(i));
    }
    assertThat(restored.state.snapshot()).isEqualTo(original.state.snapshot());
    assertThat(restored.state.stateHash()).isEqualTo(original.state.stateHash());
    assertThat(restored.state.leases()).isEqualTo(original.state.leases());
  }

  @Provide
  Arbitrary<Integer> cuts() {
    return Arbitraries.integers().between(0, 59);
  }

  @Property(tries = 300)
  void no_block_has_two_live_holders_and_blocks_are_disjoint_INV_IPAM_1(
      @ForAll("steps") List<Step> steps) {
    Commands commands = started();
    for (Step step : steps) {
      run(commands, step);
      List<Lease> leases = commands.state.leases();
      for (int i = 0; i < leases.size(); i++) {
        for (int j = i + 1; j < leases.size(); j++) {
          Lease a = leases.get(i);
          Lease b = leases.get(j);
          assertThat(a.networkId().equals(b.networkId()) && a.block().overlaps(b.block()))
              .as("%s and %s", a, b)
              .isFalse();
        }
      }
    }
  }

  /** What was last known of a block in use, and until when it may not change hands. */
  private record Past(Lease lease, long notBeforeMillis) {}

  @Property(tries = 300)
  void no_block_changes_hands_before_its_quarantine_is_over_INV_IPAM_2(
      @ForAll("steps") List<Step> steps) {
    Commands commands = started();
    SortedMap<String, Past> past = new TreeMap<>();
    for (Step step : steps) {
      run(commands, step);
      long now = commands.state.timeMillis();
      List<String> inUse = new ArrayList<>();
      for (Lease lease : commands.state.leases()) {
        if (lease.state() != LeaseState.LEASED) {
          continue;
        }
        String block = lease.networkId() + " " + lease.block();
        inUse.add(block);
        Past before = past.put(block, new Past(lease, Long.MAX_VALUE));
        if (before != null && before.lease().fence() != lease.fence()) {
          assertThat(lease.fence()).isGreaterThan(before.lease().fence());
          if (!before.lease().holder().equals(lease.holder())) {
            assertThat(now)
                .as("%s after %s", lease, before)
                .isGreaterThanOrEqualTo(before.notBeforeMillis());
          }
        }
      }
      past.replaceAll(
          (block, p) ->
              !inUse.contains(block) && p.notBeforeMillis() == Long.MAX_VALUE
                  ? new Past(p.lease(), now + Commands.QUARANTINE_MILLIS)
                  : p);
    }
  }

  @Property(tries = 300)
  void networks_never_share_a_vni_or_an_id_or_overlap(@ForAll("steps") List<Step> steps) {
    Commands commands = started();
    for (Step step : steps) {
      run(commands, step);
      List<Network> networks = commands.state.networks();
      assertThat(networks).extracting(Network::vni).doesNotHaveDuplicates();
      assertThat(networks).extracting(Network::id).doesNotHaveDuplicates();
      for (Network a : networks) {
        for (Network b : networks) {
          assertThat(!a.id().equals(b.id()) && a.subnet().overlaps(b.subnet())).isFalse();
        }
      }
    }
  }

  @Property(tries = 300)
  void commands_survive_their_way_as_bytes(@ForAll("steps") List<Step> steps) throws Exception {
    for (Step step : steps) {
      byte[] bytes = RegistryCodec.encode(Commands.key(step.key()), step.command());
      assertThat(RegistryCodec.decode(bytes).command()).isEqualTo(step.command());
    }
  }

  @Property(tries = 2_000)
  void bytes_of_any_kind_are_answered_and_change_nothing_but_the_clock(@ForAll byte[] bytes) {
    Commands commands = started();
    List<Network> networks = commands.state.networks();
    commands.index++;
    assertThat(commands.apply(bytes)).isInstanceOf(CommandResult.Refused.class);
    assertThat(commands.state.networks()).isEqualTo(networks);
  }
}
