package io.weft.overlay.agent;

import io.weft.gossip.transport.Channel;
import io.weft.overlay.planner.Finding;
import io.weft.overlay.planner.PeerKeys;
import io.weft.overlay.records.DriverKind;
import io.weft.overlay.records.HostRecord;
import io.weft.security.identity.NodeId;
import io.weft.security.tunnel.KeyExchange;
import io.weft.security.tunnel.SaKeys;
import io.weft.security.tunnel.TunnelKeyConfig;
import io.weft.security.tunnel.TunnelKeyCore;
import io.weft.security.tunnel.TunnelKeyEffects;
import io.weft.security.tunnel.TunnelKeyInput;
import io.weft.security.tunnel.TunnelKeyStatus;
import io.weft.vxlan.desired.SecurityAssociation;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The security associations with each peer, as the planner needs them.
 *
 * <p>A message of the key exchange that follows a new inbound association waits until the data
 * plane has said that it applied the plan with that association: else the peer could send on it too
 * early, and frames were lost (INV-SEC-3).
 */
final class TunnelDesk implements TunnelKeyEffects {
  /** The most messages that wait for the data plane; older ones are dropped, the core repeats. */
  static final int MAX_HELD = 1024;

  private static final class Tunnel {
    /** The peer's tunnel address that the associations are for. */
    @Nullable InetAddress madeFor;

    /** Whether the key core was told of the peer's link. */
    boolean up;

    final TreeMap<Integer, SecurityAssociation> inbound = new TreeMap<>();
    @Nullable SecurityAssociation outbound;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Held(long planVersion, NodeId peer, byte[] payload) {}

  private final HostContext context;
  private final Directory directory;
  private final Links links;
  private final TunnelKeyCore core;
  private final TreeMap<NodeId, Tunnel> tunnels = new TreeMap<>();
  private final Deque<Held> held = new ArrayDeque<>();

  /** Peers that have no tunnel because another has their address. */
  private final TreeSet<NodeId> displaced = new TreeSet<>();

  private boolean installed;
  private long appliedVersion;
  private long plannedVersion;

  TunnelDesk(HostContext context, Directory directory, Links links, KeyExchange exchange) {
    this.context = context;
    this.directory = directory;
    this.links = links;
    this.core =
        new TunnelKeyCore(context.self, TunnelKeyConfig.defaults(), exchange, context.random);
  }

  /** Brings the key core in line with what links and host records say of a peer now. */
  void refresh(NodeId peer) {
    HostRecord host = directory.host(peer);
    boolean clear =
        context.options.driver() == DriverKind.CLEAR
            || (host != null && host.driver() == DriverKind.CLEAR);
    Tunnel tunnel = tunnels.get(peer);
    if (clear && tunnel != null) {
      gone(peer);
    }
    if (host == null || clear || displaced.contains(peer)) {
      return;
    }
    boolean moved = tunnel != null && !host.vtep().equals(tunnel.madeFor);
    if (moved) {
      gone(peer);
      tunnel = null;
    }
    boolean linked = links.isUp(peer);
    if (tunnel == null && !linked) {
      return;
    }
    if (tunnel == null) {
      tunnel = new Tunnel();
      tunnel.madeFor = host.vtep();
      tunnels.put(peer, tunnel);
    }
    if (linked != tunnel.up) {
      tunnel.up = linked;
      step(linked ? new TunnelKeyInput.PeerUp(peer) : new TunnelKeyInput.PeerDown(peer));
    }
  }

  /** The peer has left, or is forgotten, or moved: its keys are of no use any more. */
  void gone(NodeId peer) {
    if (tunnels.containsKey(peer)) {
      step(new TunnelKeyInput.PeerGone(peer));
      tunnels.remove(peer);
      held.removeIf(h -> h.peer().equals(peer));
      context.planIsStale();
    }
  }

  /**
   * Drops the associations that the last plan could not take in. A plan that leaves one out takes
   * it from the kernel, and if it came back later the kernel would count its packets from one
   * again: so it must never come back (INV-SEC-2). Who moved gets a new exchange at once, who lost
   * its address to another when it has one of its own again.
   */
  void heed(List<Finding> findings) {
    TreeSet<NodeId> losers = new TreeSet<>();
    TreeSet<NodeId> moved = new TreeSet<>();
    for (Finding finding : findings) {
      switch (finding) {
        case Finding.SharedTunnelAddress f -> losers.add(f.loser());
        case Finding.StaleKeys f -> moved.add(f.peer());
        case Finding.ForeignClaim f -> {}
        case Finding.AddressConflict f -> {}
        case Finding.OutsideNetwork f -> {}
        case Finding.WrongVni f -> {}
        case Finding.UnknownNetwork f -> {}
        case Finding.NoTunnelAddress f -> {}
        case Finding.MtuTooSmall f -> {}
        case Finding.MacConflict f -> {}
      }
    }
    TreeSet<NodeId> again = new TreeSet<>(displaced);
    again.removeAll(losers);
    again.addAll(moved);
    displaced.clear();
    displaced.addAll(losers);
    losers.forEach(this::gone);
    moved.forEach(this::gone);
    again.forEach(this::refresh);
  }

