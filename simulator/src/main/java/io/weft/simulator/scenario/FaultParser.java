package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads what goes wrong. */
final class FaultParser {
  static final List<String> FILES = List.of("registry-log", "endpoints");
  private static final long MAX_JUMP_MILLIS = 3_650L * 24 * 3_600_000;
  private static final long MAX_DELAY_MILLIS = 60_000;
  private static final long MIN_PERIOD_MILLIS = 100;
  private static final long MIN_RANDOM_EVERY_MILLIS = 100;
  private static final int MAX_FACTOR = 100_000;
  private static final int MAX_BYTES = 1_000_000;
  private static final List<String> KINDS =
      Stream.of(FaultKind.values()).map(FaultKind::key).toList();
  private static final List<String> KEYS =
      Stream.concat(Stream.of("at", "for", "until", "oneWay"), KINDS.stream()).toList();
  private static final List<String> PROTOCOLS =
      Stream.of(Protocol.values()).map(Shape::key).toList();

  /** What takes but an instant, or says itself how long it lasts. */
  private static final Set<FaultKind> INSTANT =
      EnumSet.of(
          FaultKind.CLOCK_JUMP,
          FaultKind.CORRUPT_FILE,
          FaultKind.LEAVE,
          FaultKind.JOIN,
          FaultKind.WIPE,
          FaultKind.UPGRADE,
          FaultKind.ADDRESS,
          FaultKind.RANDOM);

  private final Fields top;
  private final Fields.Problems problems;
  private final Shape<Integer> host;
  private final long durationMillis;
  private final SortedMap<String, String> config;
  private final AgentConfig agentConfig;

  FaultParser(
      Fields top,
      List<ScenarioHost> hosts,
      long durationMillis,
      SortedMap<String, String> config,
      AgentConfig agentConfig) {
    this.top = top;
    this.problems = top.problems();
    this.host = hostShape(hosts);
    this.durationMillis = durationMillis;
    this.config = config;
    this.agentConfig = agentConfig;
  }

  /** A host by its number or name; gives its number. */
  static Shape<Integer> hostShape(List<ScenarioHost> hosts) {
    String known =
        hosts.getLast().number() == hosts.size()
            ? "from 1 to " + hosts.size()
            : String.join(", ", hosts.stream().map(h -> "" + h.number()).toList());
    return new Shape<>(
        "a host's number (" + known + ") or its name",
        text ->
            hosts.stream()
                .filter(h -> text.equals(h.name()) || text.equals("" + h.number()))
                .map(ScenarioHost::number)
                .findFirst());
  }

