package io.weft.simulator.scenario;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A run's plan. Together with the seed it decides all that happens.
 *
 * @param name what reports call it
 * @param seed the seed when nobody gives another
 * @param durationMillis how long workload and faults go on, in virtual time; the demand for
 *     convergence may last beyond it
 * @param hosts ascending by number, which may have gaps; the first one founds the cluster
 * @param network every path but those of {@code links}
 * @param links later ones win
 * @param config the agent's settings on every host, by flattened keys such as {@code
 *     gossip.probeInterval}, as they would be written in a file
 * @param workload ascending by time
 * @param faults ascending by time
 */
public record Scenario(
    String name,
    long seed,
    long durationMillis,
    List<ScenarioHost> hosts,
    NetworkSpec network,
    List<LinkSpec> links,
    SortedMap<String, String> config,
    List<Work> workload,
    List<FaultSpec> faults,
    Expect expect) {

  /** Copies the collections. */
  public Scenario {
    hosts = List.copyOf(hosts);
    links = List.copyOf(links);
    config = Collections.unmodifiableSortedMap(new TreeMap<>(config));
    workload = List.copyOf(workload);
    faults = List.copyOf(faults);
  }

  /** The same with another name. */
  public Scenario named(String other) {
    return new Scenario(
        other, seed, durationMillis, hosts, network, links, config, workload, faults, expect);
  }

  /** The same with another seed. */
  public Scenario seeded(long other) {
    return new Scenario(
        name, other, durationMillis, hosts, network, links, config, workload, faults, expect);
  }

  /** The same with other faults. */
  public Scenario withFaults(List<FaultSpec> others) {
    return new Scenario(
        name, seed, durationMillis, hosts, network, links, config, workload, others, expect);
  }

  /** The same with other workload. */
  public Scenario withWorkload(List<Work> others) {
    return new Scenario(
        name, seed, durationMillis, hosts, network, links, config, others, faults, expect);
  }

  /** The same with another duration. */
  public Scenario lasting(long millis) {
    return new Scenario(
        name, seed, millis, hosts, network, links, config, workload, faults, expect);
  }

  /** The same with other settings. */
  public Scenario configured(SortedMap<String, String> others) {
    return new Scenario(
        name, seed, durationMillis, hosts, network, links, others, workload, faults, expect);
  }

  /** The same with other hosts; workload, faults and links must know only these. */
  public Scenario withHosts(List<ScenarioHost> others) {
    return new Scenario(
        name, seed, durationMillis, others, network, links, config, workload, faults, expect);
  }

  /** The same across another network. */
  public Scenario across(NetworkSpec other, List<LinkSpec> otherLinks) {
    return new Scenario(
        name, seed, durationMillis, hosts, other, otherLinks, config, workload, faults, expect);
  }

  /** How the path between two hosts behaves, when no fault is in the way. */
  public NetworkSpec path(ScenarioHost from, ScenarioHost to) {
    NetworkSpec path = network;
    for (LinkSpec link : links) {
      if ((at(link.a(), from) && at(link.b(), to)) || (at(link.a(), to) && at(link.b(), from))) {
        path = link.network();
      }
    }
    return path;
  }

  private static boolean at(String place, ScenarioHost host) {
    return place.equals(host.name()) || place.equals(host.region());
  }

  /**
   * The numbers of the hosts that do not run from the beginning: those of whom the first thing that
   * is said is that they join.
   */
  public SortedSet<Integer> latecomers() {
    SortedSet<Integer> late = new TreeSet<>();
    SortedSet<Integer> seen = new TreeSet<>();
    for (FaultSpec fault : faults) {
      List<Integer> named =
          switch (fault) {
            case FaultSpec.Join join -> join.hosts();
            case FaultSpec.Leave leave -> leave.hosts();
            case FaultSpec.Crash crash -> crash.hosts();
            case FaultSpec.Wipe wipe -> wipe.hosts();
            case FaultSpec _ -> List.of();
          };
      for (int host : named) {
        if (seen.add(host) && fault instanceof FaultSpec.Join) {
          late.add(host);
        }
      }
    }
    return late;
  }

  /**
   * When the last fault has ended, in virtual milliseconds; 0 when there is none. What lasts for
   * good and can be lifted ends with the scenario.
   */
  public long lastFaultEndMillis() {
    return faults.stream().mapToLong(this::endMillis).max().orElse(0);
  }

  private long endMillis(FaultSpec fault) {
    boolean lasts =
        switch (fault.kind()) {
          case PARTITION, ISOLATE, RING, FLAP, LOSS, DUPLICATE, REORDER, DELAY, BLOCK -> true;
          case PAUSE, CLOCK_DRIFT, SLOW_DISK, FULL_DISK -> true;
          case CRASH, CLOCK_JUMP, CORRUPT_FILE, LEAVE, JOIN, WIPE, UPGRADE, ADDRESS, RANDOM ->
              false;
        };
    return lasts && fault.forMillis() == 0 ? durationMillis : fault.endMillis();
  }
}
