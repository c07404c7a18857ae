package io.weft.simulator.shrink;

import io.weft.simulator.scenario.FaultSpec;
import io.weft.simulator.scenario.LinkSpec;
import io.weft.simulator.scenario.Scenario;
import io.weft.simulator.scenario.ScenarioHost;
import io.weft.simulator.scenario.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Scenarios with fewer hosts, and faults that do less. */
final class HostCut {
  private HostCut() {}

  /** The scenario with these of its hosts only; what concerns only others goes with them. */
  static Scenario to(Scenario scenario, List<ScenarioHost> kept) {
    List<Integer> numbers = kept.stream().map(ScenarioHost::number).toList();
    List<FaultSpec> faults =
        scenario.faults().stream().flatMap(f -> narrowed(f, numbers).stream()).toList();
    List<Work> work =
        scenario.workload().stream().flatMap(w -> narrowed(w, numbers).stream()).toList();
    List<LinkSpec> links =
        scenario.links().stream().filter(l -> there(l.a(), kept) && there(l.b(), kept)).toList();
    return scenario
        .withHosts(kept)
        .withFaults(faults)
        .withWorkload(work)
        .across(scenario.network(), links);
  }

  private static boolean there(String place, List<ScenarioHost> hosts) {
    return hosts.stream()
        .anyMatch(h -> place.equals(h.name()) || Objects.equals(place, h.region()));
  }

  private static Optional<Work> narrowed(Work work, List<Integer> kept) {
    if (work instanceof Work.Attach a && !a.hosts().isEmpty()) {
      List<Integer> hosts = only(a.hosts(), kept);
      return hosts.isEmpty()
          ? Optional.empty()
          : Optional.of(new Work.Attach(a.atMillis(), a.network(), a.perHost(), hosts));
    }
    return Optional.of(work);
  }

  private static List<Integer> only(List<Integer> hosts, List<Integer> kept) {
    return hosts.stream().filter(kept::contains).toList();
  }

  private static List<List<Integer>> onlyGroups(List<List<Integer>> groups, List<Integer> kept) {
    return groups.stream().map(g -> only(g, kept)).filter(g -> !g.isEmpty()).toList();
  }

