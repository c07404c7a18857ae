package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads the hosts and the network between them. */
final class PlaceParser {
  static final int MAX_HOSTS = 10_000;
  static final double MIN_DRIFT = 0.5;
  static final double MAX_DRIFT = 2;
  private static final int MAX_LABELS = 32;
  private static final long MAX_LATENCY_MICROS = 60_000_000;
  private static final int MIN_MTU = 1_400;
  private static final int MAX_MTU = 65_000;

  /** Without a 99th percentile of its own, a latency's is so many times its median. */
  private static final int P99_FACTOR = 4;

  private static final List<String> NETWORK_KEYS =
      List.of("latency", "loss", "duplicate", "reorder", "bandwidth", "mtu");

  private final Fields top;
  private final Fields.Problems problems;

  PlaceParser(Fields top) {
    this.top = top;
    this.problems = top.problems();
  }

  List<ScenarioHost> hosts() {
    YamlNode node = top.get("hosts").orElse(null);
    if (node instanceof YamlNode.Sequence sequence && !sequence.items().isEmpty()) {
      return listed(sequence);
    }
    if (node == null || node instanceof YamlNode.Scalar) {
      int count = top.required("hosts", Shape.whole(1, MAX_HOSTS), 1);
      return IntStream.rangeClosed(1, count).mapToObj(ScenarioHost::plain).toList();
    }
    problems.add(
        node.line(),
        "hosts",
        "must be a number from 1 to %d, or a list such as [{name: a, region: eu}, {name: b}]"
            .formatted(MAX_HOSTS));
    return List.of(ScenarioHost.plain(1));
  }

  private List<ScenarioHost> listed(YamlNode.Sequence sequence) {
    List<ScenarioHost> hosts = new ArrayList<>();
    SortedSet<String> names = new TreeSet<>();
    int next = 1;
    for (int i = 0; i < sequence.items().size(); i++) {
      YamlNode item = sequence.items().get(i);
      String path = "hosts[" + i + "]";
      ScenarioHost host = host(item, path, next);
      if (host.number() < next) {
        problems.add(item.line(), path, "'number' must rise from host to host; at least " + next);
      } else if (!names.add(host.name())) {
        problems.add(item.line(), path, "the name '" + host.name() + "' is another host's");
      } else {
        hosts.add(host);
        next = host.number() + 1;
      }
    }
    return hosts.isEmpty() ? List.of(ScenarioHost.plain(1)) : hosts;
  }

  private ScenarioHost host(YamlNode node, String path, int number) {
    if (node instanceof YamlNode.Scalar scalar) {
      String name = scalar.text();
      if (Shape.NAME.read().apply(name).isEmpty()) {
        problems.add(
            node.line(), path, "'" + name + "' is no name: it must be " + Shape.NAME.allowed());
        return ScenarioHost.plain(number);
      }
      return new ScenarioHost(number, name, null, new TreeMap<>(), 1);
    }
    Fields fields =
        Fields.open(
            node, path, problems, List.of("name", "region", "labels", "clockDrift", "number"));
    int own = fields.value("number", Shape.whole(1, MAX_HOSTS), number);
    SortedMap<String, String> labels = new TreeMap<>();
    fields.flatten("labels", labels, new TreeMap<>());
    if (labels.size() > MAX_LABELS) {
      fields.wrong("labels", "are too many; at most " + MAX_LABELS);
    }
    String region = fields.value("region", Shape.NAME, "");
    return new ScenarioHost(
        own,
        fields.value("name", Shape.NAME, "h" + own),
        region.isEmpty() ? null : region,
        labels,
        fields.value("clockDrift", Shape.decimal(MIN_DRIFT, MAX_DRIFT), 1.0));
  }

  /**
   * Reads how a network behaves.
   *
   * @param base what counts where nothing is said
   * @param beside other keys that may stand there
   */
  NetworkSpec network(YamlNode node, String path, NetworkSpec base, List<String> beside) {
    Fields fields =
        Fields.open(
            node, path, problems, Stream.concat(NETWORK_KEYS.stream(), beside.stream()).toList());
    long median = base.latencyMedianMicros();
    long p99 = base.latencyP99Micros();
    if (fields.has("latency")) {
      Fields latency =
          Fields.open(
              fields.get("latency").orElseThrow(),
              fields.at("latency"),
              problems,
              List.of("median", "p99"));
      median = latency.required("median", Shape.micros(1, MAX_LATENCY_MICROS), median);
      p99 = latency.value("p99", Shape.micros(1, MAX_LATENCY_MICROS), median * P99_FACTOR);
      if (p99 < median) {
        latency.wrong("p99", "must be at least the median, " + Shape.formatMicros(median));
        p99 = median;
      }
    }
    return new NetworkSpec(
        median,
        p99,
        fields.value("loss", Shape.share(1, false), base.loss()),
        fields.value("duplicate", Shape.share(1, false), base.duplicate()),
        fields.value("reorder", Shape.share(1, false), base.reorder()),
        fields.value("bandwidth", Shape.BITS, base.bandwidthBitsPerSecond()),
        fields.value("mtu", Shape.whole(MIN_MTU, MAX_MTU), base.mtu()));
  }

  List<LinkSpec> links(NetworkSpec network, List<ScenarioHost> hosts) {
    YamlNode node = top.get("links").orElse(new YamlNode.Nothing(top.line()));
    if (node instanceof YamlNode.Nothing) {
      return List.of();
    }
    if (!(node instanceof YamlNode.Sequence sequence)) {
      problems.add(node.line(), "links", "must be a list such as [{between: [eu, us], loss: 1%}]");
      return List.of();
    }
    SortedSet<String> places = new TreeSet<>();
    for (ScenarioHost host : hosts) {
      places.add(host.name());
      String region = host.region();
      if (region != null) {
        places.add(region);
      }
    }
    List<LinkSpec> links = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      String path = "links[" + i + "]";
      YamlNode item = sequence.items().get(i);
      NetworkSpec own = network(item, path, network, List.of("between"));
      List<String> ends = ends(item, path, List.copyOf(places));
      if (ends.size() == 2) {
        links.add(new LinkSpec(ends.getFirst(), ends.getLast(), own));
      }
    }
    return links;
  }

  private List<String> ends(YamlNode item, String path, List<String> places) {
    List<String> ends =
        item instanceof YamlNode.Mapping mapping && mapping.entries().get("between") != null
            ? Fields.inside(mapping, path, problems).values("between", Shape.choice(places))
            : List.of();
    if (ends.size() != 2) {
      problems.add(item.line(), path + ".between", "must be two regions or hosts, as [eu, us]");
    }
    return ends;
  }
}
