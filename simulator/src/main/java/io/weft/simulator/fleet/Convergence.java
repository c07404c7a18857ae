package io.weft.simulator.fleet;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.GossipEpochs;
import io.weft.overlay.registry.RegistryState;
import io.weft.security.identity.NodeId;
import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.FdbEntry;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What must be so some time after the faults have ended: the core, which is all hosts that were not
 * taken away for good, agrees on everything and carries every frame.
 */
final class Convergence {
  /** How much is asked. */
  enum Extent {
    /** Members and registry, but for what was written just now: while users still work. */
    AGREEMENT,
    /** Endpoints, forwarding entries and frames too. */
    ALL
  }

  /** What users write while it is looked has so many looks' time to reach every host. */
  private static final int LOOKS_TO_FOLLOW = 5;

  private final Fleet fleet;
  private final SortedSet<Integer> gone;
  private final PacketWalk walk;

  /** The registry's last entry at the latest looks, the oldest first. */
  private final ArrayDeque<Long> lastEntries = new ArrayDeque<>();

  Convergence(Fleet fleet, SortedSet<Integer> gone) {
    this.fleet = fleet;
    this.gone = gone;
    this.walk = new PacketWalk(fleet);
  }

  /** What is not so yet, at most a few; empty when all is. */
  List<Violation> missing(Extent extent) {
    lastEntries.addLast(fleet.judge().truth().lastIndex());
    if (lastEntries.size() > LOOKS_TO_FOLLOW) {
      lastEntries.removeFirst();
    }
    long needed = extent == Extent.ALL ? lastEntries.getLast() : lastEntries.getFirst();
    Findings missing = new Findings();
    boolean quorum = quorumPossible();
    List<FleetHost> core = new ArrayList<>();
    for (FleetHost host : fleet.hosts()) {
      if (host.running()) {
        core.add(host);
      } else if (!gone.contains(host.number) && !host.hasLeft() && quorum) {
        missing.add("INV-MEM-5", host, "does not run: " + host.phase());
      }
    }
    membership(core, missing);
    if (quorum) {
      registry(core, needed, missing);
    }
    if (extent == Extent.ALL && missing.found.isEmpty()) {
      endpoints(core, missing);
      entries(core, missing);
      frames(core, missing);
    }
    return missing.found;
  }

  private final class Findings {
    private static final int MAX = 5;
    private final List<Violation> found = new ArrayList<>();

    void add(String invariant, FleetHost host, String detail) {
      if (found.size() < MAX && fleet.scenario().expect().judges(invariant)) {
        found.add(
            new Violation(
                invariant, fleet.world().nowNanos(), "host " + host.number + ": " + detail));
      }
    }
  }

  /** Whether a majority of the voters runs. */
  private boolean quorumPossible() {
    EngineStatus newest = null;
    for (FleetHost host : fleet.running()) {
      HostCore core = host.core();
      if (core == null || core.engine().voters().isEmpty()) {
        continue;
      }
      EngineStatus status = core.engine();
      if (newest == null || status.commitIndex() > newest.commitIndex()) {
        newest = status;
      }
    }
    if (newest == null) {
      return false;
    }
    int up = 0;
    for (NodeId voter : newest.voterIds()) {
      FleetHost host = fleet.byId(voter);
      HostCore core = host != null && host.running() ? host.core() : null;
      // Of two voters, one whose log is damaged leaves no majority, as one that is gone would.
      up += core != null && host != null && !host.disk().lostLog ? 1 : 0;
    }
    return up * 2 > newest.voterIds().size();
  }

  private void membership(List<FleetHost> core, Findings missing) {
    for (FleetHost host : core) {
      HostCore running = host.core();
      if (running == null) {
        continue;
      }
      SortedMap<NodeId, Member> view = new TreeMap<>();
      running.members().forEach(m -> view.put(m.id(), m));
      for (FleetHost other : core) {
        Member member = view.remove(other.identity());
        if (member == null) {
          missing.add("INV-MEM-5", host, "does not know host " + other.number);
        } else if (member.state() != MemberState.ALIVE) {
          missing.add("INV-MEM-2", host, "holds host " + other.number + " " + member.state());
        }
      }
      for (Member stranger : view.values()) {
        if (stranger.present()) {
          missing.add(
              "INV-MEM-1",
              host,
              "holds " + stranger.name() + " " + stranger.state() + ", which is gone");
        }
      }
    }
  }

  private void registry(List<FleetHost> core, long needed, Findings missing) {
    RaftTruth truth = fleet.judge().truth();
    boolean led = false;
    for (FleetHost host : core) {
      HostCore running = host.core();
      if (running == null) {
        continue;
      }
      EngineStatus.Role role = running.engine().role();
      led |= role == EngineStatus.Role.LEADER;
      boolean votes = role != EngineStatus.Role.STOPPED && role != EngineStatus.Role.JOINING;
      if (votes != truth.view().wantedVoters().contains(host.identity())) {
        missing.add(
            "INV-MEM-5", host, votes ? "votes, and should not" : "should vote, and does not");
      }
      String hash = truth.hashAt(running.registryIndex());
      if (running.registryIndex() < needed) {
        missing.add(
            "INV-MEM-5",
            host,
            "has the registry up to %d of %d".formatted(running.registryIndex(), needed));
      } else if (hash != null && !((RegistryState) running.registry()).stateHash().equals(hash)) {
        missing.add("INV-RAFT-1", host, "has another registry at the same index");
      }
      keyring(host, running, truth.view().gossipEpochs(), missing);
    }
    if (!led && !core.isEmpty()) {
      missing.add("INV-MEM-5", core.getFirst(), "the registry has no leader");
    }
  }

