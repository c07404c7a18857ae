package io.weft.simulator.checker;

import io.weft.simulator.history.Fault;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who runs and who reaches whom between two acts of the nemesis. Immutable. */
final class Reachability {
  /** What an observer ought to believe of a subject once things have settled. */
  enum Expected {
    /** It runs and is reached directly: it must not be held dead. */
    ALIVE,
    /** It does not run, or no path leads to it: it must be known to be gone. */
    GONE,
    /** It is reached through others only: either belief can be defended. */
    EITHER
  }

  private final Set<String> hosts;
  private final Set<String> down;
  private final @Nullable List<List<String>> groups;

  private Reachability(Set<String> hosts, Set<String> down, @Nullable List<List<String>> groups) {
    this.hosts = hosts;
    this.down = down;
    this.groups = groups;
  }

  static Reachability none() {
    return new Reachability(Set.of(), Set.of(), null);
  }

  Reachability after(Fault fault) {
    return switch (fault) {
      case Fault.Cluster cluster ->
          new Reachability(new LinkedHashSet<>(cluster.hosts()), Set.of(), null);
      case Fault.Partition partition -> new Reachability(hosts, down, partition.groups());
      case Fault.Heal heal -> new Reachability(hosts, down, null);
      case Fault.Crash crash -> {
        Set<String> more = new TreeSet<>(down);
        more.addAll(crash.hosts());
        yield new Reachability(hosts, more, groups);
      }
      case Fault.Restart restart -> {
        Set<String> fewer = new TreeSet<>(down);
        fewer.removeAll(restart.hosts());
        yield new Reachability(hosts, fewer, groups);
      }
    };
  }

  Set<String> hosts() {
    return hosts;
  }

  boolean runs(String host) {
    return hosts.contains(host) && !down.contains(host);
  }

  /** Whether no fault is in place at all. */
  boolean whole() {
    return groups == null && down.isEmpty();
  }

  Expected expected(String observer, String subject) {
    if (!runs(subject)) {
      return Expected.GONE;
    }
    if (direct(observer, subject)) {
      return Expected.ALIVE;
    }
    return connected(observer, subject) ? Expected.EITHER : Expected.GONE;
  }

  private boolean direct(String one, String other) {
    if (groups == null || one.equals(other)) {
      return true;
    }
    return groups.stream().anyMatch(group -> group.contains(one) && group.contains(other));
  }

  private boolean connected(String one, String other) {
    Set<String> seen = new TreeSet<>(Set.of(one));
    Deque<String> queue = new ArrayDeque<>(seen);
    while (!queue.isEmpty()) {
      String at = queue.removeFirst();
      for (String next : hosts) {
        if (runs(next) && direct(at, next) && seen.add(next)) {
          queue.addLast(next);
        }
      }
    }
    return seen.contains(other);
  }
}
