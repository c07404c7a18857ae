package io.weft.simulator.fleet;

import io.weft.gossip.Member;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.GossipCounts;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostEvent;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.simulator.scenario.Marks;
import io.weft.vxlan.desired.DesiredState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees into every host at once and knows the truth. What is a matter of safety is judged as it
 * happens, or four times a virtual second; what is a matter of liveness by {@link Convergence}
 * after the faults have ended.
 */
final class Judge {
  /** How many dials of one host to one address in {@link #DIAL_WINDOW_NANOS} are a storm. */
  private static final int MAX_DIALS = 60;

  private static final long DIAL_WINDOW_NANOS = 10_000_000_000L;

  private final Fleet fleet;
  private final RaftTruth truth;
  private final List<Violation> violations = new ArrayList<>();
  private final SortedMap<String, Long> marks = new TreeMap<>();
  private final Measures measures;
  private final AddressJudge addresses;
  private final TunnelJudge tunnels;
  private final MemberJudge members;

  private final SortedMap<String, List<Long>> dials = new TreeMap<>();
  private @Nullable FleetHost speaking;

  /** By host and its life, as a core counts from 0. */
  private final SortedMap<String, GossipCounts> counts = new TreeMap<>();

  Judge(Fleet fleet) {
    this.fleet = fleet;
    this.measures = new Measures(fleet);
    this.truth =
        new RaftTruth(
            fleet.configuration(Map.of()).registry().quarantineMillis(),
            (invariant, detail) -> violated(invariant, speaking, detail));
    this.addresses = new AddressJudge(fleet, truth);
    this.tunnels = new TunnelJudge(fleet);
    this.members = new MemberJudge(fleet);
  }

  RaftTruth truth() {
    return truth;
  }

  Measures measures() {
    return measures;
  }

  List<Violation> violations() {
    return violations;
  }

  SortedMap<String, Long> marks() {
    met("leader-changed", truth.leaderChanges() - 1);
    GossipCounts all = counts.values().stream().reduce(new GossipCounts(0, 0), GossipCounts::plus);
    met("delta-truncated", all.deltasCutShort());
    met("refutation-withheld", all.refutationsWithheld());
    return marks;
  }

  private void met(String name, long times) {
    if (times > 0) {
      marks.put(name, times);
    }
  }

  void mark(String name) {
    if (!Marks.ALL.contains(name)) {
      throw new IllegalArgumentException("no mark " + name); // scenarios could not expect it
    }
    marks.merge(name, 1L, Long::sum);
  }

  void violated(String invariant, @Nullable FleetHost host, String detail) {
    violated(fleet.world().nowNanos(), invariant, host, detail);
  }

  /** What is found out only now was so at another time. */
  void violated(long atNanos, String invariant, @Nullable FleetHost host, String detail) {
    if (invariant.startsWith("INV-") && !fleet.scenario().expect().judges(invariant)) {
      return;
    }
    int number = host == null ? 0 : host.number;
    String text = number == 0 ? detail : "host " + number + ": " + detail;
    violations.add(new Violation(invariant, atNanos, text));
    fleet.observer().event(fleet.world().nowNanos(), "violation", number, invariant + " " + detail);
    fleet.world().halt();
  }

  void thrown(FleetHost host, Throwable error) {
    StackTraceElement[] stack = error.getStackTrace();
    violated(
        "core-threw",
        host,
        error + (stack.length == 0 ? "" : " at " + stack[0] + " " + more(stack)));
  }

