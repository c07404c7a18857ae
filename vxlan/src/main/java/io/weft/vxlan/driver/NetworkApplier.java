package io.weft.vxlan.driver;

import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.reconcile.ReconcileReport;
import io.weft.vxlan.reconcile.Reconciler;
import io.weft.vxlan.xfrm.LinuxXfrm;
import io.weft.vxlan.xfrm.Xfrm;
import io.weft.vxlan.xfrm.XfrmReconciler;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the drivers share: bridges, VXLAN devices and their entries in the host's namespace. */
final class NetworkApplier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkApplier.class);

  /** Outer packets must not be fragmented: a path that is too narrow has to show. */
  private static final boolean DONT_FRAGMENT = true;

  private final Kernel host;
  private final VxlanFactory factory;
  private final Reconciler reconciler;

  NetworkApplier(Kernel host, VxlanFactory factory, int vxlanPort) {
    this.host = host;
    this.factory = factory;
    reconciler = new Reconciler(vxlanPort, DONT_FRAGMENT);
  }

  ApplyReport apply(DesiredState desired) {
    ReconcileReport report = reconciler.reconcile(host, factory, desired);
    List<ApplyFailure> failures = new ArrayList<>();
    report.plan().conflicts().forEach(c -> failures.add(new ApplyFailure(c.device(), c.text())));
    report
        .failures()
        .forEach(f -> failures.add(new ApplyFailure(f.change().device(), f.toString())));
    return new ApplyReport(report.plan().changes().size(), failures);
  }

  /** Deletes VXLAN devices of a former run, when they cannot be adopted. */
  void deleteVxlanDevices() {
    host.links().stream()
        .filter(link -> link.vxlan() != null)
        .filter(link -> DeviceNames.vniOfVxlan(link.name()).isPresent())
        .forEach(link -> host.change(new KernelChange.DeleteLink(link.name())));
  }

  /**
   * The MTU of the link that carries an address, in the namespace of this object.
   *
   * @throws DriverUnavailableException when no link carries it
   */
  int underlayMtu(InetAddress local) {
    return host.addresses().stream()
        .filter(address -> address.prefix().address().equals(local))
        .findFirst()
        .flatMap(address -> host.link(address.device()))
        .orElseThrow(
            () ->
                new DriverUnavailableException(
                    "no link of this host has the address " + local.getHostAddress()))
        .mtu();
  }

  /**
   * Takes away what the {@code kernel} driver of a former run left to protect its devices: it would
   * block those of another driver. After those devices are gone, or where none are to be protected.
   */
  static void deleteXfrm(DataPlaneConfig config) {
    try (Xfrm xfrm = LinuxXfrm.open()) {
      new XfrmReconciler(xfrm, config.local(), config.vxlanPort(), config.espUdpPort()).removeAll();
    } catch (KernelException e) {
      // Without XFRM in the kernel there is nothing of it either.
      LOG.debug("No XFRM to clean up: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    host.close();
  }
}
