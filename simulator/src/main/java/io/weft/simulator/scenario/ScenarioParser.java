package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads a scenario file and says all that is wrong with it at once. */
final class ScenarioParser {
  static final long MAX_MILLIS = 30L * 24 * 3_600_000;
  private static final long DEFAULT_DURATION_MILLIS = 120_000;
  private static final long DEFAULT_CONVERGENCE_MILLIS = 30_000;
  private static final long MIN_DURATION_MILLIS = 1_000;

  private static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "seed",
          "duration",
          "hosts",
          "network",
          "links",
          "config",
          "workload",
          "faults",
          "expect");

  private final Fields top;
  private final Fields.Problems problems;
  private final String fallbackName;

  private ScenarioParser(YamlNode node, Fields.Problems problems, String fallbackName) {
    this.problems = problems;
    this.top = Fields.open(node, "", problems, KEYS);
    this.fallbackName = fallbackName;
  }

  /**
   * Reads one.
   *
   * @param file its name, for messages
   * @param fallbackName what it is called when it has no name
   */
  static ScenarioResult parse(String file, String text, String fallbackName) {
    Fields.Problems problems = new Fields.Problems(file);
    Optional<YamlNode> node = YamlNode.read(file, text, problems.errors());
    ScenarioResult result = new ScenarioResult.Invalid(List.of());
    if (node.isPresent()) {
      result = new ScenarioParser(node.get(), problems, fallbackName).scenario();
    }
    List<ScenarioError> errors = new ArrayList<>(problems.errors());
    if (errors.isEmpty()) {
      return result;
    }
    errors.sort(Comparator.comparingInt(ScenarioError::line));
    return new ScenarioResult.Invalid(errors);
  }

  private ScenarioResult scenario() {
    String name = top.value("name", Shape.NAME, fallbackName);
    String description = top.value("description", Shape.LINE, "");
    long seed = top.value("seed", Shape.SEED, 1L);
    long duration =
        top.value(
            "duration", Shape.duration(MIN_DURATION_MILLIS, MAX_MILLIS), DEFAULT_DURATION_MILLIS);
    PlaceParser places = new PlaceParser(top);
    List<ScenarioHost> hosts = places.hosts();
    NetworkSpec network =
        top.get("network")
            .map(n -> places.network(n, "network", NetworkSpec.site(), List.of()))
            .orElse(NetworkSpec.site());
    List<LinkSpec> links = places.links(network, hosts);
    AgentConfig agentConfig = new AgentConfig(problems);
    SortedMap<String, String> config = agentConfig.read(top, "config", new TreeMap<>());
    List<Work> workload = new WorkParser(top, hosts, duration).workload();
    List<FaultSpec> faults = new FaultParser(top, hosts, duration, config, agentConfig).faults();
    // The lists are in the order of time, whatever the file's; equal times keep the file's.
    workload.sort(Comparator.comparingLong(Work::atMillis));
    faults.sort(Comparator.comparingLong(FaultSpec::atMillis));
    Scenario scenario =
        new Scenario(
            name,
            seed,
            duration,
            hosts,
            network,
            links,
            config,
            workload,
            faults,
            top.get("expect").map(this::expect).orElse(expect(new YamlNode.Nothing(1))));
    if (!hosts.isEmpty() && scenario.latecomers().size() >= hosts.size()) {
      top.wrong("faults", "no host runs from the beginning: all of them join first");
    }
    return new ScenarioResult.Valid(scenario, description);
  }

  private Expect expect(YamlNode node) {
    Fields fields =
        Fields.open(
            node, "expect", problems, List.of("convergedWithin", "invariants", "sometimes"));
    SortedSet<String> invariants = new TreeSet<>();
    boolean all =
        fields
            .get("invariants")
            .map(n -> n instanceof YamlNode.Scalar scalar && scalar.text().equals("all"))
            .orElse(true);
    if (!all) {
      invariants.addAll(fields.requiredValues("invariants", Shape.choice(Invariants.ALL)));
    }
    return new Expect(
        fields.value("convergedWithin", Shape.duration(1, MAX_MILLIS), DEFAULT_CONVERGENCE_MILLIS),
        invariants,
        fields.values("sometimes", Shape.choice(Marks.ALL)));
  }
}
