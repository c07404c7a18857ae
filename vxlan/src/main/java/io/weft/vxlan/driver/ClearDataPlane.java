package io.weft.vxlan.driver;

import io.weft.vxlan.desired.AddressOrder;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.VxlanFactory;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code clear} driver: plain VXLAN, readable and forgeable by everybody on the way. */
final class ClearDataPlane implements DataPlane {
  private static final Logger LOG = LoggerFactory.getLogger(ClearDataPlane.class);

  private final DataPlaneConfig config;
  private final String why;
  private final NetworkApplier networks;
  private volatile @Nullable DesiredState last;
  private volatile int mtu;

  private ClearDataPlane(DataPlaneConfig config, String why, Kernel host) {
    this.config = config;
    this.why = why;
    networks = new NetworkApplier(host, VxlanFactory.IN_PLACE, config.vxlanPort());
  }

  static ClearDataPlane open(DataPlaneConfig config, String why) {
    Kernel host = LinuxKernel.open();
    try {
      PortCheck.vxlanPort(host, config.vxlanPort(), Setting.VXLAN_PORT);
      LOG.warn(
          "NO ENCRYPTION: overlay frames of this host travel in clear on UDP port {}; whoever is on"
              + " the underlay can read and forge them",
          config.vxlanPort());
      NetworkApplier.deleteXfrm(config);
      return new ClearDataPlane(config, why, host);
    } catch (RuntimeException | Error e) {
      host.close();
      throw e;
    }
  }

  @Override
  public DriverKind kind() {
    return DriverKind.CLEAR;
  }

  @Override
  public String why() {
    return why;
  }

  @Override
  public int innerMtu(int underlayMtu) {
    return EspOverhead.innerMtu(underlayMtu, config.local(), null);
  }

  @Override
  public ApplyReport apply(DesiredState desired) {
    Setting.checkLocal(config, desired);
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
        .map(tunnel -> tunnel.peer())
        .sorted(AddressOrder.BY_OCTETS)
        .map(
            peer ->
                new TunnelStats(
                    peer, DriverKind.CLEAR, TunnelState.UP, mtu, 0, 0, 0, 0, 0, 0, 0, 0, null))
        .toList();
  }

  @Override
  public Set<String> ports() {
    return new TreeSet<>(Set.of("udp " + config.vxlanPort()));
  }

  @Override
  public void close() {
    networks.close();
  }
}
