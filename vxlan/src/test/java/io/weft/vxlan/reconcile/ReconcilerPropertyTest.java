package io.weft.vxlan.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.DesiredNetwork;
import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.LocalPort;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.desired.RemoteEndpoint;
import io.weft.vxlan.kernel.BridgeFdbEntry;
import io.weft.vxlan.kernel.FdbEntry;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.KernelState;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.Neighbour;
import io.weft.vxlan.kernel.VethSpec;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.kernel.VxlanSpec;
import io.weft.vxlan.testing.ModelKernel;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** INV-NET-2 and INV-NET-3 on the model kernel, from any state to any other. */
class ReconcilerPropertyTest {

  private static final InetAddress HERE = InetAddress.ofLiteral("10.99.0.1");
  private static final List<String> FOREIGN =
      List.of("docker0", "vxlan100", "wfb007", "wfx99999999");
  private final Reconciler reconciler = new Reconciler(7943, true);

  @Property
  void anyStateBecomesTheDesiredOneInOneRunAndASecondChangesNothing(
      @ForAll long before, @ForAll long after, @ForAll long damage) {
    ModelKernel kernel = new ModelKernel();
    foreign(kernel);
    endpoints(kernel);
    List<LinkState> foreignBefore = foreignLinks(kernel);
    reconciler.reconcile(kernel, VxlanFactory.IN_PLACE, desired(new Random(before)));
    damage(kernel, new Random(damage));
    DesiredState desired = desired(new Random(after));

    ReconcileReport report = reconciler.reconcile(kernel, VxlanFactory.IN_PLACE, desired);

    assertThat(report.failures()).isEmpty();
    assertAsDesired(kernel.dump(), desired);
    assertThat(reconciler.plan(desired, kernel.dump()).changes()).isEmpty();
    assertThat(foreignLinks(kernel)).isEqualTo(foreignBefore);
    assertThat(kernel.link("wfe00000000002")).isPresent();
    assertThat(kernel.dump().fdb())
        .contains(new FdbEntry("vxlan100", mac(1), InetAddress.ofLiteral("10.99.0.9")));
  }

  private static void foreign(ModelKernel kernel) {
    kernel.change(new KernelChange.CreateBridge("docker0", 1500));
    kernel.change(new KernelChange.CreateBridge("wfb007", 1500));
    kernel.change(new KernelChange.CreateBridge("wfx99999999", 1500));
    kernel.createVxlan(new VxlanSpec("vxlan100", 100, HERE, 4789, 1450, false));
    kernel.change(
        new KernelChange.PutFdb(
            new FdbEntry("vxlan100", mac(1), InetAddress.ofLiteral("10.99.0.9"))));
  }

  private static void endpoints(ModelKernel kernel) {
    for (int i = 1; i <= 3; i++) {
      kernel.change(
          new KernelChange.CreateVeth(
              new VethSpec(port(i).deviceName(), "", 1500, "far" + i, null, -1)));
    }
  }

  private static List<LinkState> foreignLinks(ModelKernel kernel) {
    return kernel.links().stream().filter(link -> FOREIGN.contains(link.name())).toList();
  }

  private static LocalPort port(int number) {
    return new LocalPort("0000000000" + number);
  }

  private static MacAddress mac(int number) {
    return new MacAddress(0x0200_0000_0000L + number);
  }