  void message(NodeId peer, byte[] payload) {
    Tunnel tunnel = tunnels.get(peer);
    if (tunnel != null && tunnel.up) {
      step(new TunnelKeyInput.Message(peer, payload));
    }
  }

  void carried(InetAddress peerAddress, long packets, long bytes) {
    for (var entry : new ArrayList<>(tunnels.entrySet())) {
      if (peerAddress.equals(entry.getValue().madeFor)) {
        step(new TunnelKeyInput.Sent(entry.getKey(), packets, bytes));
      }
    }
  }

  void rekey(@Nullable NodeId peer) {
    step(new TunnelKeyInput.Rekey(peer));
  }

  void timer() {
    step(new TunnelKeyInput.Timer());
  }

  private void step(TunnelKeyInput input) {
    core.step(context.now(), input, this);
  }

  long nextDeadlineNanos() {
    return core.nextDeadlineNanos();
  }

  List<TunnelKeyStatus> statuses() {
    return core.statuses();
  }

  PeerKeys keys(NodeId peer) {
    Tunnel tunnel = tunnels.get(peer);
    return tunnel == null
        ? PeerKeys.NONE
        : new PeerKeys(tunnel.madeFor, List.copyOf(tunnel.inbound.values()), tunnel.outbound);
  }

  /** The plan of this step was made, as this version (or it was the same as the one before). */
  void planned(long version) {
    plannedVersion = version;
    installed = false;
    // An association that the planner left out (the peer's host record is gone) is in no version.
    List<Held> waiting = List.copyOf(held);
    held.clear();
    waiting.forEach(
        h -> held.add(new Held(Math.min(h.planVersion(), version), h.peer(), h.payload())));
    release();
  }

  /** The data plane has applied a plan. */
  void applied(long version) {
    appliedVersion = Math.max(appliedVersion, version);
    release();
  }

  private void release() {
    while (!held.isEmpty() && held.getFirst().planVersion() <= appliedVersion) {
      Held next = held.removeFirst();
      links.send(next.peer(), Channel.TUNNEL, next.payload());
    }
  }

  @Override
  public void send(NodeId peer, byte[] payload) {
    if (!installed && held.isEmpty()) {
      links.send(peer, Channel.TUNNEL, payload);
      return;
    }
    if (held.size() >= MAX_HELD) {
      held.removeFirst();
    }
    // What was installed in this step is in the next plan.
    held.addLast(new Held(plannedVersion + (installed ? 1 : 0), peer, payload));
  }

  @Override
  public void installInbound(NodeId peer, SaKeys keys) {
    Tunnel tunnel = tunnels.get(peer);
    if (tunnel != null) {
      tunnel.inbound.put(keys.spi(), association(keys));
      installed = true;
      context.planIsStale();
    }
  }

  @Override
  public void useOutbound(NodeId peer, SaKeys keys) {
    Tunnel tunnel = tunnels.get(peer);
    if (tunnel != null) {
      boolean first = tunnel.outbound == null;
      tunnel.outbound = association(keys);
      context.planIsStale();
      context.event(
          first ? "tunnel-up" : "key-rotated",
          directory.nameOf(peer),
          first ? "keys agreed with the peer" : "new keys agreed with the peer");
    }
  }

  @Override
  public void removeInbound(NodeId peer, int spi) {
    Tunnel tunnel = tunnels.get(peer);
    if (tunnel != null && tunnel.inbound.remove(spi) != null) {
      context.planIsStale();
    }
  }

  @Override
  public void removeOutbound(NodeId peer, int spi) {
    Tunnel tunnel = tunnels.get(peer);
    SecurityAssociation outbound = tunnel == null ? null : tunnel.outbound;
    if (tunnel != null && outbound != null && outbound.spi() == spi) {
      tunnel.outbound = null;
      context.planIsStale();
      context.event("tunnel-down", directory.nameOf(peer), "the peer is gone and its keys with it");
    }
  }

  private static SecurityAssociation association(SaKeys keys) {
    return new SecurityAssociation(keys.spi(), keys.key32(), keys.salt4());
  }
}
