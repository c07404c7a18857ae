package io.weft.simulator.scenario;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that goes wrong, or that operators do. Hosts are given by their numbers. Faults overlap
 * freely: each is lifted by itself, and what several do to one path or host adds up.
 */
public sealed interface FaultSpec {
  /** When it begins, in virtual milliseconds since the run began. */
  long atMillis();

  /** How long it lasts, in milliseconds; 0: for good, or it takes but an instant. */
  long forMillis();

  /** What a scenario file calls it. */
  FaultKind kind();

  /** When it has ended, in virtual milliseconds; what lasts for good ends as it begins. */
  default long endMillis() {
    return atMillis() + forMillis();
  }

  /**
   * Only hosts that share a group reach each other. Groups may overlap (a bridge: the shared host
   * reaches both sides); a host in no group is cut off.
   *
   * @param oneWay what hosts of the first group only send to the others is lost, all else passes
   */
  record Partition(long atMillis, long forMillis, List<List<Integer>> groups, boolean oneWay)
      implements FaultSpec {
    /** Copies the lists. */
    public Partition {
      groups = copy(groups);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.PARTITION;
    }
  }

  /** Each of these hosts reaches nobody. */
  record Isolate(long atMillis, long forMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public Isolate {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.ISOLATE;
    }
  }

  /** Each host reaches only a majority, its neighbours on a ring, no two the same. */
  record Ring(long atMillis, long forMillis) implements FaultSpec {
    @Override
    public FaultKind kind() {
      return FaultKind.RING;
    }
  }

  /**
   * A partition that comes and goes.
   *
   * @param periodMillis it holds for half of this, then not for the other half
   */
  record Flap(long atMillis, long forMillis, List<List<Integer>> groups, long periodMillis)
      implements FaultSpec {
    /** Copies the lists. */
    public Flap {
      groups = copy(groups);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.FLAP;
    }
  }

  /** A share of the datagrams from and to these hosts gets lost, beside the network's own loss. */
  record Loss(long atMillis, long forMillis, List<Integer> hosts, double rate)
      implements FaultSpec {
    /** Copies the list. */
    public Loss {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.LOSS;
    }
  }

  /** A share of the datagrams from and to these hosts arrives twice. */
  record Duplicate(long atMillis, long forMillis, List<Integer> hosts, double rate)
      implements FaultSpec {
    /** Copies the list. */
    public Duplicate {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.DUPLICATE;
    }
  }

  /** A share of the datagrams from and to these hosts is overtaken by later ones. */
  record Reorder(long atMillis, long forMillis, List<Integer> hosts, double rate)
      implements FaultSpec {
    /** Copies the list. */
    public Reorder {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.REORDER;
    }
  }

  /** All that goes from and to these hosts takes longer by this, each way. */
  record Delay(long atMillis, long forMillis, List<Integer> hosts, long byMillis)
      implements FaultSpec {
    /** Copies the list. */
    public Delay {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.DELAY;
    }
  }

  /**
   * One protocol is lost between two groups, both ways.
   *
   * @param between two groups
   */
  record Block(long atMillis, long forMillis, List<List<Integer>> between, Protocol protocol)
      implements FaultSpec {
    /** Copies the lists. */
    public Block {
      between = copy(between);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.BLOCK;
    }
  }

  /**
   * The process ends without a word; after {@code forMillis} it starts again, or never when that is
   * 0.
   *
   * @param loseUnsynced what was written and not synced is gone
   * @param tornWrite the last unsynced write is left half done
   */
  record Crash(
      long atMillis, long forMillis, List<Integer> hosts, boolean loseUnsynced, boolean tornWrite)
      implements FaultSpec {
    /** Copies the list. */
    public Crash {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.CRASH;
    }
  }

  /** The process stands still (SIGSTOP, a frozen virtual machine), and goes on. */
  record Pause(long atMillis, long forMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public Pause {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.PAUSE;
    }
  }

  /** The wall clock jumps; the monotonic clock does not. */
  record ClockJump(long atMillis, List<Integer> hosts, long byMillis) implements FaultSpec {
    /** Copies the list. */
    public ClockJump {
      hosts = List.copyOf(hosts);
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.CLOCK_JUMP;
    }
  }

  /** Both clocks run at another rate; 1.02 gains 20 ms a second. */
  record ClockDrift(long atMillis, long forMillis, List<Integer> hosts, double rate)
      implements FaultSpec {
    /** Copies the list. */
    public ClockDrift {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.CLOCK_DRIFT;
    }
  }

  /** Each write and sync takes so many times as long. */
  record SlowDisk(long atMillis, long forMillis, List<Integer> hosts, double factor)
      implements FaultSpec {
    /** Copies the list. */
    public SlowDisk {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.SLOW_DISK;
    }
  }

  /** Writes fail for want of space. */
  record FullDisk(long atMillis, long forMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public FullDisk {
      hosts = List.copyOf(hosts);
    }

    @Override
    public FaultKind kind() {
      return FaultKind.FULL_DISK;
    }
  }

  /**
   * Bytes of a file change on the disk.
   *
   * @param file which: {@code registry-log} or {@code endpoints}
   * @param bytes how many
   */
  record CorruptFile(long atMillis, List<Integer> hosts, String file, int bytes)
      implements FaultSpec {
    /** Copies the list. */
    public CorruptFile {
      hosts = List.copyOf(hosts);
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.CORRUPT_FILE;
    }
  }

  /** A graceful leave, after which the agent stops. */
  record Leave(long atMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public Leave {
      hosts = List.copyOf(hosts);
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.LEAVE;
    }
  }

  /** A stopped host starts, or a new one joins; one that is to join has not run before. */
  record Join(long atMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public Join {
      hosts = List.copyOf(hosts);
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.JOIN;
    }
  }

  /** The disk is emptied: the host comes back under its name and address with a new identity. */
  record Wipe(long atMillis, List<Integer> hosts) implements FaultSpec {
    /** Copies the list. */
    public Wipe {
      hosts = List.copyOf(hosts);
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.WIPE;
    }
  }

  /**
   * The hosts restart, one after the other, with other settings.
   *
   * @param config what differs from the scenario's, by flattened agent keys
   */
  record Upgrade(long atMillis, List<Integer> hosts, SortedMap<String, String> config)
      implements FaultSpec {
    /** Copies the collections. */
    public Upgrade {
      hosts = List.copyOf(hosts);
      config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    }

    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.UPGRADE;
    }
  }

  /**
   * A host restarts under another address.
   *
   * @param to the literal of an IPv4 address that no other host has
   */
  record Address(long atMillis, int host, String to) implements FaultSpec {
    @Override
    public long forMillis() {
      return 0;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.ADDRESS;
    }
  }

  /**
   * Faults drawn from the run's seed. {@link Scenarios#concrete} replaces it by those drawn; a run
   * never sees it.
   *
   * @param untilMillis none begins after this, nor lasts beyond it
   * @param everyMillis one begins each time so much has passed, on average
   */
  record Random(long atMillis, long untilMillis, List<RandomKind> kinds, long everyMillis)
      implements FaultSpec {
    /** Copies the list. */
    public Random {
      kinds = List.copyOf(kinds);
    }

    @Override
    public long forMillis() {
      return untilMillis - atMillis;
    }

    @Override
    public FaultKind kind() {
      return FaultKind.RANDOM;
    }
  }

  private static List<List<Integer>> copy(List<List<Integer>> groups) {
    return groups.stream().map(List::copyOf).toList();
  }
}
