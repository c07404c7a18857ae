package io.weft.vxlan.reconcile;

import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.kernel.BridgeSettings;
import io.weft.vxlan.kernel.ChangeFailure;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelException;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.PortSettings;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.kernel.VxlanSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings a host's bridges, VXLAN devices, forwarding entries and neighbours to what is desired.
 *
 * <p>The plan is a pure function of what is desired and what was dumped; the second plan after a
 * success is empty (INV-NET-3). A device is Weft's when it has one of the names of {@link
 * DeviceNames} and is of the right kind; a device of such a name and another kind is a conflict,
 * and stays as it is. Foreign ports of Weft's bridges stay too.
 *
 * <p>Order: first what is no longer desired goes (VXLAN device, then bridge); then for each network
 * bridge, VXLAN device, ports; then neighbours before forwarding entries for what is new, and
 * forwarding entries before neighbours for what is stale. Endpoints' devices are made and unmade by
 * attaching and detaching; here they only become ports, or are freed when they are no longer
 * desired, so that no endpoint sees a network that it is not in.
 */
public final class Reconciler {

  /** The bridge learns nothing behind a VXLAN device: who is there is known (INV-NET-2). */
  private static final PortSettings VXLAN_PORT = new PortSettings(false);

  private final int vxlanPort;
  private final boolean dontFragment;

  /**
   * Makes one.
   *
   * @param vxlanPort UDP port of all VXLAN devices
   * @param dontFragment whether outer IPv4 headers have DF set
   */
  public Reconciler(int vxlanPort, boolean dontFragment) {
    this.vxlanPort = vxlanPort;
    this.dontFragment = dontFragment;
  }

  /**
   * Dumps, plans and applies. Every change is tried, also after one has failed.
   *
   * @throws KernelException when the kernel does not answer at all
   */
  public ReconcileReport reconcile(Kernel kernel, VxlanFactory factory, DesiredState desired) {
    ReconcilePlan plan = plan(desired, kernel.dump());
    List<ChangeFailure> failures = new ArrayList<>();
    List<KernelChange> run = new ArrayList<>();
    for (KernelChange change : plan.changes()) {
      if (change instanceof KernelChange.CreateVxlan create) {
        failures.addAll(kernel.apply(run));
        run.clear();
        try {
          factory.create(kernel, create.spec());
        } catch (KernelException refused) {
          failures.add(new ChangeFailure(change, refused));
        }
      } else {
        run.add(change);
      }
    }
    failures.addAll(kernel.apply(run));
    return new ReconcileReport(plan, failures);
  }

  /** What has to change so that what was dumped becomes what is desired. */
  public ReconcilePlan plan(DesiredState desired, KernelState actual) {
    List<KernelChange> changes = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<Conflict> conflicts = new ArrayList<>();
    removeUndesired(desired, actual, changes);
    for (DesiredNetwork network : desired.networks()) {
      if (conflict(network.bridgeName(), LinkState.BRIDGE, actual, conflicts)
          || conflict(network.vxlanName(), LinkState.VXLAN, actual, conflicts)) {
        continue;
      }
      bridge(network, actual, changes);
      boolean fresh = vxlan(desired, network, actual, changes);
      ports(network, actual, changes, missing);
      new EntryPlan(network, actual, fresh).addTo(changes);
    }
    return new ReconcilePlan(changes, missing, conflicts);
  }

  private static boolean conflict(
      String name, String kind, KernelState actual, List<Conflict> conflicts) {
    LinkState link = actual.link(name).orElse(null);
    if (link == null || link.kind().equals(kind)) {
      return false;
    }
    String what = link.kind().isEmpty() ? "device without a kind" : "device of kind " + link.kind();
    conflicts.add(
        new Conflict(
            name,
            "device %s is a %s, not Weft's %s: rename or delete it, and the network will come up"
                .formatted(name, what, kind)));
    return true;
  }

