package io.weft.simulator.scenario;

import io.weft.simulator.world.RandomStreams;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Draws the faults that a scenario leaves to chance. */
final class Expansion {
  /** No more are drawn for one entry. */
  private static final int MAX_DRAWN = 10_000;

  private static final long SECOND = 1_000;
  private static final long SHORTEST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 30 * SECOND;

  /** A host that left is back before this. */
  private static final long LONGEST_AWAY_MILLIS = 20 * SECOND;

  private static final long STEP_MILLIS = 100;
  private static final int PERCENT = 100;

  /** New addresses lie apart from those that hosts begin with. */
  private static final String ADDRESS_PREFIX = "10.0.200.";

  private static final int MAX_ADDRESSES = 250;

  private final Draw draw;
  private final FaultSpec.Random entry;
  private final List<Integer> hosts;

  /**
   * Those whose disk may be lost or who may leave: with them gone a majority of the voters, who may
   * be as few as three, still has its log.
   */
  private final List<Integer> expendable;

  private final List<FaultSpec> drawn = new ArrayList<>();

  /** Who cannot be found where it was in the beginning: it moved, or may be another by now. */
  private final SortedSet<Integer> moved;

  private int addresses;

  private Expansion(Draw draw, FaultSpec.Random entry, List<Integer> hosts) {
    this.draw = draw;
    this.entry = entry;
    this.hosts = hosts;
    this.expendable = hosts.size() < 3 ? List.of() : List.of(draw.one(hosts));
    this.moved = new TreeSet<>(expendable);
  }

  /** The same scenario with concrete faults only; a pure function of scenario and seed. */
  static Scenario of(Scenario scenario, long seed) {
    List<FaultSpec> faults = new ArrayList<>();
    List<Integer> hosts = scenario.hosts().stream().map(ScenarioHost::number).toList();
    RandomStreams streams = new RandomStreams(seed);
    int index = 0;
    boolean any = false;
    for (FaultSpec fault : scenario.faults()) {
      if (fault instanceof FaultSpec.Random entry) {
        any = true;
        Draw draw = new Draw(streams.stream("scenario-faults", index));
        faults.addAll(new Expansion(draw, entry, hosts).draw());
      } else {
        faults.add(fault);
      }
      index++;
    }
    if (!any) {
      return scenario;
    }
    faults.sort(Comparator.comparingLong(FaultSpec::atMillis));
    return scenario.withFaults(faults);
  }

  private List<FaultSpec> draw() {
    long at = entry.atMillis();
    List<RandomKind> kinds = possible();
    while (!kinds.isEmpty() && drawn.size() < MAX_DRAWN) {
      fault(draw.one(kinds), at, lasting(at, LONGEST_MILLIS));
      // Between half of the pause and one and a half of it.
      at += Math.max(1, entry.everyMillis() / 2 + draw.stepped(0, entry.everyMillis(), 1));
      if (at + SHORTEST_MILLIS > entry.untilMillis()) {
        break;
      }
    }
    return drawn;
  }

  private List<RandomKind> possible() {
    return entry.kinds().stream()
        .filter(
            kind ->
                switch (kind) {
                  case LEAVE, WIPE, CORRUPT_FILE -> !expendable.isEmpty();
                  case PARTITION, ONE_WAY, FLAP, BLOCK, SWIZZLE, ISOLATE -> hosts.size() >= 2;
                  case BRIDGE, RING -> hosts.size() >= 3;
                  case LOSS, DUPLICATE, REORDER, DELAY, CRASH, PAUSE, CLOCK_JUMP -> true;
                  case CLOCK_DRIFT, SLOW_DISK, FULL_DISK, UPGRADE, ADDRESS -> true;
                })
        .toList();
  }

  /** How long one may last that begins then. */
  private long lasting(long at, long longest) {
    long most = Math.min(longest, entry.untilMillis() - at);
    return most <= SHORTEST_MILLIS
        ? Math.max(1, most)
        : draw.stepped(SHORTEST_MILLIS, most, STEP_MILLIS);
  }