  List<FaultSpec> faults() {
    List<FaultSpec> faults = new ArrayList<>();
    YamlNode node = top.get("faults").orElse(new YamlNode.Nothing(top.line()));
    if (node instanceof YamlNode.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        fault(sequence.items().get(i), "faults[" + i + "]").ifPresent(faults::add);
      }
    } else if (!(node instanceof YamlNode.Nothing)) {
      problems.add(
          node.line(),
          "faults",
          "must be a list; each entry is one of " + String.join(", ", KINDS));
    }
    return faults;
  }

  private Optional<FaultSpec> fault(YamlNode node, String path) {
    Fields entry = Fields.open(node, path, problems, KEYS);
    List<FaultKind> kinds = Stream.of(FaultKind.values()).filter(k -> entry.has(k.key())).toList();
    if (kinds.size() != 1) {
      problems.add(node.line(), path, "needs exactly one of " + String.join(", ", KINDS));
      return Optional.empty();
    }
    FaultKind kind = kinds.getFirst();
    long at = entry.required("at", Shape.duration(0, durationMillis), 0L);
    if (entry.has("for") && INSTANT.contains(kind)) {
      entry.wrong("for", "does not go with " + kind.key() + ", which takes but an instant");
    }
    long lasting = entry.value("for", Shape.duration(1, ScenarioParser.MAX_MILLIS), 0L);
    if (entry.has("until") && kind != FaultKind.RANDOM) {
      entry.wrong("until", "goes with random only; write 'for'");
    }
    if (entry.has("oneWay") && kind != FaultKind.PARTITION) {
      entry.wrong("oneWay", "goes with partition only");
    }
    YamlNode body = entry.get(kind.key()).orElse(new YamlNode.Nothing(node.line()));
    return Optional.of(read(kind, at, lasting, entry, body));
  }

  private Fields body(YamlNode body, Fields entry, FaultKind kind, String... keys) {
    return Fields.open(body, entry.at(kind.key()), problems, List.of(keys));
  }

  private FaultSpec read(FaultKind kind, long at, long lasting, Fields entry, YamlNode node) {
    return switch (kind) {
      case PARTITION -> partition(at, lasting, entry, node);
      case ISOLATE -> new FaultSpec.Isolate(at, lasting, hosts(body(node, entry, kind, "hosts")));
      case RING -> {
        body(node, entry, kind);
        yield new FaultSpec.Ring(at, lasting);
      }
      case FLAP -> {
        Fields f = body(node, entry, kind, "groups", "period");
        yield new FaultSpec.Flap(
            at,
            lasting,
            groups(f, "groups"),
            f.required("period", Shape.duration(MIN_PERIOD_MILLIS, durationMillis), 1_000L));
      }
      case LOSS -> {
        Fields f = body(node, entry, kind, "hosts", "rate");
        yield new FaultSpec.Loss(at, lasting, hosts(f), rate(f));
      }
      case DUPLICATE -> {
        Fields f = body(node, entry, kind, "hosts", "rate");
        yield new FaultSpec.Duplicate(at, lasting, hosts(f), rate(f));
      }
      case REORDER -> {
        Fields f = body(node, entry, kind, "hosts", "rate");
        yield new FaultSpec.Reorder(at, lasting, hosts(f), rate(f));
      }
      case DELAY -> {
        Fields f = body(node, entry, kind, "hosts", "by");
        yield new FaultSpec.Delay(
            at, lasting, hosts(f), f.required("by", Shape.duration(1, MAX_DELAY_MILLIS), 1L));
      }
      case BLOCK -> block(at, lasting, body(node, entry, kind, "between", "protocol"));
      case CRASH -> {
        Fields f = body(node, entry, kind, "hosts", "loseUnsynced", "tornWrite");
        yield new FaultSpec.Crash(
            at,
            lasting,
            hosts(f),
            f.value("loseUnsynced", Shape.FLAG, false),
            f.value("tornWrite", Shape.FLAG, false));
      }
      case PAUSE -> new FaultSpec.Pause(at, lasting, hosts(body(node, entry, kind, "hosts")));
      case FULL_DISK ->
          new FaultSpec.FullDisk(at, lasting, hosts(body(node, entry, kind, "hosts")));
      case SLOW_DISK -> {
        Fields f = body(node, entry, kind, "hosts", "factor");
        yield new FaultSpec.SlowDisk(
            at, lasting, hosts(f), f.required("factor", Shape.decimal(1, MAX_FACTOR), 1.0));
      }
      case CLOCK_DRIFT -> {
        Fields f = body(node, entry, kind, "hosts", "rate");
        Shape<Double> rate = Shape.decimal(PlaceParser.MIN_DRIFT, PlaceParser.MAX_DRIFT);
        yield new FaultSpec.ClockDrift(at, lasting, hosts(f), f.required("rate", rate, 1.0));
      }
      case CLOCK_JUMP, CORRUPT_FILE, LEAVE, JOIN, WIPE, UPGRADE, ADDRESS, RANDOM ->
          instant(kind, at, entry, node);
    };
  }

  private FaultSpec instant(FaultKind kind, long at, Fields entry, YamlNode node) {
    return switch (kind) {
      case CLOCK_JUMP -> {
        Fields f = body(node, entry, kind, "hosts", "by");
        Shape<Long> by = Shape.duration(-MAX_JUMP_MILLIS, MAX_JUMP_MILLIS);
        yield new FaultSpec.ClockJump(at, hosts(f), f.required("by", by, 0L));
      }
      case CORRUPT_FILE -> {
        Fields f = body(node, entry, kind, "hosts", "file", "bytes");
        yield new FaultSpec.CorruptFile(
            at,
            hosts(f),
            f.required("file", Shape.choice(FILES), FILES.getFirst()),
            f.value("bytes", Shape.whole(1, MAX_BYTES), 1));
      }
      case LEAVE -> new FaultSpec.Leave(at, hosts(body(node, entry, kind, "hosts")));
      case JOIN -> new FaultSpec.Join(at, hosts(body(node, entry, kind, "hosts")));
      case WIPE -> new FaultSpec.Wipe(at, hosts(body(node, entry, kind, "hosts")));
      case UPGRADE -> {
        Fields f = body(node, entry, kind, "hosts", "config");
        yield new FaultSpec.Upgrade(at, hosts(f), agentConfig.read(f, "config", config));
      }
      case ADDRESS -> {
        Fields f = body(node, entry, kind, "host", "to");
        yield new FaultSpec.Address(
            at, f.required("host", host, 1), f.required("to", Shape.ADDRESS, "10.0.0.1"));
      }
      case RANDOM -> random(at, entry, node);
      case PARTITION,
          ISOLATE,
          RING,
          FLAP,
          LOSS,
          DUPLICATE,
          REORDER,
          DELAY,
          BLOCK,
          CRASH,
          PAUSE,
          CLOCK_DRIFT,
          SLOW_DISK,
          FULL_DISK ->
          throw new AssertionError(kind + " lasts");
    };
  }

  /** Either the groups alone, or keys with values. */
  private FaultSpec partition(long at, long lasting, Fields entry, YamlNode node) {
    boolean oneWay = entry.value("oneWay", Shape.FLAG, false);
    String path = entry.at(FaultKind.PARTITION.key());
    if (node instanceof YamlNode.Mapping) {
      Fields f = Fields.open(node, path, problems, List.of("groups", "oneWay"));
      return new FaultSpec.Partition(
          at, lasting, groups(f, "groups"), f.value("oneWay", Shape.FLAG, oneWay));
    }
    return new FaultSpec.Partition(at, lasting, Fields.groups(node, path, problems, host), oneWay);
  }

  private FaultSpec block(long at, long lasting, Fields f) {
    List<List<Integer>> between = groups(f, "between");
    if (between.size() != 2) {
      f.wrong("between", "must be two groups, such as [[1], [2, 3]]");
      between = List.of(List.of(), List.of());
    }
    String protocol = f.required("protocol", Shape.choice(PROTOCOLS), PROTOCOLS.getFirst());
    return new FaultSpec.Block(
        at, lasting, between, protocol.equals("udp") ? Protocol.UDP : Protocol.TCP);
  }

  private FaultSpec random(long at, Fields entry, YamlNode node) {
    Fields f = body(node, entry, FaultKind.RANDOM, "kinds", "every");
    long until = entry.value("until", Shape.duration(0, durationMillis), durationMillis);
    if (until <= at) {
      entry.wrong("until", "must be after 'at'");
      until = at + 1;
    }
    List<RandomKind> kinds = List.of(RandomKind.values());
    if (f.has("kinds")) {
      List<String> words = kinds.stream().map(RandomKind::key).toList();
      SortedSet<String> named = new TreeSet<>(f.requiredValues("kinds", Shape.choice(words)));
      kinds = kinds.stream().filter(k -> named.contains(k.key())).toList();
    }
    return new FaultSpec.Random(
        at,
        until,
        kinds,
        f.required("every", Shape.duration(MIN_RANDOM_EVERY_MILLIS, durationMillis), 1_000L));
  }

  private List<Integer> hosts(Fields f) {
    List<Integer> hosts = f.requiredValues("hosts", host);
    return hosts.stream().distinct().toList();
  }

  private static double rate(Fields f) {
    return f.required("rate", Shape.share(1, true), 0.0);
  }

  private List<List<Integer>> groups(Fields f, String key) {
    if (!f.has(key)) {
      f.wrong("", "'" + key + "' is missing: groups of hosts, such as [[1, 2], [3, 4, 5]]");
      return List.of();
    }
    return f.get(key).map(n -> Fields.groups(n, f.at(key), problems, host)).orElse(List.of());
  }
}
