package io.weft.simulator.fleet;

import java.util.SortedMap;
import java.util.TreeMap;

/** What is measured and is no invariant. */
final class Measures {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Fleet fleet;
  private final SortedMap<String, Long> counts = new TreeMap<>();
  private final SortedMap<String, Long> stoppedAt = new TreeMap<>();
  private final SortedMap<String, Long> firstHeldFailed = new TreeMap<>();
  private long bytes;
  private long detections;
  private double detectionSeconds;
  private double slowestDetectionSeconds;
  private long told;
  private double tellingSeconds;
  private double slowestTellingSeconds;
  private double convergenceSeconds = -1;

  Measures(Fleet fleet) {
    this.fleet = fleet;
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  void sent(int from, int size) {
    bytes += size;
  }

  void stopped(FleetHost host) {
    stoppedAt.put(host.spec.name(), fleet.world().nowNanos());
    firstHeldFailed.remove(host.spec.name());
  }

  /** A host holds another one failed. */
  void failed(FleetHost by, String name) {
    for (FleetHost subject : fleet.hosts()) {
      if (!subject.spec.name().equals(name)) {
        continue;
      }
      if (subject.running()) {
        boolean path =
            fleet.fabric().udpPasses(by.number, subject.number)
                && fleet.fabric().udpPasses(subject.number, by.number);
        count(path && !subject.paused() ? "false-positives" : "failed-over-a-cut");
        return;
      }
      Long since = stoppedAt.get(name);
      if (since != null) {
        double seconds = (fleet.world().nowNanos() - since) / NANOS_PER_SECOND;
        detections++;
        detectionSeconds += seconds;
        slowestDetectionSeconds = Math.max(slowestDetectionSeconds, seconds);
        spread(name);
      }
    }
  }

  /** From the first host that holds another failed to each further one. */
  private void spread(String name) {
    Long first = firstHeldFailed.putIfAbsent(name, fleet.world().nowNanos());
    if (first != null) {
      double seconds = (fleet.world().nowNanos() - first) / NANOS_PER_SECOND;
      told++;
      tellingSeconds += seconds;
      slowestTellingSeconds = Math.max(slowestTellingSeconds, seconds);
    }
  }

  void converged(double seconds) {
    convergenceSeconds = seconds;
  }

  SortedMap<String, Double> rates() {
    SortedMap<String, Double> rates = new TreeMap<>();
    counts.forEach((name, count) -> rates.put(name, (double) count));
    double seconds = Math.max(1e-9, fleet.world().nowNanos() / NANOS_PER_SECOND);
    rates.put("bytes-per-host-and-second", bytes / seconds / fleet.hosts().size());
    if (detections > 0) {
      rates.put("detection-seconds-mean", detectionSeconds / detections);
      rates.put("detection-seconds-worst", slowestDetectionSeconds);
    }
    if (told > 0) {
      rates.put("dissemination-seconds-mean", tellingSeconds / told);
      rates.put("dissemination-seconds-worst", slowestTellingSeconds);
    }
    if (convergenceSeconds >= 0) {
      rates.put("convergence-seconds", convergenceSeconds);
    }
    return rates;
  }
}