  private static DesiredState desired(RandomGenerator random) {
    List<DesiredNetwork> networks = new ArrayList<>();
    for (int vni = 1; vni <= 3; vni++) {
      if (random.nextInt(4) == 0) {
        continue;
      }
      List<LocalPort> ports = random.nextBoolean() ? List.of(port(vni)) : List.of();
      List<RemoteEndpoint> remotes = new ArrayList<>();
      TreeSet<Integer> numbers = new TreeSet<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        numbers.add(1 + random.nextInt(8));
      }
      for (int number : numbers) {
        List<InetAddress> ips = new ArrayList<>();
        ips.add(InetAddress.ofLiteral("10.0." + vni + "." + number));
        if (random.nextBoolean()) {
          ips.add(InetAddress.ofLiteral("fd00::" + number));
        }
        remotes.add(new RemoteEndpoint(mac(number), ips, vtep(random)));
      }
      List<InetAddress> flood = random.nextBoolean() ? List.of(vtep(random)) : List.of();
      int mtu = 1400 + 10 * random.nextInt(3);
      networks.add(new DesiredNetwork(vni, mtu, ports, remotes, flood));
    }
    return new DesiredState(HERE, networks, List.of());
  }

  private static InetAddress vtep(RandomGenerator random) {
    return InetAddress.ofLiteral("10.99.0." + (2 + random.nextInt(4)));
  }

  /** What administrators and accidents do. */
  private static void damage(ModelKernel kernel, RandomGenerator random) {
    for (int i = random.nextInt(12); i > 0; i--) {
      int vni = 1 + random.nextInt(3);
      String vxlan = "wfx" + vni;
      MacAddress mac = mac(1 + random.nextInt(8));
      KernelChange change =
          switch (random.nextInt(10)) {
            case 0 -> new KernelChange.DeleteLink(vxlan);
            case 1 -> new KernelChange.DeleteLink("wfb" + vni);
            case 2 -> new KernelChange.SetUp(vxlan, false);
            case 3 -> new KernelChange.SetMaster(vxlan, random.nextBoolean() ? "docker0" : null);
            case 4 -> new KernelChange.PutFdb(new FdbEntry(vxlan, mac, vtep(random)));
            case 5 -> new KernelChange.RemoveBridgeFdb(vxlan, mac);
            case 6 ->
                new KernelChange.PutNeighbour(
                    new Neighbour(vxlan, InetAddress.ofLiteral("10.0.1." + i), mac));
            case 7 -> new KernelChange.SetMtu("wfb" + vni, 1280);
            case 8 -> new KernelChange.SetMaster(port(vni).deviceName(), "wfb" + vni);
            default ->
                new KernelChange.CreateVxlan(new VxlanSpec(vxlan, vni, HERE, 8472, 1300, false));
          };
      var _ = kernel.apply(List.of(change));
    }
  }

  private static void assertAsDesired(KernelState actual, DesiredState desired) {
    List<FdbEntry> fdb = new ArrayList<>();
    List<BridgeFdbEntry> stations = new ArrayList<>();
    List<Neighbour> neighbours = new ArrayList<>();
    TreeSet<String> devices = new TreeSet<>();
    for (DesiredNetwork network : desired.networks()) {
      String device = network.vxlanName();
      devices.add(device);
      devices.add(network.bridgeName());
      assertThat(actual.link(device).orElseThrow().master()).isEqualTo(network.bridgeName());
      assertThat(actual.link(device).orElseThrow().up()).isTrue();
      assertThat(actual.link(device).orElseThrow().mtu()).isEqualTo(network.mtu());
      for (LocalPort port : network.ports()) {
        assertThat(actual.link(port.deviceName()).orElseThrow().master())
            .isEqualTo(network.bridgeName());
      }
      for (RemoteEndpoint remote : network.remotes()) {
        fdb.add(new FdbEntry(device, remote.mac(), remote.vtep()));
        stations.add(new BridgeFdbEntry(device, remote.mac(), true));
        remote.ips().forEach(ip -> neighbours.add(new Neighbour(device, ip, remote.mac())));
      }
      network.floodTo().forEach(vtep -> fdb.add(new FdbEntry(device, MacAddress.ZERO, vtep)));
    }
    assertThat(actual.fdb().stream().filter(entry -> !entry.device().equals("vxlan100")))
        .containsExactlyInAnyOrderElementsOf(fdb);
    assertThat(actual.bridgeFdb()).containsExactlyInAnyOrderElementsOf(stations);
    assertThat(actual.neighbours()).containsExactlyInAnyOrderElementsOf(neighbours);
    assertThat(
            actual.links().stream()
                .map(LinkState::name)
                .filter(name -> name.startsWith("wfb") || name.startsWith("wfx"))
                .filter(name -> !FOREIGN.contains(name)))
        .containsExactlyInAnyOrderElementsOf(devices);
  }
}
