package io.weft.simulator.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Faults as scenario files write them. */
public final class FaultText {
  private FaultText() {}

  /** One fault in one line, such as <code>{at: 35s, for: 16s, pause: {hosts: [4]}}</code>. */
  public static String of(FaultSpec fault) {
    List<String> parts = new ArrayList<>();
    parts.add("at: " + Shape.millis(fault.atMillis()));
    if (fault instanceof FaultSpec.Random random) {
      parts.add("until: " + Shape.millis(random.untilMillis()));
    } else if (fault.forMillis() > 0) {
      parts.add("for: " + Shape.millis(fault.forMillis()));
    }
    parts.add(fault.kind().key() + ": " + body(fault));
    if (fault instanceof FaultSpec.Partition p && p.oneWay()) {
      parts.add("oneWay: true");
    }
    return ScenarioWriter.flow(parts);
  }

  /** Without time and duration, such as {@code pause hosts [4]}. */
  public static String brief(FaultSpec fault) {
    return fault.kind().key() + " " + body(fault);
  }

  private static String body(FaultSpec fault) {
    return switch (fault) {
      case FaultSpec.Partition f -> f.groups().toString();
      case FaultSpec.Isolate f -> hosts(f.hosts(), "");
      case FaultSpec.Ring _ -> "{}";
      case FaultSpec.Flap f ->
          "{groups: %s, period: %s}".formatted(f.groups(), Shape.millis(f.periodMillis()));
      case FaultSpec.Loss f -> hosts(f.hosts(), ", rate: " + Shape.percent(f.rate()));
      case FaultSpec.Duplicate f -> hosts(f.hosts(), ", rate: " + Shape.percent(f.rate()));
      case FaultSpec.Reorder f -> hosts(f.hosts(), ", rate: " + Shape.percent(f.rate()));
      case FaultSpec.Delay f -> hosts(f.hosts(), ", by: " + Shape.millis(f.byMillis()));
      case FaultSpec.Block f ->
          "{between: %s, protocol: %s}".formatted(f.between(), Shape.key(f.protocol()));
      case FaultSpec.Crash f ->
          hosts(
              f.hosts(),
              (f.loseUnsynced() ? ", loseUnsynced: true" : "")
                  + (f.tornWrite() ? ", tornWrite: true" : ""));
      case FaultSpec.Pause f -> hosts(f.hosts(), "");
      case FaultSpec.ClockJump f -> hosts(f.hosts(), ", by: " + Shape.millis(f.byMillis()));
      case FaultSpec.ClockDrift f -> hosts(f.hosts(), ", rate: " + Shape.plain(f.rate()));
      case FaultSpec.SlowDisk f -> hosts(f.hosts(), ", factor: " + Shape.plain(f.factor()));
      case FaultSpec.FullDisk f -> hosts(f.hosts(), "");
      case FaultSpec.CorruptFile f ->
          hosts(f.hosts(), ", file: " + f.file() + ", bytes: " + f.bytes());
      case FaultSpec.Leave f -> hosts(f.hosts(), "");
      case FaultSpec.Join f -> hosts(f.hosts(), "");
      case FaultSpec.Wipe f -> hosts(f.hosts(), "");
      case FaultSpec.Upgrade f ->
          hosts(f.hosts(), ", config: " + ScenarioWriter.config(f.config()));
      case FaultSpec.Address f -> "{host: %d, to: %s}".formatted(f.host(), f.to());
      case FaultSpec.Random f ->
          "{kinds: %s, every: %s}"
              .formatted(
                  f.kinds().stream()
                      .map(RandomKind::key)
                      .collect(Collectors.joining(", ", "[", "]")),
                  Shape.millis(f.everyMillis()));
    };
  }

  private static String hosts(List<Integer> hosts, String more) {
    return "{hosts: " + hosts + more + "}";
  }
}
