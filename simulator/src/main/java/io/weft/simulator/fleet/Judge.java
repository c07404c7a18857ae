package io.weft.simulator.fleet;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.transport.Channel;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostEvent;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.agent.Refusal;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.registry.Lease;
import io.weft.security.identity.NodeId;
import io.weft.security.keyring.GossipKeyring;
import io.weft.simulator.scenario.Marks;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.SecurityAssociation;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private boolean endpointsDirty;

  /** (observer, its life, subject) to the highest generation and version seen. */
  private final SortedMap<String, long[]> versions = new TreeMap<>();

  /** By id, what its owner was last seen to be; also of ids that are no more. */
  private final SortedMap<NodeId, Member> owners = new TreeMap<>();

  private final SortedMap<String, List<Long>> dials = new TreeMap<>();
  private @Nullable FleetHost speaking;

  /** By host, the inbound associations that its kernel ever had, as SPI and key. */
  private final SortedMap<Integer, TreeSet<String>> everInbound = new TreeMap<>();

  private final SortedMap<Integer, DesiredState> lastPlans = new TreeMap<>();

  /** By host and its life, as a core counts from 0: how many deltas were cut short in it. */
  private final SortedMap<String, Long> cutShort = new TreeMap<>();

  Judge(Fleet fleet) {
    this.fleet = fleet;
    this.measures = new Measures(fleet);
    this.truth =
        new RaftTruth(
            fleet.configuration(Map.of()).registry().quarantineMillis(),
            (invariant, detail) -> violated(invariant, speaking, detail));
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
    if (truth.leaderChanges() > 1) {
      marks.put("leader-changed", truth.leaderChanges() - 1);
    }
    long truncated = cutShort.values().stream().mapToLong(Long::longValue).sum();
    if (truncated > 0) {
      marks.put("delta-truncated", truncated);
    }
    return marks;
  }

  void mark(String name) {
    if (!Marks.ALL.contains(name)) {
      throw new IllegalArgumentException("no mark " + name); // scenarios could not expect it
    }
    marks.merge(name, 1L, Long::sum);
  }

  void violated(String invariant, @Nullable FleetHost host, String detail) {
    if (invariant.startsWith("INV-") && !fleet.scenario().expect().judges(invariant)) {
      return;
    }
    int number = host == null ? 0 : host.number;
    String text = number == 0 ? detail : "host " + number + ": " + detail;
    violations.add(new Violation(invariant, fleet.world().nowNanos(), text));
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
    lastPlans.remove(host.number);
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
    checkEndpoints();
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
    endpointsDirty = true;
  }

  /** INV-IPAM-1 and 2 over all hosts' disks: what is on them comes back with them. */
  private void checkEndpoints() {
    endpointsDirty = false;
    SortedMap<String, String> holders = new TreeMap<>();
    for (FleetHost host : fleet.hosts()) {
      if (host.hasLeft()) {
        continue;
      }
      for (LocalEndpoint endpoint : host.disk().local.endpoints()) {
        for (InetAddress ip : endpoint.record().ips()) {
          String holder = "host " + host.number + ", endpoint " + endpoint.record().id();
          String key = endpoint.record().networkId() + " " + ip.getHostAddress();
          String other = holders.put(key, holder);
          if (other != null) {
            violated("INV-IPAM-1", null, key + " is held by " + other + " and " + holder);
          }
          checkLease(host, endpoint, ip);
        }
      }
    }
  }

  private void checkLease(FleetHost host, LocalEndpoint endpoint, InetAddress ip) {
    String network = endpoint.record().networkId();
    if (truth.view().networkById(network).isEmpty()) {
      return; // removed under it
    }
    Lease lease = truth.view().leaseAt(network, IpAddress.of(ip)).orElse(null);
    if (lease == null) {
      violated("INV-IPAM-2", host, ip.getHostAddress() + " is used without a committed lease");
    } else if (!lease.holder().equals(host.identity())) {
      violated(
          "INV-IPAM-2",
          host,
          ip.getHostAddress() + " is used, but the block is leased to " + lease.holder());
    }
  }

  // --- the data plane ---

  void planned(FleetHost host, DesiredState desired) {
    checkOutbound(host, desired);
    lastPlans.put(host.number, desired);
  }

  private static boolean sends(@Nullable DesiredState plan, SecurityAssociation association) {
    return plan != null && plan.tunnels().stream().anyMatch(t -> association.equals(t.outbound()));
  }

  /** INV-SEC-3: what this host begins to send on is there at the peer's. */
  private void checkOutbound(FleetHost host, DesiredState desired) {
    DesiredState before = lastPlans.get(host.number);
    for (DesiredTunnel tunnel : desired.tunnels()) {
      SecurityAssociation outbound = tunnel.outbound();
      if (outbound == null || sends(before, outbound)) {
        continue;
      }
      for (FleetHost peer : fleet.hosts()) {
        if (peer.address().ip().equals(tunnel.peer())
            && !everInbound
                .getOrDefault(peer.number, new TreeSet<>())
                .contains(outbound.toString())) {
          violated(
              "INV-SEC-3",
              host,
              "begins to send to host " + peer.number + " on " + outbound + ", which is not there");
        }
      }
    }
  }

  void applied(FleetHost host, DesiredState desired) {
    TreeSet<String> inbound = everInbound.computeIfAbsent(host.number, n -> new TreeSet<>());
    for (DesiredTunnel tunnel : desired.tunnels()) {
      tunnel.inbound().forEach(sa -> inbound.add(sa.toString()));
    }
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
    if (endpointsDirty) {
      checkEndpoints();
    }
    for (FleetHost host : fleet.hosts()) {
      HostCore core = host.core();
      if (core != null && host.running()) {
        owners.put(host.identity(), core.self());
      }
    }
    for (FleetHost host : fleet.hosts()) {
      HostCore core = host.core();
      if (core != null && host.running()) {
        look(host, core);
      }
    }
  }

  private void look(FleetHost host, HostCore core) {
    cutShort.put(host.number + "/" + host.life(), core.deltasCutShort());
    boolean recorded = fleet.observer() != RunObserver.NONE;
    Map<Integer, String> view = new TreeMap<>();
    for (Member member : core.members()) {
      checkMember(host, member);
      FleetHost subject = recorded ? fleet.byId(member.id()) : null;
      if (subject != null && subject != host) {
        view.put(subject.number, member.state().name().toLowerCase(Locale.ROOT));
      }
    }
    if (recorded) {
      fleet.observer().view(fleet.world().nowNanos(), host.number, view);
    }
  }

  private void checkMember(FleetHost host, Member member) {
    Member owner = owners.get(member.id());
    if (owner == null) {
      return; // it has been up for a moment only
    }
    // INV-MEM-3: nobody holds more of an owner than it ever said.
    boolean ahead =
        member.generation() > owner.generation()
            || (member.generation() == owner.generation()
                && member.incarnation() > owner.incarnation());
    FleetHost subject = fleet.byId(member.id());
    boolean lives = subject != null && subject.running();
    if (ahead && lives && subject != null && newest(subject, member)) {
      violated(
          "INV-MEM-3",
          host,
          "holds incarnation %d of %s, generation %d, whose owner is at %d, generation %d"
              .formatted(
                  member.incarnation(),
                  member.name(),
                  member.generation(),
                  owner.incarnation(),
                  owner.generation()));
    }
    // INV-SYN-1: what is seen of an owner never goes back.
    String key = host.number + "/" + host.life() + "/" + member.id().hex();
    long[] now = {member.generation(), member.version()};
    long[] before = versions.put(key, now);
    if (before != null
        && (now[0] < before[0] || (now[0] == before[0] && now[1] < before[1]))
        && member.state() != MemberState.LEFT) {
      violated(
          "INV-SYN-1",
          host,
          "%s went back from generation %d, version %d to %d, %d"
              .formatted(member.name(), before[0], before[1], now[0], now[1]));
    }
  }

  /** Whether the subject's own word, as it is now, is also behind what the other holds of it. */
  private static boolean newest(FleetHost subject, Member held) {
    HostCore core = subject.core();
    if (core == null) {
      return false;
    }
    Member own = core.self();
    return held.generation() > own.generation()
        || (held.generation() == own.generation() && held.incarnation() > own.incarnation());
  }
}