  /** INV-SEC-3: everybody holds the gossip keys that the registry lists, and no other. */
  private static void keyring(
      FleetHost host, HostCore running, GossipEpochs epochs, Findings missing) {
    HostRecord.HeldKeys held = running.gossipKeys();
    if (held.used() != epochs.used() || !held.accepted().equals(epochs.accepted().keySet())) {
      missing.add(
          "INV-SEC-3",
          host,
          "holds gossip keys %s and seals with %d, where the registry says %s and %d"
              .formatted(held.accepted(), held.used(), epochs.accepted().keySet(), epochs.used()));
    }
  }

  /** INV-SYN-1: everybody has the same endpoints of everybody. */
  private void endpoints(List<FleetHost> core, Findings missing) {
    SortedMap<NodeId, SortedSet<String>> truth = new TreeMap<>();
    for (FleetHost host : core) {
      HostCore running = host.core();
      SortedSet<String> ids = new TreeSet<>();
      if (running != null) {
        running.localEndpoints().forEach(e -> ids.add(e.record().toString()));
      }
      truth.put(host.identity(), ids);
    }
    for (FleetHost host : core) {
      HostCore running = host.core();
      if (running == null) {
        continue;
      }
      SortedMap<NodeId, SortedSet<String>> seen = new TreeMap<>();
      truth.keySet().forEach(id -> seen.put(id, new TreeSet<>()));
      running
          .endpoints()
          .forEach(
              (id, records) -> {
                SortedSet<String> ids = new TreeSet<>();
                records.forEach(r -> ids.add(r.toString()));
                if (!ids.isEmpty() || truth.containsKey(id)) {
                  seen.put(id, ids);
                }
              });
      if (!seen.equals(truth)) {
        missing.add("INV-SYN-1", host, "sees other endpoints than there are");
      }
    }
  }

  /** INV-NET-2: the forwarding entries are those of the endpoints there are, and no other. */
  private void entries(List<FleetHost> core, Findings missing) {
    for (FleetHost host : core) {
      SortedSet<String> wanted = new TreeSet<>();
      SortedSet<Integer> vnis = new TreeSet<>();
      HostCore running = host.core();
      if (running == null) {
        continue;
      }
      running.localEndpoints().forEach(e -> vnis.add(e.record().vni()));
      for (FleetHost other : core) {
        HostCore there = other.core();
        if (other == host || there == null) {
          continue;
        }
        for (LocalEndpoint endpoint : there.localEndpoints()) {
          int vni = endpoint.record().vni();
          if (vnis.contains(vni)) {
            wanted.add(entry(vni, endpoint.record().mac(), other.address().ip()));
          }
        }
      }
      SortedSet<String> actual = new TreeSet<>();
      SortedSet<InetAddress> vteps = new TreeSet<>(AddressOrder.BY_OCTETS);
      core.forEach(h -> vteps.add(h.address().ip()));
      for (FdbEntry entry : host.kernel().dump().fdb()) {
        if (!entry.mac().equals(MacAddress.ZERO)) {
          actual.add(
              entry(DeviceNames.vniOfVxlan(entry.device()).orElse(0), entry.mac(), entry.vtep()));
        }
        if (!vteps.contains(entry.vtep())) {
          missing.add("INV-NET-2", host, "has an entry for a departed host: " + entry);
        }
      }
      if (!actual.equals(wanted)) {
        missing.add("INV-NET-2", host, "has forwarding entries " + actual + ", not " + wanted);
      }
    }
  }

  private static String entry(int vni, MacAddress mac, InetAddress vtep) {
    return vni + " " + mac + " " + vtep.getHostAddress();
  }

  /** INV-NET-1: every two endpoints of a network on different hosts reach each other. */
  private void frames(List<FleetHost> core, Findings missing) {
    for (FleetHost from : core) {
      for (FleetHost to : core) {
        HostCore a = from.core();
        HostCore b = to.core();
        if (from != to && a != null && b != null) {
          frames(from, a, to, b, missing);
        }
      }
    }
  }

  private void frames(FleetHost from, HostCore a, FleetHost to, HostCore b, Findings missing) {
    for (LocalEndpoint sender : a.localEndpoints()) {
      HostKernel.Port port = from.kernel().ports().get(sender.record().id());
      for (LocalEndpoint receiver : b.localEndpoints()) {
        if (!sender.record().networkId().equals(receiver.record().networkId())) {
          continue;
        }
        if (port == null) {
          missing.add("INV-NET-1", from, "endpoint " + sender.record().id() + " has no interface");
          return;
        }
        InetAddress ip = receiver.record().ips().getFirst();
        PacketWalk.End end = walk.walk(from, port, ip, receiver.record().mac());
        switch (end) {
          case PacketWalk.Delivered d -> {
            if (!d.endpointId().equals(receiver.record().id())) {
              missing.add("INV-NET-1", from, ip + " is another endpoint at host " + to.number);
            }
          }
          case PacketWalk.Lost lost ->
              missing.add("INV-NET-1", from, "no frame to " + ip + ": " + lost.where());
          case PacketWalk.InClear clear -> missing.add("INV-SEC-1", from, clear.where());
        }
      }
    }
  }
}