  private static Optional<FaultSpec> narrowed(FaultSpec fault, List<Integer> kept) {
    return switch (fault) {
      case FaultSpec.Partition f -> {
        List<List<Integer>> groups = onlyGroups(f.groups(), kept);
        boolean whole = f.oneWay() && only(f.groups().getFirst(), kept).isEmpty();
        yield groups.isEmpty() || whole
            ? Optional.empty()
            : Optional.of(new FaultSpec.Partition(f.atMillis(), f.forMillis(), groups, f.oneWay()));
      }
      case FaultSpec.Flap f -> {
        List<List<Integer>> groups = onlyGroups(f.groups(), kept);
        yield groups.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new FaultSpec.Flap(f.atMillis(), f.forMillis(), groups, f.periodMillis()));
      }
      case FaultSpec.Block f -> {
        List<List<Integer>> groups = onlyGroups(f.between(), kept);
        yield groups.size() < 2
            ? Optional.empty()
            : Optional.of(new FaultSpec.Block(f.atMillis(), f.forMillis(), groups, f.protocol()));
      }
      case FaultSpec.Address f -> kept.contains(f.host()) ? Optional.of(f) : Optional.empty();
      case FaultSpec.Ring f -> Optional.of(f);
      case FaultSpec.Random f -> Optional.of(f);
      case FaultSpec f -> {
        List<Integer> hosts = only(hosts(f), kept);
        yield hosts.isEmpty() ? Optional.empty() : Optional.of(on(f, hosts));
      }
    };
  }

  /** The hosts that a fault names one by one. */
  private static List<Integer> hosts(FaultSpec fault) {
    return switch (fault) {
      case FaultSpec.Isolate f -> f.hosts();
      case FaultSpec.Loss f -> f.hosts();
      case FaultSpec.Duplicate f -> f.hosts();
      case FaultSpec.Reorder f -> f.hosts();
      case FaultSpec.Delay f -> f.hosts();
      case FaultSpec.Crash f -> f.hosts();
      case FaultSpec.Pause f -> f.hosts();
      case FaultSpec.ClockJump f -> f.hosts();
      case FaultSpec.ClockDrift f -> f.hosts();
      case FaultSpec.SlowDisk f -> f.hosts();
      case FaultSpec.FullDisk f -> f.hosts();
      case FaultSpec.CorruptFile f -> f.hosts();
      case FaultSpec.Leave f -> f.hosts();
      case FaultSpec.Join f -> f.hosts();
      case FaultSpec.Wipe f -> f.hosts();
      case FaultSpec.Upgrade f -> f.hosts();
      case FaultSpec.Address f -> List.of(f.host());
      case FaultSpec.Partition _, FaultSpec.Flap _, FaultSpec.Block _ -> List.of();
      case FaultSpec.Ring _, FaultSpec.Random _ -> List.of();
    };
  }

  /** The same fault on other hosts, where it names them one by one. */
  private static FaultSpec on(FaultSpec fault, List<Integer> hosts) {
    return switch (fault) {
      case FaultSpec.Isolate f -> new FaultSpec.Isolate(f.atMillis(), f.forMillis(), hosts);
      case FaultSpec.Loss f -> new FaultSpec.Loss(f.atMillis(), f.forMillis(), hosts, f.rate());
      case FaultSpec.Duplicate f ->
          new FaultSpec.Duplicate(f.atMillis(), f.forMillis(), hosts, f.rate());
      case FaultSpec.Reorder f ->
          new FaultSpec.Reorder(f.atMillis(), f.forMillis(), hosts, f.rate());
      case FaultSpec.Delay f ->
          new FaultSpec.Delay(f.atMillis(), f.forMillis(), hosts, f.byMillis());
      case FaultSpec.Crash f ->
          new FaultSpec.Crash(f.atMillis(), f.forMillis(), hosts, f.loseUnsynced(), f.tornWrite());
      case FaultSpec.Pause f -> new FaultSpec.Pause(f.atMillis(), f.forMillis(), hosts);
      case FaultSpec.ClockJump f -> new FaultSpec.ClockJump(f.atMillis(), hosts, f.byMillis());
      case FaultSpec.ClockDrift f ->
          new FaultSpec.ClockDrift(f.atMillis(), f.forMillis(), hosts, f.rate());
      case FaultSpec.SlowDisk f ->
          new FaultSpec.SlowDisk(f.atMillis(), f.forMillis(), hosts, f.factor());
      case FaultSpec.FullDisk f -> new FaultSpec.FullDisk(f.atMillis(), f.forMillis(), hosts);
      case FaultSpec.CorruptFile f ->
          new FaultSpec.CorruptFile(f.atMillis(), hosts, f.file(), f.bytes());
      case FaultSpec.Leave f -> new FaultSpec.Leave(f.atMillis(), hosts);
      case FaultSpec.Join f -> new FaultSpec.Join(f.atMillis(), hosts);
      case FaultSpec.Wipe f -> new FaultSpec.Wipe(f.atMillis(), hosts);
      case FaultSpec.Upgrade f -> new FaultSpec.Upgrade(f.atMillis(), hosts, f.config());
      case FaultSpec.Address _, FaultSpec.Partition _, FaultSpec.Flap _ -> fault;
      case FaultSpec.Block _, FaultSpec.Ring _, FaultSpec.Random _ -> fault;
    };
  }

  /** The same fault with one host less, or less harm done, the greatest relief first. */
  static List<FaultSpec> milder(FaultSpec fault) {
    List<FaultSpec> milder = new ArrayList<>();
    List<Integer> hosts = hosts(fault);
    if (hosts.size() > 1) {
      hosts.forEach(h -> milder.add(on(fault, List.of(h))));
      hosts.forEach(
          h -> milder.add(on(fault, hosts.stream().filter(other -> !other.equals(h)).toList())));
    }
    if (fault instanceof FaultSpec.Crash f && (f.loseUnsynced() || f.tornWrite())) {
      milder.add(new FaultSpec.Crash(f.atMillis(), f.forMillis(), f.hosts(), false, false));
      if (f.tornWrite()) {
        milder.add(
            new FaultSpec.Crash(f.atMillis(), f.forMillis(), f.hosts(), f.loseUnsynced(), false));
      }
    }
    return milder;
  }
}