  private static String more(StackTraceElement[] stack) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < Math.min(stack.length, 8); i++) {
      text.append("< ").append(stack[i]).append(' ');
    }
    return text.toString();
  }

  void engineFailed(FleetHost host, RuntimeException error) {
    measures.count("engine-task-failed");
    fleet.world().trace().add(9);
    fleet
        .observer()
        .event(fleet.world().nowNanos(), "engine-task-failed", host.number, error.toString());
  }

  // --- what happens ---

  void started(FleetHost host) {
    event("started", host, "");
  }

  void stopped(FleetHost host, boolean silently) {
    measures.stopped(host);
    HostCore core = host.core();
    event("stopped", host, silently ? "with its machine" : "the process");
    tunnels.stopped(host);
    if (core == null) {
      dials.keySet().removeIf(key -> key.startsWith(host.number + ">"));
    }
  }

  void wiped(FleetHost host) {
    event("wiped", host, "");
  }

  private void event(String kind, FleetHost host, String detail) {
    fleet.world().trace().add(kind);
    fleet.observer().event(fleet.world().nowNanos(), kind, host.number, detail);
  }

  void emitted(FleetHost host, HostEvent event) {
    fleet.world().trace().add(event.type());
    fleet
        .observer()
        .event(
            fleet.world().nowNanos(),
            event.type(),
            host.number,
            event.subject() + ": " + event.cause());
    switch (event.type()) {
      case "member-failed" -> {
        mark("host-failed");
        measures.failed(host, event.subject());
      }
      case "member-rejoined" -> mark("host-rejoined");
      case "member-alive" -> mark("suspicion-refuted");
      case "member-left" -> mark("host-left");
      case "lease-granted" -> mark("block-leased");
      case "key-rotated" -> mark("tunnel-rekeyed");
      case "tunnel-up" -> mark("tunnel-up");
      case "gossip-key-removed" -> mark("gossip-key-rotated");
      default -> {}
    }
  }

  void refused(FleetHost host, Refusal refusal) {
    event("refused", host, refusal.kind() + " " + refusal.message());
    if (refusal.kind() == Refusal.Kind.NO_QUORUM) {
      mark("minority-refused");
    }
  }

  void attached(FleetHost host, LocalEndpoint endpoint) {
    event("attached", host, endpoint.record().ips().toString());
    mark("endpoint-attached");
    addresses.check();
  }

  void sent(int from, int to, @Nullable Channel channel, int bytes) {
    measures.sent(from, bytes);
    if (channel == null) {
      int budget =
          fleet.host(from).config().gossip().tuning().datagramBudgetBytes()
              + GossipKeyring.OVERHEAD_BYTES;
      if (bytes > budget) {
        violated(
            "INV-SYN-3",
            fleet.host(from),
            "a datagram of %d bytes; the budget is %d".formatted(bytes, budget));
      }
    }
  }

  /** INV-SYN-4: attempts stay inside the backoff's envelope. */
  void dialled(int from, PeerAddress to) {
    long now = fleet.world().nowNanos();
    List<Long> times = dials.computeIfAbsent(from + ">" + to, key -> new ArrayList<>());
    times.removeIf(at -> at < now - DIAL_WINDOW_NANOS);
    times.add(now);
    measures.count("dials");
    if (times.size() > MAX_DIALS) {
      violated(
          "INV-SYN-4",
          fleet.host(from),
          "%d dials to %s within %d s"
              .formatted(times.size(), to, DIAL_WINDOW_NANOS / 1_000_000_000L));
    }
  }

  // --- the registry ---

  void committed(FleetHost host, long index, long timeMillis, byte[] command) {
    speaking = host;
    fleet.world().trace().add(index);
    truth.committed(fleet.world().nowNanos(), index, timeMillis, command);
    speaking = null;
  }

  void clockShown(FleetHost host, long millis) {
    truth.shown(host.identity(), fleet.world().nowNanos(), millis);
  }

  void restored(FleetHost host, long index, byte[] snapshot) {
    speaking = host;
    truth.restored(index, snapshot);
    speaking = null;
  }

  void engineChanged(FleetHost host, EngineStatus status) {
    speaking = host;
    fleet.world().trace().add(status.term());
    truth.engineChanged(host.identity(), status);
    event(
        "registry-role",
        host,
        "%s in term %d, voters %s"
            .formatted(
                status.role(),
                status.term(),
                String.join(",", status.voterIds().stream().map(NodeId::shortForm).toList())));
    fleet.world().trace().add(status.role().name());
    speaking = null;
  }

  // --- addresses ---

  void endpointsChanged() {
    addresses.changed();
  }

  // --- the data plane ---

  void planned(FleetHost host, DesiredState desired) {
    tunnels.planned(host, desired);
  }

  void applied(FleetHost host, DesiredState desired) {
    tunnels.applied(host, desired);
    kernelChanged(host);
  }

  void kernelChanged(FleetHost host) {
    SortedMap<String, Integer> vnis = new TreeMap<>();
    for (LocalEndpoint endpoint : host.disk().local.endpoints()) {
      vnis.put(endpoint.record().id(), endpoint.record().vni());
    }
    host.kernel().checkNetworks(vnis);
  }

  // --- looking around ---

  /** Looks into every host. */
  void look() {
    addresses.look();
    members.look();
    for (FleetHost host : fleet.hosts()) {
      HostCore core = host.core();
      if (core != null && host.running()) {
        look(host, core);
      }
    }
  }

  private void look(FleetHost host, HostCore core) {
    counts.put(host.number + "/" + host.life(), core.gossipCounts());
    boolean recorded = fleet.observer() != RunObserver.NONE;
    Map<Integer, String> view = new TreeMap<>();
    for (Member member : core.members()) {
      members.check(host, member);
      FleetHost subject = recorded ? fleet.byId(member.id()) : null;
      if (subject != null && subject != host) {
        view.put(subject.number, member.state().name().toLowerCase(Locale.ROOT));
      }
    }
    if (recorded) {
      fleet.observer().view(fleet.world().nowNanos(), host.number, view);
    }
  }
}
