package io.weft.node.agent;

import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.link.PeerLink;
import io.weft.node.WeftVersion;
import io.weft.node.api.view.CaView;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.GossipKeysView;
import io.weft.node.api.view.KeysView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.PeerView;
import io.weft.node.api.view.StatusView;
import io.weft.node.api.view.TunnelKeyView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.VoterView;
import io.weft.node.api.view.VotersView;
import io.weft.overlay.agent.HostCore;
import io.weft.overlay.agent.HostOptions;
import io.weft.overlay.agent.LocalEndpoint;
import io.weft.overlay.consensus.EngineStatus;
import io.weft.overlay.ipam.AddressBlock;
import io.weft.overlay.ipam.IpAddress;
import io.weft.overlay.records.EndpointRecord;
import io.weft.overlay.records.HostRecord;
import io.weft.overlay.registry.Lease;
import io.weft.overlay.registry.Network;
import io.weft.security.identity.NodeId;
import io.weft.security.identity.NodeIdentity;
import io.weft.security.tunnel.TunnelKeyStatus;
import io.weft.vxlan.driver.DataPlane;
import io.weft.vxlan.driver.TunnelStats;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the API shows of a host, from one look at its core: no question is answered from two states.
 */
final class AgentViews {
  private final HostOptions options;
  private final DataPlane plane;
  private final Supplier<EngineStatus> registry;

  /**
   * Views of a host.
   *
   * @param registry what the engine says now; the core hears only of its greater changes
   */
  AgentViews(HostOptions options, DataPlane plane, Supplier<EngineStatus> registry) {
    this.options = options;
    this.plane = plane;
    this.registry = registry;
  }

  StatusView status(HostCore core) {
    List<Member> members = core.members();
    Member self =
        members.stream()
            .filter(m -> m.id().equals(options.identity().id()))
            .findFirst()
            .orElseThrow();
    long alive = members.stream().filter(m -> m.state() == MemberState.ALIVE).count();
    EngineStatus engine = registry.get();
    long known = members.stream().filter(m -> m.state() != MemberState.LEFT).count();
    return new StatusView(
        self.id().hex(),
        options.identity().name(),
        options.identity().cluster(),
        options.address().toString(),
        core.registry().created() ? "alive" : "joining",
        options.generation(),
        self.incarnation(),
        core.registryRole(),
        term(engine),
        Math.max(engine.commitIndex(), core.registryIndex()),
        (int) known,
        (int) alive,
        plane.kind().label(),
        plane.why(),
        options.innerMtu(),
        WeftVersion.current());
  }

  private static @Nullable Long term(EngineStatus engine) {
    return engine.role() == EngineStatus.Role.STOPPED ? null : engine.term();
  }

  List<MemberView> members(HostCore core) {
    return core.members().stream().map(AgentViews::view).toList();
  }

  private static MemberView view(Member m) {
    return new MemberView(
        m.id().hex(),
        m.name(),
        m.address().toString(),
        switch (m.state()) {
          case ALIVE -> "alive";
          case SUSPECT -> "suspect";
          case FAILED -> "failed";
          case LEFT -> "left";
        },
        m.incarnation(),
        m.generation(),
        m.version(),
        m.rttMillis(),
        m.labels());
  }

  List<PeerView> peers(HostCore core) {
    Map<NodeId, Member> members = new java.util.TreeMap<>();
    core.members().forEach(m -> members.put(m.id(), m));
    List<PeerView> views = new ArrayList<>();
    for (PeerLink link : core.links()) {
      Member member = members.get(link.id());
      boolean heard =
          member != null && member.state() == MemberState.ALIVE && member.rttMillis() >= 0;
      views.add(
          new PeerView(
              link.id().hex(),
              link.address().toString(),
              heard ? "up" : "down",
              link.up() ? "up" : "down",
              member == null ? -1 : member.rttMillis(),
              link.up() || link.backoffUntilNanos() == 0 ? null : wall(link.backoffUntilNanos()),
              link.up() || link.lastError().isEmpty() ? null : link.lastError()));
    }
    return views;
  }

  private static String wall(long nanos) {
    return Instant.now().plusNanos(nanos - System.nanoTime()).toString();
  }

  VotersView voters(HostCore core) {
    EngineStatus engine = registry.get();
    List<VoterView> voters = new ArrayList<>();
    core.voterRoles()
        .forEach(
            (id, role) -> {
              EngineStatus.Voter known =
                  engine.voters().stream().filter(v -> v.id().equals(id)).findFirst().orElse(null);
              boolean linked =
                  id.equals(options.identity().id())
                      || core.links().stream().anyMatch(l -> l.id().equals(id) && l.up());
              String part = engine.leader().filter(id::equals).isPresent() ? "leader" : role;
              voters.add(
                  new VoterView(id.hex(), part, known == null ? -1 : known.matchIndex(), linked));
            });
    String leader =
        voters.stream()
            .filter(v -> v.role().equals("leader"))
            .map(VoterView::id)
            .findFirst()
            .orElse(null);
    return new VotersView(voters, term(engine), leader);
  }

