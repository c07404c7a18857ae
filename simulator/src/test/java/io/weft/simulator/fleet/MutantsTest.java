package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.fleet.Mutant.Answers;
import io.weft.simulator.fleet.Mutant.CallAnswers;
import io.weft.simulator.fleet.Mutant.DoesNothing;
import io.weft.simulator.fleet.Mutant.StoreIsLost;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults planted into the product, each found by a sweep of the random scenario. */
class MutantsTest {
  @TempDir Path scratch = Path.of("set by JUnit");

  static Stream<Arguments> mutants() {
    String overlay = "io.weft.overlay.";
    String gossip = "io.weft.gossip.";
    return Stream.of(
        Arguments.of(
            Mutant.of(
                "the forwarding entries of a departed host are kept",
                new DoesNothing("io.weft.vxlan.reconcile.EntryPlan", "remove")),
            20),
        Arguments.of(
            Mutant.of(
                "clear frames are not blocked",
                new DoesNothing("io.weft.vxlan.xfrm.XfrmReconciler", "blocks")),
            5),
        Arguments.of(
            Mutant.of(
                "an address in use counts as free, and a restart forgets which was given last",
                new DoesNothing(overlay + "agent.EndpointDesk", "addTaken"),
                new DoesNothing(overlay + "agent.AddressDesk", "lastGiven")),
            5),
        Arguments.of(
            Mutant.of(
                "a block is given though another host holds it",
                new CallAnswers(
                    overlay + "registry.LeaseRules", "lambda$grant$", "containsKey", false)),
            5),
        Arguments.of(
            Mutant.of(
                "a block is reused without a quarantine",
                new Answers(
                    overlay + "registry.RegistryCommand$CreateGenesis", "quarantineMillis", 0)),
            60),
        Arguments.of(
            Mutant.of(
                "a host uses blocks that are leased to others",
                new CallAnswers(overlay + "registry.RegistryData", "heldBy", "equals", true)),
            5),
        Arguments.of(
            Mutant.of(
                "a key message does not wait until the data plane has the new association",
                new StoreIsLost(overlay + "agent.TunnelDesk", "installInbound", "installed")),
            5),
        Arguments.of(
            Mutant.of(
                "a gossip key that a host lacks is not asked for",
                new DoesNothing(overlay + "agent.KeyringDesk", "ask")),
            20),
        Arguments.of(
            Mutant.of(
                "an older word about a member counts as much as a newer one",
                new Answers(gossip + "wire.MemberItem", "precedence", 1)),
            20),
        Arguments.of(
            Mutant.of(
                "tombstones are collected early, a peer behind them gets no baseline, and no sums differ",
                new Answers(gossip + "GossipConfig", "tombstoneMillis", 1),
                new DoesNothing(gossip + "core.OwnerRecords", "sweep"),
                new DoesNothing(gossip + "core.Sync", "settle")),
            60),
        Arguments.of(
            Mutant.of(
                "links are tried again without backoff",
                new Answers(gossip + "GossipConfig", "reconnectMinMillis", 1),
                new Answers(gossip + "GossipConfig", "reconnectMaxMillis", 1)),
            20));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aSweepFindsThePlantedFault(Mutant mutant, int withinSeeds) throws Exception {
    String found = new MutantLoader(mutant).firstFound(scratch, MutantTrial.RANDOM, withinSeeds);
    assertThat(found).as("%s, within %d seeds", mutant, withinSeeds).isNotEmpty();
  }
}
