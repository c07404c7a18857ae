package io.weft.overlay.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.MemberState;
import io.weft.overlay.check.AddressFinding.Kind;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.LocalAddresses;
import io.weft.overlay.registry.CommandResult;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.LeaseState;
import io.weft.overlay.registry.Network;
import io.weft.overlay.registry.RefusalCode;
import io.weft.overlay.registry.RegistryCommand;
import io.weft.overlay.registry.RegistryCommand.FenceHost;
import io.weft.overlay.registry.RegistryCommand.LeaseBlock;
import io.weft.overlay.registry.RegistryCommand.RegisterHost;
import io.weft.overlay.registry.RegistryCommand.ReleaseHost;
import io.weft.overlay.registry.RegistryCommand.RemoveNetwork;
import io.weft.overlay.registry.RegistryCommand.RevokeHost;
import io.weft.overlay.registry.RegistryState;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds after any commands, as long as all hosts keep to them. */
class AddressCheckPropertyTest {
  private static final int HOSTS = 5;
  private static final int NEWCOMER = 9;

  /** A command, and the time that passes after it. */
  record Step(RegistryCommand command, long passesMillis) {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> hosts = Arbitraries.integers().between(1, HOSTS);
    Arbitrary<String> networks = Arbitraries.of("blue", "red");
    Arbitrary<RegistryCommand> leases =
        Combinators.combine(networks, hosts, Arbitraries.of(true, false))
            .as((n, h, further) -> new LeaseBlock(n, Cluster.host(h), List.of(), further));
    Arbitrary<RegistryCommand> others =
        Arbitraries.oneOf(
            hosts.map(h -> new RegisterHost(Cluster.host(h), "host" + h)),
            hosts.map(h -> new ReleaseHost(Cluster.host(h))),
            hosts.map(h -> new FenceHost(Cluster.host(h))),
            Arbitraries.of(new RevokeHost(Cluster.host(HOSTS)), new RemoveNetwork("red")));
    Arbitrary<Long> passes =
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 100),
            Arbitraries.longs().between(0, 2 * Cluster.QUARANTINE_MILLIS));
    return Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(3, leases), Tuple.of(1, others)), passes)
        .as(Step::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 500)
  void where_every_host_keeps_to_its_blocks_only_full_networks_are_found_and_all_of_them(
      @ForAll("steps") List<Step> steps) throws Exception {
    Cluster cluster = new Cluster(HOSTS);
    cluster.network("blue", "10.32.0.0/28").network("red", "10.33.0.0/28");
    for (Step step : steps) {
      cluster.run(step.command());
      cluster.nowMillis += step.passesMillis();
    }
    Set<String> used = useEveryBlock(cluster);
    AddressReport report = cluster.check();
    for (SubnetUse use : report.subnets()) {
      assertThat(use.leased() + use.quarantined() + use.fenced() + use.free())
          .isEqualTo(use.blocks());
    }
    assertThat(report.subnets().stream().mapToLong(SubnetUse::addresses).sum())
        .isEqualTo(used.size());
    assertThat(report.findings()).extracting(AddressFinding::kind).isSubsetOf(Kind.FULL);
    List<String> full = report.findings().stream().map(AddressFinding::network).toList();
    assertThat(full).isEqualTo(refusedToANewcomer(cluster));
  }

  /** An endpoint in each block that is leased, by its holder, which is there. */
  private static Set<String> useEveryBlock(Cluster cluster) throws Exception {
    TreeSet<String> used = new TreeSet<>();
    for (int host = 1; host <= HOSTS; host++) {
      cluster.is(host, MemberState.LEFT);
      for (Lease lease : cluster.registry.leases()) {
        if (lease.state() == LeaseState.LEASED && lease.holder().equals(Cluster.host(host))) {
          cluster.is(host, MemberState.ALIVE);
          Network network = cluster.registry.networkById(lease.networkId()).orElseThrow();
          List<AddressBlock> only = List.of(lease.block());
          String ip = LocalAddresses.pick(network.subnet(), only, new TreeSet<>(), null).toString();
          used.add(ip);
          cluster.endpointIn(host, network.id(), lease.fence(), ip);
        }
      }
    }
    return used;
  }

  /** The networks whose next lease the registry itself refuses, as no block is free. */
  private static List<String> refusedToANewcomer(Cluster cluster) throws Exception {
    cluster.registry = RegistryState.restore(cluster.registry.snapshot());
    cluster.run(new RegisterHost(Cluster.host(NEWCOMER), "newcomer"));
    return cluster.registry.networks().stream()
        .map(Network::name)
        .filter(
            name ->
                cluster.run(new LeaseBlock(name, Cluster.host(NEWCOMER), List.of(), false))
                        instanceof CommandResult.Refused refused
                    && refused.code() == RefusalCode.EXHAUSTED)
        .toList();
  }
}
