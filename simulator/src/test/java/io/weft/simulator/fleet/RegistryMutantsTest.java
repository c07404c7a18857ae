package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.fleet.Mutant.Answers;
import io.weft.simulator.fleet.Mutant.DoesNothing;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults planted into the registry and its log, each found where users contend for names. */
class RegistryMutantsTest {
  private static final String CONTENDED = "registry-contended";

  @TempDir Path scratch = Path.of("set by JUnit");

  static Stream<Arguments> mutants() {
    String raft = "io.atomix.protocols.raft.";
    return Stream.of(
        Arguments.of(
            Mutant.of(
                "a command that is sent twice takes effect twice",
                new DoesNothing("io.weft.overlay.registry.RegistryData", "remember")),
            "no order of the calls explains",
            5),
        Arguments.of(
            Mutant.of(
                "a voter that starts again knows neither its term nor its vote",
                new DoesNothing(raft + "storage.system.MetaStore", "storeTerm"),
                new DoesNothing(raft + "storage.system.MetaStore", "storeVote")),
            "has two leaders",
            5),
        Arguments.of(
            Mutant.of(
                "one voter is a majority",
                new Answers(raft + "cluster.impl.RaftClusterContext", "getQuorum", 1)),
            "INV-MEM-5",
            5));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aSweepFindsThePlantedFault(Mutant mutant, String as, int withinSeeds) throws Exception {
    String found = new MutantLoader(mutant).firstFound(scratch, CONTENDED, withinSeeds);
    assertThat(found).as("%s, within %d seeds", mutant, withinSeeds).isNotEmpty().contains(as);
  }
}
