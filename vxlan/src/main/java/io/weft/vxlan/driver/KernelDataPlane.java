package io.weft.vxlan.driver;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.xfrm.LinuxXfrm;
import io.weft.vxlan.xfrm.SaState;
import io.weft.vxlan.xfrm.Xfrm;
import io.weft.vxlan.xfrm.XfrmReconciler;
import io.weft.vxlan.xfrm.XfrmReport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The {@code kernel} driver: VXLAN devices in place, behind XFRM policies that let only ESP
 * through. The policies block clear frames before the first device comes up, and go after the last
 * has gone (INV-SEC-1).
 */
final class KernelDataPlane implements DataPlane {
  private static final int ESP_PROTOCOL = 50;

  /**
   * How long the peers of a former run may take to be known again before their keys are dropped.
   */
  private static final long KNOWN_AGAIN_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(5);

  /** What names an SA on the wire. */
  private record Id(InetAddress destination, int spi) {}

  private final DataPlaneConfig config;
  private final String why;
  private final Xfrm xfrm;
  private final XfrmReconciler associations;
  private final NetworkApplier networks;
  private final EncapsulationSocket encapsulation;
  private final Map<Id, SaState> seen = new HashMap<>();
  private @Nullable DesiredState last;
  private @Nullable String lastError;
  private int mtu;
  private final long openedNanos = System.nanoTime();
  private boolean closed;

  private KernelDataPlane(
      DataPlaneConfig config,
      String why,
      Kernel host,
      Xfrm xfrm,
      EncapsulationSocket encapsulation) {
    this.config = config;
    this.why = why;
    this.xfrm = xfrm;
    this.encapsulation = encapsulation;
    networks = new NetworkApplier(host, VxlanFactory.IN_PLACE, config.vxlanPort());
    associations =
        new XfrmReconciler(xfrm, config.local(), config.vxlanPort(), config.espUdpPort());
  }

  static KernelDataPlane open(DataPlaneConfig config, String why) {
    Kernel host = LinuxKernel.open();
    try {
      PortCheck.socketPort(host, config.local(), config.espUdpPort(), Setting.ESP_UDP_PORT);
      PortCheck.vxlanPort(host, config.vxlanPort(), Setting.VXLAN_PORT);
      EncapsulationSocket encapsulation =
          EncapsulationSocket.open(config.local(), config.espUdpPort());
      try {
        return adopt(new KernelDataPlane(config, why, host, LinuxXfrm.open(), encapsulation), host);
      } catch (RuntimeException | Error e) {
        encapsulation.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  /** Devices of a former run stay up: they are behind the policies before anything else is done. */
  private static KernelDataPlane adopt(KernelDataPlane made, Kernel host) {
    try {
      if (host.links().stream().anyMatch(l -> DeviceNames.vniOfVxlan(l.name()).isPresent())) {
        made.associations.guard();
      }
      return made;
    } catch (RuntimeException | Error e) {
      made.xfrm.close();
      throw e;
    }
  }

  @Override
  public DriverKind kind() {
    return DriverKind.KERNEL;
  }

  @Override
  public String why() {
    return why;
  }

  @Override
  public int innerMtu(int underlayMtu) {
    return EspOverhead.innerMtu(underlayMtu, config.local(), Encapsulation.ESP_IN_UDP);
  }

  @Override
  public synchronized ApplyReport apply(DesiredState desired) {
    Setting.checkLocal(config, desired);
    mtu = innerMtu(networks.underlayMtu(config.local()));
    last = desired;
    if (desired.networks().isEmpty() && desired.tunnels().isEmpty()) {
      ApplyReport gone = networks.apply(desired);
      if (gone.complete()) {
        associations.removeAll();
      }
      return gone;
    }
    // An exception here leaves no device up that was not guarded before.
    associations.guard();
    remember();
    if (System.nanoTime() - openedNanos > KNOWN_AGAIN_WITHIN_NANOS) {
      associations.forgetUnknownPeers();
    }
    XfrmReport keys = associations.reconcile(desired.tunnels());
    ApplyReport devices = networks.apply(desired);
    List<ApplyFailure> failures = new ArrayList<>();
    keys.failures().forEach(text -> failures.add(new ApplyFailure(null, text)));
    failures.addAll(devices.failures());
    lastError = keys.failures().isEmpty() ? null : keys.failures().getLast();
    return new ApplyReport(keys.changes() + devices.changes(), failures);
  }

  /** The kernel forgets an SA's counters with the SA: they are read before one can go. */
  private void remember() {
    xfrm.associations().forEach(sa -> seen.put(new Id(sa.destination(), sa.spi()), sa));
    DesiredState desired = last;
    if (desired != null) {
      Set<InetAddress> peers = new TreeSet<>(AddressOrder.BY_OCTETS);
      desired.tunnels().forEach(tunnel -> peers.add(tunnel.peer()));
      seen.values()
          .removeIf(sa -> !peers.contains(sa.destination()) && !peers.contains(sa.source()));
    }
  }

  @Override
  public synchronized List<TunnelStats> tunnels() {
    DesiredState desired = last;
    if (desired == null) {
      return List.of();
    }
    remember();
    return desired.tunnels().stream()
        .sorted(Comparator.comparing(DesiredTunnel::peer, AddressOrder.BY_OCTETS))
        .map(this::stats)
        .toList();
  }

  private TunnelStats stats(DesiredTunnel tunnel) {
    long txPackets = 0;
    long txBytes = 0;
    long rxPackets = 0;
    long rxBytes = 0;
    long replayDrops = 0;
    long authDrops = 0;
    for (SaState sa : seen.values()) {
      if (sa.destination().equals(tunnel.peer())) {
        txPackets += sa.packets();
        txBytes += sa.bytes();
      } else if (sa.source().equals(tunnel.peer())) {
        rxPackets += sa.packets();
        rxBytes += sa.bytes();
        replayDrops += sa.replayDrops();
        authDrops += sa.authDrops();
      }
    }
    SecurityAssociation out = tunnel.outbound();
    List<SecurityAssociation> in = tunnel.inbound();
    return new TunnelStats(
        tunnel.peer(),
        DriverKind.KERNEL,
        out != null && !in.isEmpty() ? TunnelState.UP : TunnelState.CONNECTING,
        mtu,
        in.isEmpty() ? 0 : Integer.toUnsignedLong(in.getLast().spi()),
        out == null ? 0 : Integer.toUnsignedLong(out.spi()),
        txPackets,
        rxPackets,
        txBytes,
        rxBytes,
        replayDrops,
        authDrops,
        lastError);
  }

  @Override
  public Set<String> ports() {
    return new TreeSet<>(Set.of("udp " + config.espUdpPort(), "ip protocol " + ESP_PROTOCOL));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    encapsulation.close();
    xfrm.close();
    networks.close();
  }
}
