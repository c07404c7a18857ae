package io.weft.vxlan.xfrm;

import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.kernel.KernelException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the kernel's associations and policies to the desired tunnels. Not safe for use by several
 * threads at once.
 *
 * <p>It fails closed (INV-SEC-1): {@link #guard} blocks VXLAN's port in both directions and
 * families before any device comes up; a tunnel only ever adds an exception above that. What takes
 * an exception away leaves the block.
 *
 * <p>An association that this object added once is never added again under the same SPI
 * (INV-SEC-2): its sequence would begin anew, which repeats nonces outbound and forgets the replay
 * window inbound. When somebody has removed it, the report says so until keys are agreed anew.
 *
 * <p>What a former run left is no longer known by its keys, but still in use by the peers
 * (INV-NET-4). It stays until new keys have taken its place: outbound until there is another to
 * send with, inbound until the peer has sent with another. Peers that are not known yet are waited
 * for until {@link #forgetUnknownPeers}.
 */
public final class XfrmReconciler {

  private static final IpPrefix ANY_IPV4 = IpPrefix.parse("0.0.0.0/0");
  private static final IpPrefix ANY_IPV6 = IpPrefix.parse("::/0");

  /** What names an association on the wire. */
  private record Id(InetAddress destination, int spi) {}

  private final Xfrm xfrm;
  private final InetAddress local;
  private final int vxlanPort;
  private final int espUdpPort;
  private final Set<Id> added = new HashSet<>();
  private final Set<Id> inherited = new HashSet<>();
  private final Set<InetAddress> knownPeers = new HashSet<>();
  private boolean looked;
  private boolean waitForUnknownPeers = true;

  /**
   * Makes one.
   *
   * @param local this host's underlay address
   * @param vxlanPort what is protected
   * @param espUdpPort this host's port of ESP in UDP
   */
  public XfrmReconciler(Xfrm xfrm, InetAddress local, int vxlanPort, int espUdpPort) {
    this.xfrm = xfrm;
    this.local = local;
    this.vxlanPort = vxlanPort;
    this.espUdpPort = espUdpPort;
  }

  /**
   * Blocks clear frames, in and out, IPv4 and IPv6. Before the first VXLAN device comes up.
   *
   * @throws KernelException when it cannot: then no device may come up
   */
  public void guard() {
    Set<Policy> present = new HashSet<>(xfrm.policies());
    for (Policy block : blocks()) {
      if (!present.contains(block)) {
        xfrm.put(block);
      }
    }
  }

  /** Takes all of Weft's associations and policies away; after the last VXLAN device is gone. */
  public void removeAll() {
    xfrm.policies().forEach(xfrm::remove);
    xfrm.associations().forEach(sa -> xfrm.removeAssociation(sa.destination(), sa.spi()));
    added.clear();
    inherited.clear();
    looked = true;
  }

  /** From the next reconcile on, what a former run left for peers that never came is removed. */
  public void forgetUnknownPeers() {
    waitForUnknownPeers = false;
  }

  private List<Policy> blocks() {
    List<Policy> blocks = new ArrayList<>();
    for (Direction direction : Direction.values()) {
      for (IpPrefix any : List.of(ANY_IPV4, ANY_IPV6)) {
        blocks.add(new Policy(direction, any, any, vxlanPort, new Policy.Block()));
      }
    }
    return blocks;
  }

  /**
   * Applies the difference: blocks, then what we accept, then what we send with, then what is stale
   * goes. Every change is tried, also after one has failed.
   *
   * @throws KernelException when the kernel does not answer at all
   */
  public XfrmReport reconcile(List<DesiredTunnel> tunnels) {
    Run run = new Run();
    Set<Policy> wantedPolicies = new HashSet<>(blocks());
    Map<Id, SaSpec> wanted = new LinkedHashMap<>();
    Set<Policy> presentPolicies = new HashSet<>(xfrm.policies());
    Map<Id, SaState> present = new LinkedHashMap<>();
    xfrm.associations().forEach(sa -> present.put(new Id(sa.destination(), sa.spi()), sa));
    blocks().forEach(block -> run.put(block, presentPolicies));
    for (DesiredTunnel tunnel : tunnels) {
      for (SecurityAssociation inbound : tunnel.inbound()) {
        run.add(inbound(tunnel, inbound), present, wanted);
      }
      if (!tunnel.inbound().isEmpty()) {
        Policy accept = policy(Direction.IN, tunnel.peer(), local, new Policy.Protect(0));
        wantedPolicies.add(accept);
        run.put(accept, presentPolicies);
      }
      SecurityAssociation outbound = tunnel.outbound();
      if (outbound != null && run.add(outbound(tunnel, outbound), present, wanted)) {
        Policy send =
            policy(Direction.OUT, local, tunnel.peer(), new Policy.Protect(outbound.spi()));
        wantedPolicies.add(send);
        run.put(send, presentPolicies);
      }
    }
    Set<Id> keep = new HashSet<>(wanted.keySet());
    for (SaState sa : stillInherited(tunnels, present, wanted.keySet())) {
      keep.add(new Id(sa.destination(), sa.spi()));
      Direction direction = sa.source().equals(local) ? Direction.OUT : Direction.IN;
      wantedPolicies.add(
          policy(direction, sa.source(), sa.destination(), new Policy.Protect(sa.spi())));
    }
    removeStale(run, wantedPolicies, presentPolicies, keep, present);
    added.retainAll(wanted.keySet());
    return new XfrmReport(run.changes, run.failures);
  }

  /** What a former run left and is still needed. */
  private List<SaState> stillInherited(
      List<DesiredTunnel> tunnels, Map<Id, SaState> present, Set<Id> wanted) {
    if (!looked) {
      inherited.addAll(present.keySet());
      looked = true;
    }
    inherited.retainAll(present.keySet());
    inherited.removeAll(wanted);
    Map<InetAddress, DesiredTunnel> byPeer = new HashMap<>();
    tunnels.forEach(tunnel -> byPeer.put(tunnel.peer(), tunnel));
    inherited.removeIf(id -> !isNeeded(present.get(id), byPeer, present));
    knownPeers.addAll(byPeer.keySet());
    return inherited.stream().map(present::get).filter(Objects::nonNull).toList();
  }

  private boolean isNeeded(
      @Nullable SaState sa, Map<InetAddress, DesiredTunnel> byPeer, Map<Id, SaState> present) {
    if (sa == null) {
      return false;
    }
    boolean outbound = sa.source().equals(local);
    if (!outbound && !sa.destination().equals(local)) {
      return false; // of an address that this host no longer has
    }
    InetAddress peer = outbound ? sa.destination() : sa.source();
    DesiredTunnel tunnel = byPeer.get(peer);
    if (tunnel == null) {
      return waitForUnknownPeers && !knownPeers.contains(peer);
    }
    if (outbound) {
      return tunnel.outbound() == null;
    }
    for (SecurityAssociation newer : tunnel.inbound()) {
      SaState there = present.get(new Id(local, newer.spi()));
      if (there != null && there.packets() > 0) {
        return false;
      }
    }
    return true;
  }

  private void removeStale(
      Run run,
      Set<Policy> wantedPolicies,
      Set<Policy> presentPolicies,
      Set<Id> wanted,
      Map<Id, SaState> present) {
    Set<Policy> kept = new HashSet<>();
    wantedPolicies.forEach(policy -> kept.add(policy.withRule(new Policy.Block())));
    for (Policy policy : presentPolicies) {
      // A policy of the same selector with another SPI has just been replaced in place.
      if (!kept.contains(policy.withRule(new Policy.Block()))) {
        run.attempt(() -> xfrm.remove(policy));
      }
    }
    for (Id id : present.keySet()) {
      if (!wanted.contains(id)) {
        run.attempt(() -> xfrm.removeAssociation(id.destination(), id.spi()));
      }
    }
  }

  private Policy policy(
      Direction direction, InetAddress source, InetAddress destination, Policy.Rule rule) {
    return new Policy(
        direction, IpPrefix.host(source), IpPrefix.host(destination), vxlanPort, rule);
  }

  private SaSpec inbound(DesiredTunnel tunnel, SecurityAssociation keys) {
    UdpEncapsulation udp =
        tunnel.encapsulation() == Encapsulation.ESP_IN_UDP
            ? new UdpEncapsulation(tunnel.udpPort(), espUdpPort)
            : null;
    return new SaSpec(tunnel.peer(), local, vxlanPort, keys, udp);
  }

  private SaSpec outbound(DesiredTunnel tunnel, SecurityAssociation keys) {
    UdpEncapsulation udp =
        tunnel.encapsulation() == Encapsulation.ESP_IN_UDP
            ? new UdpEncapsulation(espUdpPort, tunnel.udpPort())
            : null;
    return new SaSpec(local, tunnel.peer(), vxlanPort, keys, udp);
  }

  /** One reconcile's attempts. */
  private final class Run {

    private int changes;
    private final List<String> failures = new ArrayList<>();

    private void put(Policy policy, Set<Policy> present) {
      if (!present.contains(policy)) {
        attempt(() -> xfrm.put(policy));
      }
    }

    /** Sees to it that the association is there; false when it is not. */
    private boolean add(SaSpec spec, Map<Id, SaState> present, Map<Id, SaSpec> wanted) {
      Id id = new Id(spec.destination(), spec.keys().spi());
      wanted.put(id, spec);
      SaState there = present.get(id);
      if (there != null
          && there.source().equals(spec.source())
          && Objects.equals(there.encapsulation(), spec.encapsulation())) {
        added.add(id);
        return true;
      }
      if (there != null || added.contains(id)) {
        failures.add(
            "the security association 0x%08x to ".formatted(spec.keys().spi())
                + spec.destination().getHostAddress()
                + " was removed or changed by somebody else: new keys must be agreed");
        return false;
      }
      if (attempt(() -> xfrm.add(spec))) {
        added.add(id);
        return true;
      }
      return false;
    }

    private boolean attempt(Runnable change) {
      changes++;
      try {
        change.run();
        return true;
      } catch (KernelException refused) {
        failures.add(String.valueOf(refused.getMessage()));
        return false;
      }
    }
  }
}
