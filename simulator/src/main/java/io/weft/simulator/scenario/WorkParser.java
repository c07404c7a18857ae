package io.weft.simulator.scenario;

import io.weft.overlay.ipam.AddressBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads what users do. */
final class WorkParser {
  private static final List<String> KINDS =
      List.of("createNetwork", "attach", "churn", "contend", "removeNetwork", "rotateGossipKey");
  private static final List<String> KEYS =
      Stream.concat(Stream.of("at", "every", "until"), KINDS.stream()).toList();
  private static final int MAX_PER_HOST = 1_000;
  private static final int MAX_CONTENDED = 16;
  private static final int MAX_USERS = 64;

  /** So many calls are judged in seconds. */
  private static final int MAX_CALLS = 5_000;

  /** What goes on for a while. */
  private static final List<String> LASTING = List.of("churn", "contend");

  private static final long MIN_EVERY_MILLIS = 10;

  /** As the registry takes them. */
  private static final Shape<String> NETWORK_NAME =
      Shape.text(
          "[a-z][a-z0-9-]{0,30}",
          "1 to 31 lowercase letters, digits or '-', beginning with a letter");

  private final Fields top;
  private final Fields.Problems problems;
  private final Shape<Integer> host;
  private final Shape<Long> time;
  private final long durationMillis;
  private final SortedSet<String> created = new TreeSet<>();
  private boolean contended;

  WorkParser(Fields top, List<ScenarioHost> hosts, long durationMillis) {
    this.top = top;
    this.problems = top.problems();
    this.host = FaultParser.hostShape(hosts);
    this.time = Shape.duration(0, durationMillis);
    this.durationMillis = durationMillis;
  }

  List<Work> workload() {
    List<Work> workload = new ArrayList<>();
    YamlNode node = top.get("workload").orElse(new YamlNode.Nothing(top.line()));
    if (node instanceof YamlNode.Sequence sequence) {
      names(sequence);
      for (int i = 0; i < sequence.items().size(); i++) {
        work(sequence.items().get(i), "workload[" + i + "]").ifPresent(workload::add);
      }
    } else if (!(node instanceof YamlNode.Nothing)) {
      problems.add(
          node.line(),
          "workload",
          "must be a list; each entry is one of " + String.join(", ", KINDS));
    }
    return workload;
  }

  private void names(YamlNode.Sequence sequence) {
    for (YamlNode item : sequence.items()) {
      contended |= item instanceof YamlNode.Mapping any && any.entries().containsKey("contend");
      if (item instanceof YamlNode.Mapping entry
          && entry.entries().get("createNetwork") instanceof YamlNode.Entry(int _, YamlNode body)
          && body instanceof YamlNode.Mapping inner
          && inner.entries().get("name") instanceof YamlNode.Entry(int _, YamlNode name)
          && name instanceof YamlNode.Scalar scalar) {
        created.add(scalar.text());
      }
    }
  }

  private Optional<Work> work(YamlNode node, String path) {
    Fields fields = Fields.open(node, path, problems, KEYS);
    List<String> kinds = KINDS.stream().filter(fields::has).toList();
    if (kinds.size() != 1) {
      problems.add(node.line(), path, "needs exactly one of " + String.join(", ", KINDS));
      return Optional.empty();
    }
    String kind = kinds.getFirst();
    YamlNode body = fields.get(kind).orElse(new YamlNode.Nothing(node.line()));
    if (!LASTING.contains(kind) && (fields.has("every") || fields.has("until"))) {
      fields.wrong(
          fields.has("every") ? "every" : "until",
          "goes with " + String.join(" and ", LASTING) + " only");
    }
    return Optional.of(
        switch (kind) {
          case "createNetwork" -> create(fields, body);
          case "attach" -> attach(fields, body);
          case "churn" -> churn(fields, body);
          case "contend" -> contend(fields, body);
          case "rotateGossipKey" -> {
            Fields.open(body, fields.at(kind), problems, List.of());
            yield new Work.RotateGossipKey(fields.required("at", time, 0L));
          }
          default -> {
            Fields remove = Fields.open(body, fields.at(kind), problems, List.of("name"));
            yield new Work.RemoveNetwork(
                fields.required("at", time, 0L), remove.required("name", known(), "?"));
          }
        });
  }

  private Shape<String> known() {
    return created.isEmpty()
        ? new Shape<>("a network that the workload creates; it creates none", _ -> Optional.empty())
        : Shape.choice(List.copyOf(created));
  }

  private Work create(Fields fields, YamlNode body) {
    Fields create =
        Fields.open(body, fields.at("createNetwork"), problems, List.of("name", "subnet"));
    Work.CreateNetwork work =
        new Work.CreateNetwork(
            fields.required("at", time, 0L),
            create.required("name", NETWORK_NAME, "?"),
            create.required("subnet", Shape.SUBNET, "10.32.0.0/16"));
    if (contended && work.name().startsWith(Work.Contend.PREFIX)) {
      create.wrong("name", "names that begin with " + Work.Contend.PREFIX + " are contend's");
    }
    if (contended
        && AddressBlock.parse(Work.Contend.SUBNETS).overlaps(AddressBlock.parse(work.subnet()))) {
      create.wrong("subnet", "subnets in " + Work.Contend.SUBNETS + " are contend's");
    }
    return work;
  }

  private Work attach(Fields fields, YamlNode body) {
    Fields attach =
        Fields.open(body, fields.at("attach"), problems, List.of("network", "perHost", "hosts"));
    List<Integer> hosts = attach.has("hosts") ? attach.requiredValues("hosts", host) : List.of();
    return new Work.Attach(
        fields.required("at", time, 0L),
        attach.required("network", known(), "?"),
        attach.value("perHost", Shape.whole(1, MAX_PER_HOST), 1),
        hosts);
  }

  private long every(Fields fields) {
    return fields.required(
        "every", Shape.duration(MIN_EVERY_MILLIS, durationMillis), durationMillis);
  }

  private Work contend(Fields fields, YamlNode body) {
    Fields contend =
        Fields.open(body, fields.at("contend"), problems, List.of("networks", "users"));
    long every = every(fields);
    Work.Contend work =
        new Work.Contend(
            fields.value("at", time, every),
            every,
            fields.value("until", time, durationMillis),
            contend.value("networks", Shape.whole(1, MAX_CONTENDED), 1),
            contend.value("users", Shape.whole(1, MAX_USERS), 2));
    if (work.calls() > MAX_CALLS) {
      contend.wrong(
          "users",
          "some %d calls are too many to be judged, at most %d are not: let fewer users ask, or less often"
              .formatted(work.calls(), MAX_CALLS));
    }
    return work;
  }

  private Work churn(Fields fields, YamlNode body) {
    Fields churn = Fields.open(body, fields.at("churn"), problems, List.of("network", "fraction"));
    long every = every(fields);
    long at = fields.value("at", time, every);
    long until = fields.value("until", time, durationMillis);
    double fraction = churn.required("fraction", Shape.share(1, true), 1.0);
    if (fraction == 0) {
      churn.wrong("fraction", "must be above 0%");
    }
    return new Work.Churn(at, every, until, churn.required("network", known(), "?"), fraction);
  }
}
