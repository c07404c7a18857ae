package io.weft.gossip.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The probes whose answer still says something, in the order of their numbers; two, mostly, and
 * more while many are suspected. They hang together by themselves: a list would be two more objects
 * to wait for with each answer.
 */
final class OpenProbes {
  /** Answers that come late still tell the round trip, for this many probe intervals. */
  private static final int LATE_INTERVALS = 4;

  private final long lateNanos;
  private final Agenda agenda;
  private @Nullable Probe first;

  OpenProbes(long probeIntervalMillis, Agenda agenda) {
    this.lateNanos = LATE_INTERVALS * probeIntervalMillis * Turn.NANOS_PER_MILLI;
    this.agenda = agenda;
  }

  /** Takes in one whose number is above all others'. */
  void add(Probe probe) {
    Probe last = first;
    if (last == null) {
      first = probe;
    } else {
      while (last.next != null) {
        last = last.next;
      }
      last.next = probe;
    }
    agenda.openProbesNanos = Math.min(agenda.openProbesNanos, probe.directNanos);
  }

  /** The one of that number, or null. */
  @Nullable Probe find(long sequence) {
    Probe probe = first;
    while (probe != null && probe.sequence != sequence) {
      probe = probe.next;
    }
    return probe;
  }

  /** Takes one out, which has been answered. */
  void remove(Probe probe) {
    if (first == probe) {
      first = probe.next;
    } else {
      Probe before = first;
      while (before != null && before.next != probe) {
        before = before.next;
      }
      if (before != null) {
        before.next = probe.next;
      }
    }
    reckon();
  }

  /** Whether any of them asks the suspect as it is now. */
  boolean ask(MemberEntry suspect) {
    for (Probe p = first; p != null; p = p.next) {
      if (p.asks(suspect)) {
        return true;
      }
    }
    return false;
  }

  /** Those whose direct answer is missing by now, and whom nobody else was asked to ping. */
  List<Probe> indirect(long nowNanos) {
    List<Probe> found = new ArrayList<>();
    for (Probe p = first; p != null; p = p.next) {
      if (!p.asked && p.directNanos <= nowNanos) {
        found.add(p);
      }
    }
    return found;
  }

  /** Those that nobody has answered in time: they are over. Of older ones no answer counts now. */
  List<Probe> expire(long nowNanos) {
    List<Probe> found = new ArrayList<>();
    Probe kept = null;
    for (Probe p = first; p != null; p = p.next) {
      if (!p.over && p.finalNanos <= nowNanos) {
        p.over = true;
        found.add(p);
      }
      if (p.finalNanos + lateNanos > nowNanos) {
        kept = p;
      } else if (kept == null) {
        first = p.next;
      } else {
        kept.next = p.next;
      }
    }
    reckon();
    return found;
  }

  /** When the first of them is due for something. */
  private void reckon() {
    long due = Long.MAX_VALUE;
    for (Probe p = first; p != null; p = p.next) {
      due =
          Math.min(due, p.over ? p.finalNanos + lateNanos : p.asked ? p.finalNanos : p.directNanos);
    }
    agenda.openProbesNanos = due;
  }
}
