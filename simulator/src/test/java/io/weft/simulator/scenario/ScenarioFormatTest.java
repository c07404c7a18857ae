package io.weft.simulator.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFormatTest {
  private static Scenario valid(String text) {
    return switch (Scenarios.parse("test.yaml", text)) {
      case ScenarioResult.Valid valid -> valid.scenario();
      case ScenarioResult.Invalid invalid ->
          throw new AssertionError(invalid.errors() + "\n" + text);
    };
  }

  private static List<String> errors(String text) {
    return switch (Scenarios.parse("test.yaml", text)) {
      case ScenarioResult.Valid valid -> throw new AssertionError("taken: " + valid);
      case ScenarioResult.Invalid invalid ->
          invalid.errors().stream().map(ScenarioError::toString).toList();
    };
  }

  @Property(tries = 500)
  void what_is_written_reads_back_as_the_same_scenario(@ForAll long seed) {
    Scenario scenario = DrawnScenarios.of(seed);
    if (scenario.latecomers().size() < scenario.hosts().size()) {
      assertThat(valid(Scenarios.write(scenario))).isEqualTo(scenario);
    }
  }

  @Property(tries = 200)
  void a_random_scenario_reads_back_as_the_same(@ForAll long seed) {
    Scenario scenario = Scenarios.random(seed);
    assertThat(valid(Scenarios.write(scenario))).isEqualTo(scenario);
  }

  @Test
  void a_file_that_is_not_utf8_is_named(@TempDir Path directory) throws Exception {
    Path file = Files.write(directory.resolve("bin.yaml"), new byte[] {(byte) 0xff, 0, 1});
    assertThat(Scenarios.parse(file))
        .isEqualTo(
            new ScenarioResult.Invalid(
                List.of(new ScenarioError(file.toString(), 1, "", "the file is not UTF-8 text"))));
  }

  @Test
  void every_kind_of_fault_is_read_and_written() throws Exception {
    Path file =
        Path.of(Objects.requireNonNull(getClass().getResource("every-kind-of-fault.yaml")).toURI());
    Scenario scenario = valid(Files.readString(file));
    assertThat(scenario.faults().stream().map(FaultSpec::kind)).contains(FaultKind.values());
    assertThat(scenario.expect().sometimes()).contains("delta-truncated");
    assertThat(valid(Scenarios.write(scenario))).isEqualTo(scenario);
  }

  @Test
  void a_scenario_says_no_more_than_how_many_hosts_there_are() {
    Scenario scenario = valid("hosts: 3\n");
    assertThat(scenario.name()).isEqualTo("test");
    assertThat(scenario.hosts()).hasSize(3);
    assertThat(scenario.network()).isEqualTo(NetworkSpec.site());
    assertThat(scenario.faults()).isEmpty();
  }

  @Test
  void what_contending_users_need_is_theirs_and_so_much_as_can_be_judged() {
    assertThat(
            errors(
                """
                hosts: 3
                workload:
                  - {at: 5s, createNetwork: {name: contended-1, subnet: 172.20.0.0/16}}
                  - {at: 5s, every: 10ms, until: 30s, contend: {users: 4}}
                  - {at: 5s, every: 1s, removeNetwork: {name: contended-1}}
                """))
        .satisfiesExactly(
            e ->
                assertThat(e)
                    .isEqualTo(
                        "test.yaml:3: workload[0].createNetwork.name: names that begin with contended-"
                            + " are contend's"),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:3: workload[0].createNetwork.subnet: ")
                    .contains("172.16.0.0/12"),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:4: workload[1].contend.users: some 10000 calls"),
            e ->
                assertThat(e)
                    .isEqualTo("test.yaml:5: workload[2].every: goes with churn and contend only"));
  }

  @Test
  void everything_that_is_wrong_is_told_at_once_with_its_line_and_what_is_allowed() {
    assertThat(
            errors(
                """
                name: broken
                duration: 120
                hosts: 3
                colour: red
                network: {loss: 120%}
                config: {gossip: {probeIntervall: 1s}}
                workload:
                  - {at: 6s, attach: {network: blue}}
                faults:
                  - {at: 20s, for: 40s, partition: [[1, 2], [3, 4]]}
                  - {at: 30s, for: 10s, crush: {hosts: [3]}}
                  - {at: 500s, pause: {hosts: [1]}}
                  - {for: 5s, leave: {hosts: []}}
                expect: {invariants: [INV-IPAM-9]}
                """))
        .satisfiesExactly(
            e ->
                assertThat(e)
                    .isEqualTo(
                        "test.yaml:2: duration: '120' is not allowed; it must be a duration from 1s to 30d,"
                            + " such as 500ms, 10s, 5m or 2h"),
            e -> assertThat(e).startsWith("test.yaml:4: colour: is no known key here; allowed: "),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:5: network.loss: '120%' is not allowed; it must be"),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:6: config.gossip.probeIntervall: ")
                    .contains("did you mean 'gossip.probeInterval'?"),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:8: workload[0].attach.network: 'blue' is not allowed"),
            e ->
                assertThat(e)
                    .isEqualTo(
                        "test.yaml:10: faults[0].partition[1][1]: '4' is not allowed; it must be a host's"
                            + " number (from 1 to 3) or its name"),
            e -> assertThat(e).startsWith("test.yaml:11: faults[1].crush: is no known key here"),
            e ->
                assertThat(e).startsWith("test.yaml:11: faults[1]: needs exactly one of partition"),
            e -> assertThat(e).startsWith("test.yaml:12: faults[2].at: '500s' is not allowed"),
            e -> assertThat(e).startsWith("test.yaml:13: faults[3]: 'at' is missing"),
            e -> assertThat(e).startsWith("test.yaml:13: faults[3].for: does not go with leave"),
            e ->
                assertThat(e)
                    .startsWith("test.yaml:13: faults[3].leave.hosts: is missing or empty"),
            e -> assertThat(e).contains("test.yaml:14: expect.invariants").contains("INV-MEM-1"));
  }

  @Test
  void text_that_is_no_yaml_is_refused_with_its_line() {
    assertThat(errors("hosts: 3\nfaults: [\n")).singleElement().asString().contains("no YAML");
    assertThat(errors("hosts: 3\n\n# three\nnetwork:\n\tmtu: 1400\n"))
        .singleElement()
        .asString()
        .startsWith("test.yaml:5: ");
    assertThat(errors("")).singleElement().asString().startsWith("test.yaml:1: ");
    assertThat(errors("- 1\n")).anyMatch(e -> e.startsWith("test.yaml:1: must be keys"));
    assertThat(errors("hosts: 3\nhosts: 4\n")).anyMatch(e -> e.contains("test.yaml:2:"));
  }

  @Test
  void the_same_seed_draws_the_same_faults_and_another_seed_draws_others() {
    Scenario scenario = valid("hosts: 5\nfaults: [{at: 5s, until: 60s, random: {every: 2s}}]\n");
    assertThat(Scenarios.concrete(scenario, 7)).isEqualTo(Scenarios.concrete(scenario, 7));
    assertThat(Scenarios.concrete(scenario, 7).faults())
        .isNotEqualTo(Scenarios.concrete(scenario, 8).faults());
    Scenario concrete = Scenarios.concrete(scenario, 7);
    assertThat(Scenarios.concrete(concrete, 7)).isEqualTo(concrete);
    assertThat(concrete.faults())
        .isNotEmpty()
        .allSatisfy(
            f -> {
              assertThat(f).isNotInstanceOf(FaultSpec.Random.class);
              assertThat(f.atMillis()).isBetween(5_000L, 60_000L);
              assertThat(f.endMillis()).isLessThanOrEqualTo(60_000L);
            });
  }

  @Test
  void the_random_scenario_has_three_to_nine_hosts_and_every_kind_of_fault_in_some_seed() {
    List<Scenario> drawn = LongStream.range(0, 300).mapToObj(Scenarios::random).toList();
    assertThat(drawn).allSatisfy(s -> assertThat(s.hosts()).hasSizeBetween(3, 9));
    assertThat(drawn.stream().map(s -> s.hosts().size()).distinct()).hasSize(7);
    assertThat(drawn.stream().flatMap(s -> s.faults().stream()).map(FaultSpec::kind).distinct())
        .hasSize(FaultKind.values().length - 1);
  }

  @Test
  void every_scenario_of_the_library_is_valid_and_says_what_it_is_about() {
    assertThat(Scenarios.library())
        .hasSizeGreaterThan(12)
        .allSatisfy(named -> assertThat(named.description()).isNotEmpty());
    assertThat(Scenarios.named("minority-keeps-working")).isPresent();
    for (Scenarios.Named named : Scenarios.library()) {
      Scenarios.named(named.name())
          .ifPresent(s -> assertThat(valid(Scenarios.write(s))).isEqualTo(s));
    }
  }

  @Test
  void every_file_of_the_library_is_in_its_index() throws Exception {
    URL index =
        Objects.requireNonNull(Scenarios.class.getResource("/io/weft/simulator/scenarios/index"));
    List<String> names = new ArrayList<>();
    try (var files =
        Files.newDirectoryStream(Path.of(index.toURI()).resolveSibling(""), "*.yaml")) {
      files.forEach(f -> names.add(f.getFileName().toString().replace(".yaml", "")));
    }
    names.add(Scenarios.RANDOM);
    assertThat(Scenarios.library().stream().map(Scenarios.Named::name))
        .containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void a_host_that_is_first_said_to_join_does_not_run_from_the_beginning() {
    assertThat(
            valid(
                    """
                    hosts: 3
                    faults:
                      - {at: 5s, join: {hosts: [3]}}
                      - {at: 1s, leave: {hosts: [2]}}
                      - {at: 9s, join: {hosts: [2]}}
                    """)
                .latecomers())
        .containsExactly(3);
  }

  @Test
  void a_fault_without_an_end_lasts_as_long_as_the_scenario() {
    Scenario scenario =
        valid("hosts: 3\nduration: 50s\nfaults: [{at: 5s, isolate: {hosts: [1]}}]\n");
    assertThat(scenario.lastFaultEndMillis()).isEqualTo(50_000);
  }
}
