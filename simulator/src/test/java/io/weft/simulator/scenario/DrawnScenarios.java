package io.weft.simulator.scenario;

import io.weft.simulator.world.RandomStreams;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Scenarios with everything in them that the format can say, also what makes no sense to run. */
final class DrawnScenarios {
  private final RandomGenerator random;
  private final Draw draw;
  private final List<Integer> hosts = new ArrayList<>();

  private DrawnScenarios(long seed) {
    random = new RandomStreams(seed).stream("test", 0);
    draw = new Draw(random);
  }

  static Scenario of(long seed) {
    return new DrawnScenarios(seed).scenario();
  }

  private Scenario scenario() {
    List<ScenarioHost> all = new ArrayList<>();
    int number = 0;
    boolean plain = draw.chance(0.3);
    for (int i = draw.whole(1, 8); i > 0; i--) {
      number += plain ? 1 : draw.whole(1, 3);
      SortedMap<String, String> labels = new TreeMap<>();
      if (!plain && draw.chance(0.5)) {
        labels.put(draw.one(List.of("zone", "a.b/c", "true", "1")), text());
      }
      all.add(
          plain
              ? ScenarioHost.plain(number)
              : new ScenarioHost(
                  number,
                  draw.one(List.of("h", "null", "no", "x.y")) + number,
                  draw.chance(0.5) ? null : draw.one(List.of("eu", "on", "us-1")),
                  labels,
                  draw.chance(0.5) ? 1 : 0.5 + random.nextDouble()));
      hosts.add(number);
    }
    long duration = draw.stepped(1_000, 100_000_000, 1);
    NetworkSpec network = network();
    List<LinkSpec> links = new ArrayList<>();
    for (int i = draw.whole(0, 3); i > 0; i--) {
      links.add(
          new LinkSpec(
              draw.one(all).name(), draw.one(all).name(), draw.chance(0.2) ? network : network()));
    }
    List<Work> work = new ArrayList<>();
    if (draw.chance(0.8)) {
      work.add(new Work.CreateNetwork(time(duration), "blue", "10.32.0.0/16"));
      work.add(new Work.Attach(time(duration), "blue", draw.whole(1, 9), some()));
      work.add(new Work.RemoveNetwork(time(duration), "blue"));
      work.add(
          new Work.Churn(
              time(duration),
              draw.stepped(10, duration, 1),
              time(duration),
              "blue",
              1 - random.nextDouble()));
    }
    if (draw.chance(0.5)) {
      work.add(
          new Work.Contend(
              time(duration),
              draw.stepped(Math.max(10, duration / 50), duration, 1),
              time(duration),
              draw.whole(1, 16),
              draw.whole(1, 64)));
    }
    if (draw.chance(0.5)) {
      work.add(new Work.RotateGossipKey(time(duration)));
    }
    work.sort(Comparator.comparingLong(Work::atMillis));
    List<FaultSpec> faults = new ArrayList<>();
    for (FaultKind kind : FaultKind.values()) {
      if (draw.chance(0.5)) {
        faults.add(
            fault(kind, time(duration - 1), draw.chance(0.3) ? 0 : 1 + time(duration), duration));
      }
    }
    faults.sort(Comparator.comparingLong(FaultSpec::atMillis));
    return new Scenario(
        "drawn",
        random.nextLong(),
        duration,
        all,
        network,
        links,
        config(),
        work,
        faults,
        new Expect(
            1 + time(duration),
            new TreeSet<>(draw.some(Invariants.ALL, draw.whole(0, 5))),
            draw.some(Marks.ALL, draw.whole(0, 2))));
  }

