package io.weft.vxlan.driver;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.esp.AeadProvider;
import io.weft.vxlan.ffi.Errno;
import io.weft.vxlan.ffi.LibcException;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.VxlanSpec;
import io.weft.vxlan.netns.NetworkNamespace;
import io.weft.vxlan.user.UserEncryptor;
import io.weft.vxlan.user.UserEncryptor.PeerStats;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The {@code user} driver. It fails closed by construction (INV-SEC-1): each VXLAN device is made
 * in the encryptor's private namespace and then moved to the host's. Its UDP socket stays behind,
 * where the only link is the encryptor's TAP: frames have no other way out, and nothing on the
 * host's network can reach the socket.
 */
final class UserDataPlane implements DataPlane {
  private final DataPlaneConfig config;
  private final String why;
  private final UserEncryptor encryptor;
  private final NetworkNamespace hostNamespace;
  private final Kernel inside;
  private final NetworkApplier networks;
  private volatile @Nullable DesiredState last;
  private volatile int mtu;
  private boolean closed;

  private UserDataPlane(DataPlaneConfig config, String why, UserEncryptor encryptor, Kernel host) {
    this.config = config;
    this.why = why + "; AES-GCM by " + encryptor.cryptoName() + "; " + encryptor.offload();
    this.encryptor = encryptor;
    hostNamespace = NetworkNamespace.current();
    inside = LinuxKernel.open(encryptor.inside());
    networks = new NetworkApplier(host, this::createInside, config.vxlanPort());
  }

  static UserDataPlane open(DataPlaneConfig config, String why) {
    Kernel host = LinuxKernel.open();
    try {
      PortCheck.socketPort(host, config.local(), config.espUdpPort(), Setting.ESP_UDP_PORT);
      UserEncryptor encryptor = encryptor(config);
      try {
        UserDataPlane made = new UserDataPlane(config, why, encryptor, host);
        // They were made elsewhere, perhaps with a socket in the host's namespace: never adopted.
        made.networks.deleteVxlanDevices();
        NetworkApplier.deleteXfrm(config);
        return made;
      } catch (RuntimeException | Error e) {
        encryptor.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  private static UserEncryptor encryptor(DataPlaneConfig config) {
    try {
      return UserEncryptor.open(
          config.local(),
          config.espUdpPort(),
          config.vxlanPort(),
          AeadProvider.best(),
          config.superFrames());
    } catch (LibcException e) {
      if (e.errno() == Errno.EADDRINUSE) {
        throw new PortTakenException(config.espUdpPort(), "another socket", Setting.ESP_UDP_PORT);
      }
      if (e.errno() == Errno.EADDRNOTAVAIL) {
        throw new DriverUnavailableException(
            "no link of this host has the address " + config.local().getHostAddress(), e);
      }
      throw e;
    }
  }

  private void createInside(Kernel host, VxlanSpec spec) {
    inside.createVxlan(spec);
    try {
      inside.moveToNamespace(spec.name(), hostNamespace.fd());
    } catch (KernelException e) {
      inside.change(new KernelChange.DeleteLink(spec.name()));
      throw e;
    }
  }

  @Override
  public DriverKind kind() {
    return DriverKind.USER;
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
  public ApplyReport apply(DesiredState desired) {
    Setting.checkLocal(config, desired);
    // Keys first: when a device comes up, its peers can be heard and answered at once.
    encryptor.publish(desired.tunnels());
    last = desired;
    mtu = innerMtu(networks.underlayMtu(config.local()));
    return networks.apply(desired);
  }

  @Override
  public List<TunnelStats> tunnels() {
    DesiredState desired = last;
    if (desired == null) {
      return List.of();
    }
    return desired.tunnels().stream()
        .sorted(Comparator.comparing(DesiredTunnel::peer, AddressOrder.BY_OCTETS))
        .map(tunnel -> stats(tunnel))
        .toList();
  }

  private TunnelStats stats(DesiredTunnel tunnel) {
    InetAddress peer = tunnel.peer();
    SecurityAssociation out = tunnel.outbound();
    List<SecurityAssociation> in = tunnel.inbound();
    Optional<String> broken = encryptor.failure();
    PeerStats counted = encryptor.stats(peer).orElse(new PeerStats(0, 0, 0, 0, 0, 0, null));
    TunnelState state =
        broken.isPresent()
            ? TunnelState.DOWN
            : out != null && !in.isEmpty() ? TunnelState.UP : TunnelState.CONNECTING;
    return new TunnelStats(
        peer,
        DriverKind.USER,
        state,
        mtu,
        in.isEmpty() ? 0 : Integer.toUnsignedLong(in.getLast().spi()),
        out == null ? 0 : Integer.toUnsignedLong(out.spi()),
        counted.txPackets(),
        counted.rxPackets(),
        counted.txBytes(),
        counted.rxBytes(),
        counted.replayDrops(),
        counted.authDrops(),
        broken.isPresent() ? broken.get() : counted.lastError());
  }

  @Override
  public Optional<String> failure() {
    return encryptor.failure();
  }

  @Override
  public Set<String> ports() {
    return new TreeSet<>(Set.of("udp " + config.espUdpPort()));
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    // Not left to the kernel, which takes a namespace down only some time later.
    networks.deleteVxlanDevices();
    encryptor.close();
    inside.close();
    networks.close();
    hostNamespace.close();
  }
}