  private static void removeUndesired(
      DesiredState desired, KernelState actual, List<KernelChange> changes) {
    Set<Integer> vnis = new HashSet<>();
    Set<String> ports = new HashSet<>();
    for (DesiredNetwork network : desired.networks()) {
      vnis.add(network.vni());
      network.ports().forEach(port -> ports.add(port.deviceName()));
    }
    Set<String> vxlans = new TreeSet<>();
    Set<String> bridges = new TreeSet<>();
    for (LinkState link : actual.links()) {
      String name = link.name();
      if (link.kind().equals(LinkState.VXLAN) && stale(DeviceNames.vniOfVxlan(name), vnis)) {
        vxlans.add(name);
      } else if (link.kind().equals(LinkState.BRIDGE)
          && stale(DeviceNames.vniOfBridge(name), vnis)) {
        bridges.add(name);
      }
    }
    vxlans.forEach(name -> changes.add(new KernelChange.DeleteLink(name)));
    for (LinkState link : actual.links()) {
      String master = link.master();
      if (master != null
          && isEndpointDevice(link)
          && !ports.contains(link.name())
          && DeviceNames.vniOfBridge(master).isPresent()) {
        changes.add(new KernelChange.SetMaster(link.name(), null));
      }
    }
    bridges.forEach(name -> changes.add(new KernelChange.DeleteLink(name)));
  }

  private static boolean stale(OptionalInt vni, Set<Integer> desired) {
    return vni.isPresent() && !desired.contains(vni.getAsInt());
  }

  private static boolean isEndpointDevice(LinkState link) {
    return DeviceNames.isPort(link.name()) && link.kind().equals(LinkState.VETH);
  }

  private static void bridge(
      DesiredNetwork network, KernelState actual, List<KernelChange> changes) {
    String name = network.bridgeName();
    LinkState link = actual.link(name).orElse(null);
    if (link == null) {
      changes.add(new KernelChange.CreateBridge(name, network.mtu()));
      changes.add(new KernelChange.NoIpv6Autoconf(name));
      // Set once more after its creation: only then does the bridge keep it whatever its ports
      // have.
      changes.add(new KernelChange.SetMtu(name, network.mtu()));
      changes.add(new KernelChange.SetUp(name, true));
      return;
    }
    if (!BridgeSettings.WEFT.equals(link.bridge())) {
      changes.add(new KernelChange.TuneBridge(name, BridgeSettings.WEFT));
    }
    common(link, network.mtu(), changes);
    if (!link.up()) {
      changes.add(new KernelChange.SetUp(name, true));
    }
  }

  private static void common(LinkState link, int mtu, List<KernelChange> changes) {
    if (link.ipv6Autoconf()) {
      changes.add(new KernelChange.NoIpv6Autoconf(link.name()));
    }
    if (link.mtu() != mtu) {
      changes.add(new KernelChange.SetMtu(link.name(), mtu));
    }
  }

  /** Plans the VXLAN device; true when its entries are lost, as it is made anew. */
  private boolean vxlan(
      DesiredState desired,
      DesiredNetwork network,
      KernelState actual,
      List<KernelChange> changes) {
    VxlanSpec spec =
        new VxlanSpec(
            network.vxlanName(),
            network.vni(),
            desired.localVtep(),
            vxlanPort,
            network.mtu(),
            dontFragment);
    LinkState link = actual.link(spec.name()).orElse(null);
    if (link != null && !spec.settings().equals(link.vxlan())) {
      changes.add(new KernelChange.DeleteLink(spec.name()));
      link = null;
    }
    if (link == null) {
      changes.add(new KernelChange.CreateVxlan(spec));
      changes.add(new KernelChange.NoIpv6Autoconf(spec.name()));
      attachVxlan(network, changes);
      changes.add(new KernelChange.SetUp(spec.name(), true));
      return true;
    }
    common(link, network.mtu(), changes);
    if (!network.bridgeName().equals(link.master())) {
      attachVxlan(network, changes);
    } else if (!VXLAN_PORT.equals(link.port())) {
      changes.add(new KernelChange.TunePort(link.name(), VXLAN_PORT));
    }
    if (!link.up()) {
      changes.add(new KernelChange.SetUp(spec.name(), true));
    }
    return false;
  }

  private static void attachVxlan(DesiredNetwork network, List<KernelChange> changes) {
    changes.add(new KernelChange.SetMaster(network.vxlanName(), network.bridgeName()));
    changes.add(new KernelChange.TunePort(network.vxlanName(), VXLAN_PORT));
  }

  private static void ports(
      DesiredNetwork network,
      KernelState actual,
      List<KernelChange> changes,
      List<String> missing) {
    for (LocalPort port : network.ports()) {
      LinkState link = actual.link(port.deviceName()).orElse(null);
      if (link == null || !isEndpointDevice(link)) {
        missing.add(port.deviceName());
        continue;
      }
      common(link, network.mtu(), changes);
      if (!Objects.equals(link.master(), network.bridgeName())) {
        changes.add(new KernelChange.SetMaster(link.name(), network.bridgeName()));
      }
      if (!link.up()) {
        changes.add(new KernelChange.SetUp(link.name(), true));
      }
    }
  }
}
