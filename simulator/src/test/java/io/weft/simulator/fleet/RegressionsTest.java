package io.weft.simulator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioResult;
import io.weft.simulator.scenario.Scenarios;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sweeps have found in the product, each as small as it could be made. */
class RegressionsTest {
  @TempDir Path scratch = Path.of("set by JUnit");

  private void holds(Scenario scenario, long seed) {
    RunResult result = FleetRun.run(scenario, seed, scratch, RunObserver.NONE);
    assertThat(result.violations()).as("seed %d", seed).isEmpty();
  }

  /**
   * A host that was installed anew has its former self's address. Its peers gave the tunnel to the
   * former self until that was known to be gone, when its id was the lower one, and let the new one
   * send on an association that was not there (INV-SEC-3).
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aHostThatWasInstalledAnewHasItsTunnelsAtOnce(int host) {
    holds(FleetRunTest.scenario(3, List.of(new FaultSpec.Wipe(20_000, List.of(host)))), 1);
  }

  /**
   * When the new host left, its address fell back to the former self, whose keys had been kept: its
   * associations were put to use a second time (INV-SEC-2).
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void theKeysOfWhoLostItsAddressAreNeverUsedAgain(int host) {
    holds(
        FleetRunTest.scenario(
            4,
            List.of(
                new FaultSpec.Wipe(20_000, List.of(host)),
                new FaultSpec.Leave(45_000, List.of(host)))),
        1);
  }

  /**
   * The wall clock of the host that leads is set forward: the registry's time went with it, and
   * blocks were given to others before their quarantine was over (INV-IPAM-2).
   */
  @Test
  void aWallClockThatIsSetForwardEndsNoQuarantine() {
    Scenario scenario =
        FleetRunTest.scenario(
            3,
            List.of(
                new FaultSpec.Leave(20_000, List.of(3)),
                new FaultSpec.ClockJump(30_000, List.of(1, 2), 120_000),
                new FaultSpec.Join(33_000, List.of(3))));
    TreeMap<String, String> config = new TreeMap<>();
    config.put("registry.quarantine", "40s");
    holds(
        new Scenario(
            scenario.name(),
            scenario.seed(),
            scenario.durationMillis(),
            scenario.hosts(),
            scenario.network(),
            scenario.links(),
            config,
            scenario.workload(),
            scenario.faults(),
            scenario.expect()),
        1);
  }

  /**
   * Whole runs, each as it was when it failed:
   *
   * <ul>
   *   <li>seed-2133: of three voters one left the cluster and one was to vote no more; the latter
   *       went first, and when the former was gone nobody had a majority (INV-MEM-5).
   *   <li>seed-2339: a leader that had stood still said for a moment that it led in the term of its
   *       successor (INV-RAFT-1).
   *   <li>seed-20063: of three voters the leader left with the word of only one other that it was
   *       out, and the third went on leading in an older term (INV-MEM-5).
   *   <li>wrong-clock-then-leads: a voter that starts with its wall clock set forward, hears others
   *       lead and then leads itself, went by its own clock (INV-IPAM-2; decision 0010).
   *   <li>seed-300528: datagrams as large as the path takes, before they are sealed; what one host
   *       lacked was told only in such (INV-SYN-1).
   *   <li>seed-301202: all seeds of a host had moved but the last, which never had its turn; it had
   *       a link to that one all the time (INV-MEM-5).
   *   <li>seed-402641: a host that was set up anew again and again was dialled under all its former
   *       identities, under each as often as if it were the only one (INV-SYN-4).
   *   <li>seed-501975: the host that had made the next gossip key was wiped before anybody else had
   *       it; the rotation that nobody could end was given up too late (INV-SEC-3).
   *   <li>seed-601281: the judge's fault: a release that was committed forty seconds after it was
   *       written down by a leader that fell; the block rests from when it was written
   *       (INV-IPAM-2).
   *   <li>seed-900925: a voter was elected, committed its own removal that another had asked for,
   *       and could not join again when it was wanted (INV-MEM-5).
   *   <li>seed-903376: the only voter had not got the CA's key, and the one that held it might not
   *       pass it on, as it voted no more: nobody could join (INV-MEM-5).
   *   <li>seed-908252: a voter that started with its wall clock set forward heard no leader, was
   *       elected and stamped with that clock (INV-IPAM-2; decision 0010).
   *   <li>seed-616200277860: a leader took the other voter out and went on counting it in, for it
   *       had been told of a configuration further on than its own log (INV-MEM-5).
   *   <li>seed-961981: a host that had moved met one other and gave up the address of the third,
   *       who knew it at its old one only (INV-MEM-5).
   *   <li>seed-1000651: a host that was leaving was frozen before it heard that its blocks were
   *       given back, and had their addresses when the quarantine ended (INV-IPAM-2).
   *   <li>seed-637228735995: one whose wall clock was set forward led for a moment, heard for a
   *       second and a half that another led by the right time, and led again by its own
   *       (INV-IPAM-2; decision 0010).
   *   <li>lagging-voter-leads: one that catches up took the time of an old entry for the present
   *       (INV-IPAM-2; decision 0010).
   * </ul>
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed-2133",
        "seed-2339",
        "seed-20063",
        "seed-300528",
        "seed-301202",
        "seed-402641",
        "seed-501975",
        "seed-601281",
        "seed-900925",
        "seed-903376",
        "seed-908252",
        "seed-616200277860",
        "seed-961981",
        "seed-1000651",
        "seed-637228735995",
        "wrong-clock-then-leads",
        "lagging-voter-leads"
      })
  void whatFailedOnceHolds(String name) throws Exception {
    String file = name + ".yaml";
    try (InputStream text = RegressionsTest.class.getResourceAsStream(file)) {
      assertThat(text).as(file).isNotNull();
      ScenarioResult parsed =
          Scenarios.parse(file, new String(text.readAllBytes(), StandardCharsets.UTF_8));
      Scenario scenario = ((ScenarioResult.Valid) parsed).scenario();
      holds(scenario, scenario.seed());
    }
  }
}