  private void fault(RandomKind kind, long at, long lasting) {
    switch (kind) {
      case PARTITION -> drawn.add(new FaultSpec.Partition(at, lasting, halves(0), false));
      case BRIDGE -> drawn.add(new FaultSpec.Partition(at, lasting, halves(1), false));
      case ONE_WAY -> drawn.add(new FaultSpec.Partition(at, lasting, halves(0), true));
      case RING -> drawn.add(new FaultSpec.Ring(at, lasting));
      case ISOLATE -> drawn.add(new FaultSpec.Isolate(at, lasting, few()));
      case SWIZZLE -> swizzle(at, lasting);
      case FLAP ->
          drawn.add(
              new FaultSpec.Flap(
                  at, lasting, halves(0), draw.stepped(SHORTEST_MILLIS, 8 * SECOND, STEP_MILLIS)));
      case LOSS -> drawn.add(new FaultSpec.Loss(at, lasting, few(), rate(5, 80)));
      case DUPLICATE -> drawn.add(new FaultSpec.Duplicate(at, lasting, few(), rate(5, 60)));
      case REORDER -> drawn.add(new FaultSpec.Reorder(at, lasting, few(), rate(5, 60)));
      case DELAY ->
          drawn.add(new FaultSpec.Delay(at, lasting, few(), draw.stepped(20, 2 * SECOND, 10)));
      case BLOCK ->
          drawn.add(
              new FaultSpec.Block(
                  at, lasting, halves(0), draw.chance(0.5) ? Protocol.UDP : Protocol.TCP));
      case CRASH -> {
        boolean lose = draw.chance(0.5);
        drawn.add(new FaultSpec.Crash(at, lasting, few(), lose, lose && draw.chance(0.5)));
      }
      case PAUSE -> drawn.add(new FaultSpec.Pause(at, lasting, few()));
      case CLOCK_JUMP -> {
        long by = draw.stepped(-120 * SECOND, 120 * SECOND, SECOND);
        drawn.add(new FaultSpec.ClockJump(at, few(), by));
      }
      case CLOCK_DRIFT -> {
        double rate = draw.whole(95, 105) / (double) PERCENT;
        drawn.add(new FaultSpec.ClockDrift(at, lasting, few(), rate));
      }
      case SLOW_DISK -> drawn.add(new FaultSpec.SlowDisk(at, lasting, few(), draw.whole(2, 100)));
      case FULL_DISK -> drawn.add(new FaultSpec.FullDisk(at, lasting, few()));
      case CORRUPT_FILE ->
          drawn.add(
              new FaultSpec.CorruptFile(
                  at, expendable, draw.one(FaultParser.FILES), draw.whole(1, 16)));
      case LEAVE -> {
        drawn.add(new FaultSpec.Leave(at, expendable));
        drawn.add(new FaultSpec.Join(at + lasting(at, LONGEST_AWAY_MILLIS), expendable));
      }
      case WIPE -> drawn.add(new FaultSpec.Wipe(at, expendable));
      case UPGRADE -> drawn.add(new FaultSpec.Upgrade(at, upgraded(), otherConfig()));
      case ADDRESS -> address(at);
    }
  }

  /** Two groups that have so many hosts in common. */
  private List<List<Integer>> halves(int shared) {
    List<Integer> order = draw.shuffled(hosts);
    int cut = draw.whole(1, hosts.size() - 1 - shared);
    List<Integer> first = new ArrayList<>(order.subList(0, cut + shared));
    List<Integer> second = new ArrayList<>(order.subList(cut, order.size()));
    Collections.sort(first);
    Collections.sort(second);
    return List.of(first, second);
  }

  /** One host or more, mostly few. */
  private List<Integer> few() {
    int count = 1;
    while (count < hosts.size() && draw.chance(0.3)) {
      count++;
    }
    return draw.some(hosts, count);
  }

  private double rate(int leastPercent, int mostPercent) {
    return draw.whole(leastPercent, mostPercent) / (double) PERCENT;
  }

  private void swizzle(long at, long lasting) {
    List<Integer> order = draw.shuffled(draw.some(hosts, draw.whole(1, hosts.size())));
    List<Integer> back = draw.shuffled(order);
    long step = Math.max(1, lasting / (2L * order.size()));
    for (int i = 0; i < order.size(); i++) {
      long begin = at + i * step;
      long end = at + (order.size() + back.indexOf(order.get(i))) * step;
      drawn.add(new FaultSpec.Isolate(begin, Math.max(1, end - begin), List.of(order.get(i))));
    }
  }

  private List<Integer> upgraded() {
    return draw.chance(0.5) ? hosts : few();
  }

  private SortedMap<String, String> otherConfig() {
    SortedMap<String, String> config = new TreeMap<>();
    config.put("gossip.gossipInterval", draw.one(List.of("100ms", "200ms", "300ms")));
    config.put("gossip.syncInterval", draw.one(List.of("5s", "10s", "15s")));
    return config;
  }

  private void address(long at) {
    int host = draw.one(hosts);
    // Hosts that all move while they are apart could find each other by no means: one stays.
    boolean lastThatStayed = moved.size() >= hosts.size() - 1 && !moved.contains(host);
    if (addresses < MAX_ADDRESSES && !lastThatStayed) {
      // Not twice the same: what was another's yesterday confuses nobody here.
      addresses++;
      moved.add(host);
      drawn.add(new FaultSpec.Address(at, host, ADDRESS_PREFIX + addresses));
    }
  }
}