  List<TunnelView> tunnels(HostCore core, List<TunnelStats> stats) {
    List<TunnelView> views = new ArrayList<>();
    for (TunnelStats tunnel : stats) {
      NodeId peer = peerAt(core, tunnel.peer());
      TunnelKeyStatus keys =
          core.tunnelKeys().stream().filter(k -> k.peer().equals(peer)).findFirst().orElse(null);
      views.add(
          new TunnelView(
              peer == null ? "" : peer.hex(),
              IpAddress.of(tunnel.peer()).toString(),
              tunnel.driver().label(),
              tunnel.state().label(),
              tunnel.mtu(),
              tunnel.spiIn(),
              tunnel.spiOut(),
              keys == null || keys.spiOut() == 0 ? null : wall(keys.keyedAtNanos()),
              tunnel.txPackets(),
              tunnel.rxPackets(),
              tunnel.txBytes(),
              tunnel.rxBytes(),
              tunnel.replayDrops(),
              tunnel.authDrops(),
              tunnel.lastError()));
    }
    views.sort(Comparator.comparing(TunnelView::peer));
    return views;
  }

  KeysView keys(HostCore core) {
    HostRecord.HeldKeys held = core.gossipKeys();
    GossipKeysView gossip =
        new GossipKeysView(
            held.used(),
            List.copyOf(held.accepted()),
            switch (core.registry().gossipEpochs().phase()) {
              case STEADY -> GossipKeysView.STEADY;
              case INSTALLING -> "installing";
              case RETIRING -> "retiring";
            },
            core.rotationWaitsFor().stream()
                .map(id -> HostNames.name(core.registry(), id))
                .toList());
    List<TunnelKeyView> tunnels =
        core.tunnelKeys().stream()
            .filter(k -> k.spiOut() != 0)
            .map(k -> new TunnelKeyView(k.peer().hex(), ageSeconds(k), k.packets()))
            .toList();
    NodeIdentity identity = options.identity();
    return new KeysView(
        gossip,
        tunnels,
        new CaView(
            identity.caFingerprint(),
            identity.caCertificate().getNotAfter().toInstant().toString()));
  }

  private static long ageSeconds(TunnelKeyStatus keys) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - keys.keyedAtNanos());
  }

  private static @Nullable NodeId peerAt(HostCore core, InetAddress vtep) {
    for (Member member : core.members()) {
      var host = core.host(member.id());
      if (host != null && host.vtep().equals(vtep)) {
        return member.id();
      }
    }
    return null;
  }

  List<NetworkView> networks(HostCore core) {
    return core.registry().networks().stream().map(this::view).toList();
  }

  NetworkView view(Network n) {
    AddressBlock subnet6 = n.subnet6();
    return new NetworkView(
        n.name(),
        n.id(),
        n.vni(),
        n.subnet().toString(),
        subnet6 == null ? null : subnet6.toString(),
        Math.min(n.mtu(), options.innerMtu()),
        n.hostBlockLength());
  }

  List<EndpointView> endpoints(HostCore core) {
    List<EndpointView> views = new ArrayList<>();
    core.endpoints()
        .forEach(
            (host, records) ->
                records.forEach(
                    r ->
                        views.add(
                            view(
                                r,
                                core.registry()
                                    .networkById(r.networkId())
                                    .map(Network::name)
                                    .orElse(r.networkId()),
                                host))));
    views.sort(Comparator.comparing(EndpointView::network).thenComparing(EndpointView::ip));
    return views;
  }

  private static EndpointView view(EndpointRecord r, String network, NodeId host) {
    String ip = "";
    String ip6 = null;
    for (InetAddress address : r.ips()) {
      if (address.getAddress().length == 4) {
        ip = address.getHostAddress();
      } else {
        ip6 = IpAddress.of(address).toString();
      }
    }
    return new EndpointView(
        r.id(), r.name(), network, ip, ip6, r.mac().toString(), host.hex(), r.labels());
  }

  EndpointView view(LocalEndpoint e) {
    return view(e.record(), e.networkName(), options.identity().id());
  }

  List<LeaseView> leases(HostCore core) {
    return core.registry().leases().stream()
        .map(
            l ->
                new LeaseView(
                    l.networkName(), l.block().toString(), l.holder().hex(), l.fence(), stateOf(l)))
        .sorted(Comparator.comparing(LeaseView::network))
        .toList();
  }

  private static String stateOf(Lease lease) {
    return switch (lease.state()) {
      case LEASED -> "held";
      case QUARANTINED -> "quarantined";
      case FENCED -> "fenced";
    };
  }
}
