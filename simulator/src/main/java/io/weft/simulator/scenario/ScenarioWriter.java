package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a scenario as a file that reads back as the same scenario. */
final class ScenarioWriter {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9._/-]*|[0-9][0-9a-z.]*");
  private static final Pattern WORDS = Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n");

  private final StringBuilder out = new StringBuilder();

  private ScenarioWriter() {}

  static String write(Scenario scenario, String description) {
    ScenarioWriter writer = new ScenarioWriter();
    writer.scenario(scenario, description);
    return writer.out.toString();
  }

  private void scenario(Scenario s, String description) {
    line("name", quoted(s.name()));
    if (!description.isEmpty()) {
      line("description", quoted(description));
    }
    line("seed", "" + s.seed());
    line("duration", Shape.millis(s.durationMillis()));
    hosts(s.hosts());
    NetworkSpec site = NetworkSpec.site();
    line("network", flow(network(s.network(), site, true)));
    list(
        "links",
        s.links().stream()
            .map(
                link -> {
                  List<String> parts = network(link.network(), s.network(), false);
                  parts.addFirst("between: [" + quoted(link.a()) + ", " + quoted(link.b()) + "]");
                  return flow(parts);
                })
            .toList());
    if (!s.config().isEmpty()) {
      line("config", config(s.config()));
    }
    list("workload", s.workload().stream().map(ScenarioWriter::work).toList());
    list("faults", s.faults().stream().map(FaultText::of).toList());
    expect(s.expect());
  }

  private void line(String key, String value) {
    out.append(key).append(": ").append(value).append('\n');
  }

  private void list(String key, List<String> items) {
    if (!items.isEmpty()) {
      out.append(key).append(":\n");
      items.forEach(item -> out.append("  - ").append(item).append('\n'));
    }
  }

  static String flow(List<String> parts) {
    return "{" + String.join(", ", parts) + "}";
  }

  /** A text as YAML takes it for that text. */
  static String quoted(String text) {
    if (PLAIN.matcher(text).matches() && !WORDS.matcher(text).matches()) {
      return text;
    }
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private void hosts(List<ScenarioHost> hosts) {
    boolean plain = true;
    for (int i = 0; i < hosts.size(); i++) {
      plain &= hosts.get(i).equals(ScenarioHost.plain(i + 1));
    }
    if (plain) {
      line("hosts", "" + hosts.size());
      return;
    }
    List<String> items = new ArrayList<>();
    int next = 1;
    for (ScenarioHost host : hosts) {
      List<String> parts = new ArrayList<>();
      if (host.number() != next) {
        parts.add("number: " + host.number());
      }
      parts.add("name: " + quoted(host.name()));
      String region = host.region();
      if (region != null) {
        parts.add("region: " + quoted(region));
      }
      if (!host.labels().isEmpty()) {
        parts.add("labels: " + pairs(host.labels()));
      }
      if (host.clockDrift() != 1) {
        parts.add("clockDrift: " + Shape.plain(host.clockDrift()));
      }
      items.add(flow(parts));
      next = host.number() + 1;
    }
    list("hosts", items);
  }

  private static String pairs(Map<String, String> pairs) {
    return flow(
        pairs.entrySet().stream()
            .map(e -> quoted(e.getKey()) + ": " + quoted(e.getValue()))
            .toList());
  }

  /** What differs from another, or all of it. */
  private static List<String> network(NetworkSpec n, NetworkSpec base, boolean all) {
    List<String> parts = new ArrayList<>();
    if (all
        || n.latencyMedianMicros() != base.latencyMedianMicros()
        || n.latencyP99Micros() != base.latencyP99Micros()) {
      parts.add(
          "latency: {median: %s, p99: %s}"
              .formatted(
                  Shape.formatMicros(n.latencyMedianMicros()),
                  Shape.formatMicros(n.latencyP99Micros())));
    }
    share(parts, "loss", n.loss(), base.loss());
    share(parts, "duplicate", n.duplicate(), base.duplicate());
    share(parts, "reorder", n.reorder(), base.reorder());
    if (n.bandwidthBitsPerSecond() != base.bandwidthBitsPerSecond()) {
      parts.add("bandwidth: " + Shape.formatBits(n.bandwidthBitsPerSecond()));
    }
    if (all || n.mtu() != base.mtu()) {
      parts.add("mtu: " + n.mtu());
    }
    return parts;
  }

  private static void share(List<String> parts, String key, double share, double base) {
    if (share != base) {
      parts.add(key + ": " + Shape.percent(share));
    }
  }

  /** Flattened keys as sections again. */
  static String config(SortedMap<String, String> config) {
    SortedMap<String, List<String>> sections = new TreeMap<>();
    List<String> parts = new ArrayList<>();
    config.forEach(
        (path, value) -> {
          int dot = path.indexOf('.');
          if (dot < 0) {
            parts.add(path + ": " + quoted(value));
          } else {
            sections
                .computeIfAbsent(path.substring(0, dot), _ -> new ArrayList<>())
                .add(path.substring(dot + 1) + ": " + quoted(value));
          }
        });
    sections.forEach((section, keys) -> parts.add(section + ": " + flow(keys)));
    return flow(parts);
  }

  private static String work(Work work) {
    String at = "at: " + Shape.millis(work.atMillis());
    return switch (work) {
      case Work.CreateNetwork w ->
          "{%s, createNetwork: {name: %s, subnet: %s}}".formatted(at, quoted(w.name()), w.subnet());
      case Work.RemoveNetwork w ->
          "{%s, removeNetwork: {name: %s}}".formatted(at, quoted(w.name()));
      case Work.RotateGossipKey _ -> "{%s, rotateGossipKey: {}}".formatted(at);
      case Work.Attach w ->
          "{%s, attach: {network: %s, perHost: %d%s}}"
              .formatted(
                  at,
                  quoted(w.network()),
                  w.perHost(),
                  w.hosts().isEmpty() ? "" : ", hosts: " + w.hosts());
      case Work.Contend w ->
          "{%s, every: %s, until: %s, contend: {networks: %d, users: %d}}"
              .formatted(
                  at,
                  Shape.millis(w.everyMillis()),
                  Shape.millis(w.untilMillis()),
                  w.networks(),
                  w.users());
      case Work.Churn w ->
          "{%s, every: %s, until: %s, churn: {network: %s, fraction: %s}}"
              .formatted(
                  at,
                  Shape.millis(w.everyMillis()),
                  Shape.millis(w.untilMillis()),
                  quoted(w.network()),
                  Shape.percent(w.fraction()));
    };
  }

  private void expect(Expect expect) {
    out.append("expect:\n");
    line("  convergedWithin", Shape.millis(expect.convergedWithinMillis()));
    line(
        "  invariants",
        expect.invariants().isEmpty() ? "all" : "[" + String.join(", ", expect.invariants()) + "]");
    if (!expect.sometimes().isEmpty()) {
      line("  sometimes", expect.sometimes().stream().collect(Collectors.joining(", ", "[", "]")));
    }
  }
}
