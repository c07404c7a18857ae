package io.weft.simulator.shrink;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.simulator.fleet.Violation;
import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioResult;
import io.weft.simulator.scenario.Scenarios;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  @Property(tries = 200)
  void only_the_items_that_are_needed_are_left(
      @ForAll @Size(max = 4) List<@IntRange(min = 0, max = 29) Integer> needed) {
    List<Integer> all = IntStream.range(0, 30).boxed().toList();
    assertThat(DeltaDebugging.minimal(all, kept -> kept.containsAll(needed)))
        .containsExactlyElementsOf(needed.stream().distinct().sorted().toList());
  }

  /** Violated whenever host 2 crashes while some partition cuts it from host 1. */
  private static Optional<Violation> pretended(Scenario scenario) {
    boolean there = scenario.hosts().stream().filter(h -> h.number() <= 2).count() == 2;
    for (FaultSpec fault : scenario.faults()) {
      if (there && fault instanceof FaultSpec.Crash c && c.hosts().contains(2)) {
        boolean cut =
            scenario.faults().stream()
                .anyMatch(
                    f ->
                        f instanceof FaultSpec.Partition p
                            && p.atMillis() <= c.atMillis()
                            && p.endMillis() >= c.atMillis()
                            && p.groups().stream().noneMatch(g -> g.contains(1) && g.contains(2)));
        if (cut) {
          return Optional.of(new Violation("INV-IPAM-1", c.atMillis() * 1_000_000, "seen"));
        }
      }
    }
    return Optional.empty();
  }

  @Test
  void a_scenario_is_left_with_the_faults_hosts_and_seconds_that_the_violation_needs() {
    Scenario random = Scenarios.random(4711);
    Scenario large =
        random.withFaults(
            java.util.stream.Stream.concat(
                    random.faults().stream(),
                    java.util.stream.Stream.of(
                        new FaultSpec.Partition(
                            20_000, 10_000, List.of(List.of(1, 3), List.of(2)), false),
                        new FaultSpec.Crash(25_000, 5_000, List.of(1, 2, 3), true, true)))
                .toList());
    Shrinker.Shrunk shrunk =
        Shrinker.shrink(large, pretended(large).orElseThrow(), ShrinkerTest::pretended, () -> true);
    assertThat(shrunk.violation().invariant()).isEqualTo("INV-IPAM-1");
    assertThat(shrunk.scenario().faults()).hasSize(2);
    assertThat(shrunk.scenario().hosts()).hasSize(2);
    assertThat(shrunk.scenario().workload()).isEmpty();
    assertThat(shrunk.scenario().config()).isEmpty();
    assertThat(shrunk.scenario().durationMillis()).isLessThanOrEqualTo(large.durationMillis());
    assertThat(pretended(shrunk.scenario())).isPresent();
    // What is written down replays it.
    assertThat(Scenarios.parse("shrunk.yaml", Scenarios.write(shrunk.scenario())))
        .isEqualTo(new ScenarioResult.Valid(shrunk.scenario(), ""));
  }

  @Test
  void without_time_the_scenario_stays_as_it_is() {
    Scenario scenario = Scenarios.random(1);
    Violation violation = new Violation("INV-MEM-2", 1, "");
    assertThat(
            Shrinker.shrink(scenario, violation, _ -> Optional.of(violation), () -> false)
                .scenario())
        .isEqualTo(scenario);
  }
}