  private long time(long duration) {
    return draw.chance(0.5)
        ? draw.stepped(0, duration, 1)
        : 1_000 * draw.stepped(0, duration / 1_000, 1);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = draw.whole(0, 6); i > 0; i--) {
      text.append(
          draw.one(List.of("a", "Z", "0", " ", ":", "#", "\"", "\\", "'", "-", "ä", "{", "~")));
    }
    return text.toString();
  }

  private NetworkSpec network() {
    long median = draw.stepped(1, 1_000_000, 1);
    return new NetworkSpec(
        median,
        median + draw.one(List.of(0L, 1L, 999_000L)),
        draw.chance(0.5) ? 0 : random.nextDouble(),
        draw.chance(0.5) ? 0 : random.nextDouble() / 1_000_000,
        draw.chance(0.5) ? 0 : 0.01,
        draw.one(List.of(0L, 1_000L, 1_500_000L, 10_000_000_000L, 123_456_789L)),
        draw.whole(1_400, 65_000));
  }

  private SortedMap<String, String> config() {
    SortedMap<String, String> config = new TreeMap<>();
    if (draw.chance(0.5)) {
      config.put("gossip.probeInterval", "2s");
      config.put("registry.quarantine", "10s");
      config.put("driver", "kernel");
    }
    return config;
  }

  private List<Integer> some() {
    return draw.some(hosts, draw.whole(1, hosts.size()));
  }

  private List<List<Integer>> groups(int count) {
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      groups.add(draw.shuffled(some()));
    }
    return groups;
  }

  private FaultSpec fault(FaultKind kind, long at, long lasting, long duration) {
    return switch (kind) {
      case PARTITION ->
          new FaultSpec.Partition(at, lasting, groups(draw.whole(1, 3)), draw.chance(0.5));
      case ISOLATE -> new FaultSpec.Isolate(at, lasting, some());
      case RING -> new FaultSpec.Ring(at, lasting);
      case FLAP ->
          new FaultSpec.Flap(at, lasting, groups(draw.whole(1, 3)), draw.stepped(100, 1_000, 1));
      case LOSS -> new FaultSpec.Loss(at, lasting, some(), random.nextDouble());
      case DUPLICATE -> new FaultSpec.Duplicate(at, lasting, some(), 1);
      case REORDER -> new FaultSpec.Reorder(at, lasting, some(), random.nextDouble() / 1_000_000);
      case DELAY -> new FaultSpec.Delay(at, lasting, some(), draw.stepped(1, 60_000, 1));
      case BLOCK ->
          new FaultSpec.Block(
              at, lasting, groups(2), draw.chance(0.5) ? Protocol.TCP : Protocol.UDP);
      case CRASH -> new FaultSpec.Crash(at, lasting, some(), draw.chance(0.5), draw.chance(0.5));
      case PAUSE -> new FaultSpec.Pause(at, lasting, some());
      case CLOCK_JUMP ->
          new FaultSpec.ClockJump(at, some(), draw.stepped(-1_000_000, 1_000_000, 1));
      case CLOCK_DRIFT -> new FaultSpec.ClockDrift(at, lasting, some(), 0.5 + random.nextDouble());
      case SLOW_DISK ->
          new FaultSpec.SlowDisk(at, lasting, some(), 1 + 1_000 * random.nextDouble());
      case FULL_DISK -> new FaultSpec.FullDisk(at, lasting, some());
      case CORRUPT_FILE -> new FaultSpec.CorruptFile(at, some(), "endpoints", draw.whole(1, 99));
      case LEAVE -> new FaultSpec.Leave(at, some());
      case JOIN -> new FaultSpec.Join(at, some());
      case WIPE -> new FaultSpec.Wipe(at, some());
      case UPGRADE -> new FaultSpec.Upgrade(at, some(), config());
      case ADDRESS -> new FaultSpec.Address(at, draw.one(hosts), "10.0.0.44");
      case RANDOM ->
          new FaultSpec.Random(
              at,
              draw.stepped(at + 1, duration, 1),
              draw.some(List.of(RandomKind.values()), draw.whole(1, 5)),
              draw.stepped(100, 1_000, 1));
    };
  }
}
