package io.weft.simulator.fleet;

import io.weft.overlay.agent.PlanFailure;
import io.weft.overlay.agent.WireOrder;
import io.weft.simulator.world.World;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.reconcile.ReconcileReport;
import io.weft.vxlan.reconcile.Reconciler;
import io.weft.vxlan.testing.ModelKernel;
import io.weft.vxlan.xfrm.Direction;
import io.weft.vxlan.xfrm.Policy;
import io.weft.vxlan.xfrm.SaSpec;
import io.weft.vxlan.xfrm.XfrmReconciler;
import io.weft.vxlan.xfrm.XfrmReport;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A host's kernel with the production reconcilers before it, in the order of the kernel driver:
 * guard, associations, networks. It outlives the process, but not the machine's power.
 */
final class HostKernel {
  static final int VXLAN_PORT = 7943;
  static final int ESP_PORT = 7942;
  private static final String ALIAS = "weft endpoint ";
  private static final int GUARDS = 4;

  /** As the agent's worker: a former run's peers that are not known again by then are dropped. */
  private static final long KNOWN_AGAIN_NANOS = 300_000_000_000L;

  /** An endpoint's interfaces. */
  record Port(String endpointId, int namespace, ModelKernel inside, WireOrder order) {}

  private final Reconciler reconciler = new Reconciler(VXLAN_PORT, true);
  private final World world;
  private final Watch watch;
  private final FleetXfrm xfrm;
  private ModelKernel kernel = new ModelKernel();
  private @Nullable XfrmReconciler associations;
  private InetAddress local;
  private final SortedMap<String, Port> ports = new TreeMap<>();
  private int nextNamespace = 1;
  private long openedNanos;
  private long version;
  private @Nullable KernelState dumped;
  private long dumpedVersion = -1;
  private final TreeSet<String> keysSeen = new TreeSet<>();

  /** Who is told of what must not be. */
  interface Watch {
    void broken(String invariant, String detail);
  }

  HostKernel(World world, InetAddress local, Watch watch) {
    this.world = world;
    this.local = local;
    this.watch = watch;
    this.xfrm = new FleetXfrm(this::associationAdded);
  }

  private void associationAdded(SaSpec sa) {
    String way = sa.source().equals(local) ? "out" : "in";
    boolean fresh = keysSeen.add(way + java.util.HexFormat.of().formatHex(sa.keys().key32()));
    if (!fresh) {
      watch.broken("INV-SEC-2", sa.keys() + " was added a second time: its sequence begins anew");
    }
  }

  /** The process opens the data plane. */
  void opened(InetAddress address) {
    local = address;
    openedNanos = world.nowNanos();
    XfrmReconciler made = new XfrmReconciler(xfrm, address, VXLAN_PORT, ESP_PORT);
    associations = made;
    if (kernel.links().stream().anyMatch(l -> DeviceNames.vniOfVxlan(l.name()).isPresent())) {
      made.guard();
    }
  }

  /** The machine loses power. */
  void powerLost() {
    kernel = new ModelKernel();
    xfrm.clear();
    ports.clear();
    associations = null;
    version++;
  }

  /** Says what failed. */
  List<PlanFailure> apply(DesiredState desired) {
    XfrmReconciler ipsec = associations;
    if (ipsec == null) {
      return List.of(new PlanFailure(null, "the data plane is not open"));
    }
    version++;
    if (desired.networks().isEmpty() && desired.tunnels().isEmpty()) {
      ReconcileReport gone = reconciler.reconcile(kernel, VxlanFactory.IN_PLACE, desired);
      if (gone.converged()) {
        ipsec.removeAll();
      }
      checkGuarded();
      return failures(gone);
    }
    ipsec.guard();
    if (world.nowNanos() - openedNanos > KNOWN_AGAIN_NANOS) {
      ipsec.forgetUnknownPeers();
    }
    XfrmReport _ = ipsec.reconcile(desired.tunnels()); // what fails there is tried again
    checkGuarded();
    ReconcileReport devices = reconciler.reconcile(kernel, VxlanFactory.IN_PLACE, desired);
    checkGuarded();
    if (devices.converged()) {
      var again = reconciler.plan(desired, kernel.dump());
      if (!again.changes().isEmpty()) {
        watch.broken("INV-NET-3", "a second reconcile would change " + again.changes());
      }
    }
    return failures(devices);
  }

  private static List<PlanFailure> failures(ReconcileReport report) {
    List<PlanFailure> failures = new ArrayList<>();
    report.plan().conflicts().forEach(c -> failures.add(new PlanFailure(c.device(), c.text())));
    report
        .failures()
        .forEach(f -> failures.add(new PlanFailure(f.change().device(), f.toString())));
    return failures;
  }

