package io.weft.simulator.gossip;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which host has which change of one owner's records, and since when. Hosts hold prefixes of an
 * owner's history, so that a version says all.
 */
final class Arrivals {
  private record Change(long version, long atNanos) {}

  private final List<Change> changes = new ArrayList<>();
  private final List<List<Long>> delays = new ArrayList<>();

  /** For each host: all up to this change have come there, or are not asked for. */
  private final int[] reached;

  private final boolean[] away;

  Arrivals(int hosts, int owner) {
    reached = new int[hosts];
    away = new boolean[hosts];
    away[owner] = true;
  }

  /** The owner wrote this version. */
  void written(long version, long nowNanos) {
    changes.add(new Change(version, nowNanos));
    delays.add(new ArrayList<>());
    for (int host = 0; host < reached.length; host++) {
      if (away[host]) {
        reached[host] = changes.size();
      }
    }
  }

  /** Whether something is on its way to this host. */
  boolean awaitedAt(int host) {
    return reached[host] < changes.size();
  }

  /** A host has all up to this version. */
  void reached(int host, long version, long nowNanos) {
    for (;
        reached[host] < changes.size() && changes.get(reached[host]).version() <= version;
        reached[host]++) {
      delays.get(reached[host]).add(nowNanos - changes.get(reached[host]).atNanos());
    }
  }

  /** A host stopped, or began anew: of what was written till now nothing is asked of it. */
  void excuse(int host, boolean stays) {
    reached[host] = changes.size();
    away[host] = !stays;
  }

  boolean isAway(int host) {
    return away[host];
  }

  /** How long it took each host; of a change that was told to nobody, nothing. */
  void addTo(List<Long> all, List<Long> each) {
    for (List<Long> delay : delays) {
      if (!delay.isEmpty()) {
        all.add(Collections.max(delay));
        each.addAll(delay);
      }
    }
  }

  /** How many changes are still on the way to somebody. */
  int missing() {
    int first = changes.size();
    for (int at : reached) {
      first = Math.min(first, at);
    }
    return changes.size() - first;
  }
}