  /** INV-SEC-1: no VXLAN device is up without the blocks in front of it. */
  private void checkGuarded() {
    boolean up =
        kernel.links().stream()
            .anyMatch(l -> l.up() && DeviceNames.vniOfVxlan(l.name()).isPresent());
    long guards = xfrm.policies().stream().filter(p -> p.rule() instanceof Policy.Block).count();
    if (up && guards < GUARDS) {
      watch.broken("INV-SEC-1", "a VXLAN device is up behind " + guards + " of 4 blocks");
    }
  }

  /** Makes an endpoint's interfaces; null, or why not. */
  @Nullable String attach(WireOrder order) {
    version++;
    String name = DeviceNames.port(order.endpointId());
    if (kernel.link(name).isPresent()) {
      return "endpoint " + order.endpointId() + " is attached already";
    }
    int namespace = nextNamespace++;
    ModelKernel inside = new ModelKernel();
    kernel.makeKnown(namespace, inside);
    kernel.change(
        new KernelChange.CreateVeth(
            new VethSpec(
                name,
                ALIAS + order.endpointId(),
                order.mtu(),
                order.ifName(),
                order.mac(),
                namespace)));
    inside.change(new KernelChange.SetUp(order.ifName(), true));
    String bridge = DeviceNames.bridge(order.vni());
    if (kernel.link(bridge).isPresent()) {
      kernel.change(new KernelChange.SetMaster(name, bridge));
    }
    kernel.change(new KernelChange.SetUp(name, true));
    ports.put(order.endpointId(), new Port(order.endpointId(), namespace, inside, order));
    return null;
  }

  void detach(String endpointId) {
    version++;
    kernel.apply(List.of(new KernelChange.DeleteLink(DeviceNames.port(endpointId))));
    ports.remove(endpointId);
  }

  /** The endpoints that have interfaces. */
  SortedMap<String, Port> ports() {
    return ports;
  }

  InetAddress local() {
    return local;
  }

  FleetXfrm xfrm() {
    return xfrm;
  }

  /** Rises with each change. */
  long version() {
    return version;
  }

  LinkState link(String name) {
    return kernel.link(name).orElse(NO_LINK);
  }

  private static final LinkState NO_LINK =
      new LinkState(0, "", "", 0, null, false, null, false, "", null, null, null);

  List<LinkState> links() {
    return kernel.links();
  }

  KernelState dump() {
    KernelState state = dumped;
    if (state == null || dumpedVersion != version) {
      state = kernel.dump();
      dumped = state;
      dumpedVersion = version;
    }
    return state;
  }

  /** Which policy stands for a packet to the VXLAN port; null: none, it goes in clear. */
  Policy.@Nullable Rule rule(Direction direction, InetAddress source, InetAddress destination) {
    Policy.Rule found = null;
    for (Policy policy : xfrm.policies()) {
      if (policy.direction() == direction
          && covers(policy.source(), source)
          && covers(policy.destination(), destination)) {
        if (policy.rule() instanceof Policy.Protect) {
          return policy.rule();
        }
        found = policy.rule();
      }
    }
    return found;
  }

  private static boolean covers(io.weft.vxlan.desired.IpPrefix prefix, InetAddress address) {
    if (prefix.isIpv6() != (address.getAddress().length == 16)) {
      return false;
    }
    return prefix.length() == 0 || prefix.address().equals(address);
  }

  /** INV-NET-5: whether every port hangs on the bridge of its own network, and no other. */
  void checkNetworks(SortedMap<String, Integer> vniOfEndpoint) {
    for (Port port : ports.values()) {
      String master = link(DeviceNames.port(port.endpointId())).master();
      Integer vni = vniOfEndpoint.get(port.endpointId());
      if (master != null && vni != null && !master.equals(DeviceNames.bridge(vni))) {
        watch.broken(
            "INV-NET-5", "endpoint " + port.endpointId() + " of VNI " + vni + " is on " + master);
      }
    }
    for (LinkState link : kernel.links()) {
      var vni = DeviceNames.vniOfVxlan(link.name());
      String master = link.master();
      if (vni.isPresent() && master != null && !master.equals(DeviceNames.bridge(vni.getAsInt()))) {
        watch.broken("INV-NET-5", link.name() + " is a port of " + master);
      }
    }
  }

  /** The MAC of an endpoint's interface. */
  static MacAddress mac(Port port) {
    return port.order().mac();
  }
}
