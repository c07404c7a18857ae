package io.weft.vxlan.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link Kernel} does; the model and the real one must not differ here. */
abstract class KernelContractTest {

  private static final int PORT = 7943;
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:07");
  private static final InetAddress HERE = InetAddress.ofLiteral("10.99.0.1");
  private static final InetAddress THERE = InetAddress.ofLiteral("10.99.0.2");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("10.99.0.3");
  private static final VxlanSpec SPEC = new VxlanSpec("wfx7", 7, HERE, PORT, 1400, true);

  /** A kernel on an empty namespace. */
  abstract Kernel kernel();

  /** A second kernel, in which {@link #kernel()} knows {@link #otherFd()}. */
  abstract Kernel other();

  abstract int otherFd();

  @Test
  void aVxlanDeviceReportsTheSettingsItWasMadeWith() {
    kernel().createVxlan(SPEC);
    LinkState link = kernel().link("wfx7").orElseThrow();
    assertThat(link.kind()).isEqualTo(LinkState.VXLAN);
    assertThat(link.vxlan()).isEqualTo(SPEC.settings());
    assertThat(link.mtu()).isEqualTo(1400);
    assertThat(link.up()).isFalse();
  }

  @Test
  void aVxlanDeviceOverIpv6ReportsTheSettingsItWasMadeWith() {
    VxlanSpec spec = new VxlanSpec("wfx8", 8, InetAddress.ofLiteral("fd00::1"), PORT, 1380, false);
    kernel().createVxlan(spec);
    assertThat(kernel().link("wfx8").orElseThrow().vxlan()).isEqualTo(spec.settings());
  }

  @Test
  void aBridgeIsMadeDownWithoutStpAndSnooping() {
    kernel().change(new KernelChange.CreateBridge("wfb7", 1400));
    kernel().change(new KernelChange.NoIpv6Autoconf("wfb7"));
    LinkState link = kernel().link("wfb7").orElseThrow();
    assertThat(link.kind()).isEqualTo(LinkState.BRIDGE);
    assertThat(link.bridge()).isEqualTo(BridgeSettings.WEFT);
    assertThat(link.ipv6Autoconf()).isFalse();
    assertThat(link.up()).isFalse();
    kernel().change(new KernelChange.TuneBridge("wfb7", new BridgeSettings(false, true)));
    assertThat(kernel().link("wfb7").orElseThrow().bridge())
        .isEqualTo(new BridgeSettings(false, true));
  }

  @Test
  void aNameThatIsTakenIsRefusedAsExisting() {
    kernel().createVxlan(SPEC);
    assertThatThrownBy(() -> kernel().createVxlan(SPEC))
        .isInstanceOfSatisfying(
            KernelException.class,
            e -> assertThat(e.kind()).isEqualTo(KernelException.Kind.EXISTS));
  }

  @Test
  void aChangeToAMissingDeviceIsRefusedAsNotFoundAndTheOthersAreStillTried() {
    List<ChangeFailure> failures =
        kernel()
            .apply(
                List.of(
                    new KernelChange.SetUp("nowhere", true),
                    new KernelChange.PutNeighbour(new Neighbour("nowhere", THERE, MAC)),
                    new KernelChange.CreateVxlan(SPEC)));
    assertThat(failures)
        .extracting(failure -> failure.error().kind())
        .containsExactly(KernelException.Kind.NOT_FOUND, KernelException.Kind.NOT_FOUND);
    assertThat(kernel().link("wfx7")).isPresent();
  }

  @Test
  void removingWhatIsNotThereIsNoError() {
    kernel().createVxlan(SPEC);
    assertThat(
            kernel()
                .apply(
                    List.of(
                        new KernelChange.DeleteLink("nowhere"),
                        new KernelChange.RemoveNeighbour("wfx7", THERE),
                        new KernelChange.RemoveNeighbour("nowhere", THERE),
                        new KernelChange.RemoveFdb(new FdbEntry("wfx7", MAC, THERE)),
                        new KernelChange.RemoveAddress("wfx7", IpPrefix.parse("10.1.0.1/24")))))
        .isEmpty();
  }

  @Test
  void oneStationsEntryIsReplacedAndTheZeroMacsAreKeptSideBySide() {
    kernel().createVxlan(SPEC);
    kernel().change(new KernelChange.PutFdb(new FdbEntry("wfx7", MAC, THERE)));
    kernel().change(new KernelChange.PutFdb(new FdbEntry("wfx7", MAC, ELSEWHERE)));
    kernel().change(new KernelChange.PutFdb(new FdbEntry("wfx7", MacAddress.ZERO, THERE)));
    kernel().change(new KernelChange.PutFdb(new FdbEntry("wfx7", MacAddress.ZERO, ELSEWHERE)));
    assertThat(kernel().dump().fdb())
        .containsExactlyInAnyOrder(
            new FdbEntry("wfx7", MAC, ELSEWHERE),
            new FdbEntry("wfx7", MacAddress.ZERO, THERE),
            new FdbEntry("wfx7", MacAddress.ZERO, ELSEWHERE));
    kernel().change(new KernelChange.RemoveFdb(new FdbEntry("wfx7", MacAddress.ZERO, THERE)));
    kernel().change(new KernelChange.RemoveFdb(new FdbEntry("wfx7", MAC, ELSEWHERE)));
    assertThat(kernel().dump().fdb())
        .containsExactly(new FdbEntry("wfx7", MacAddress.ZERO, ELSEWHERE));
  }

  @Test
  void aPortHasItsSettingsAndFixedEntriesUntilItLeavesTheBridge() {
    kernel().change(new KernelChange.CreateBridge("wfb7", 1400));
    kernel().createVxlan(SPEC);
    kernel().change(new KernelChange.SetMaster("wfx7", "wfb7"));
    kernel().change(new KernelChange.TunePort("wfx7", new PortSettings(false)));
    kernel().change(new KernelChange.PutBridgeFdb("wfx7", MAC));
    LinkState port = kernel().link("wfx7").orElseThrow();
    assertThat(port.master()).isEqualTo("wfb7");
    assertThat(port.port()).isEqualTo(new PortSettings(false));
    assertThat(kernel().dump().bridgeFdb()).containsExactly(new BridgeFdbEntry("wfx7", MAC, true));
    kernel().change(new KernelChange.SetMaster("wfx7", null));
    assertThat(kernel().dump().bridgeFdb()).isEmpty();
    assertThat(kernel().link("wfx7").orElseThrow().master()).isNull();
    assertThat(kernel().link("wfx7").orElseThrow().port()).isNull();
  }

  @Test
  void aNeighbourIsReplacedAndIsGoneWhenItsDeviceGoesDown() {
    InetAddress six = InetAddress.ofLiteral("fd07::2");
    MacAddress second = MacAddress.parse("02:00:00:00:00:08");
    kernel().createVxlan(SPEC);
    kernel().change(new KernelChange.SetUp("wfx7", true));
    kernel().change(new KernelChange.PutNeighbour(new Neighbour("wfx7", THERE, MAC)));
    kernel().change(new KernelChange.PutNeighbour(new Neighbour("wfx7", THERE, second)));
    kernel().change(new KernelChange.PutNeighbour(new Neighbour("wfx7", six, MAC)));
    assertThat(kernel().dump().neighbours())
        .containsExactlyInAnyOrder(
            new Neighbour("wfx7", THERE, second), new Neighbour("wfx7", six, MAC));
    kernel().change(new KernelChange.PutFdb(new FdbEntry("wfx7", MAC, THERE)));
    kernel().change(new KernelChange.SetUp("wfx7", false));
    assertThat(kernel().dump().neighbours()).isEmpty();
    assertThat(kernel().dump().fdb()).containsExactly(new FdbEntry("wfx7", MAC, THERE));
  }

  @Test
  void anAddressAndARouteComeAndGo() {
    IpPrefix address = IpPrefix.parse("10.7.0.1/24");
    Route route = new Route(IpPrefix.parse("10.8.0.0/16"), null, "wfx7");
    Route via = new Route(IpPrefix.parse("10.9.0.0/16"), InetAddress.ofLiteral("10.7.0.9"), "wfx7");
    kernel().createVxlan(SPEC);
    kernel().change(new KernelChange.PutAddress("wfx7", address));
    kernel().change(new KernelChange.PutAddress("wfx7", address));
    kernel().change(new KernelChange.SetUp("wfx7", true));
    kernel().change(new KernelChange.PutRoute(route));
    kernel().change(new KernelChange.PutRoute(via));
    assertThat(kernel().addresses()).contains(new InterfaceAddress("wfx7", address));
    assertThat(kernel().routes()).containsExactlyInAnyOrder(route, via);
    kernel().change(new KernelChange.RemoveRoute(route));
    kernel().change(new KernelChange.RemoveAddress("wfx7", address));
    assertThat(kernel().addresses()).doesNotContain(new InterfaceAddress("wfx7", address));
  }

  @Test
  void aVethPairReachesIntoTheOtherNamespaceAndGoesAsOne() {
    kernel()
        .change(
            new KernelChange.CreateVeth(
                new VethSpec("wfe00000000001", "an alias", 1400, "eth7", MAC, otherFd())));
    LinkState near = kernel().link("wfe00000000001").orElseThrow();
    assertThat(near.kind()).isEqualTo(LinkState.VETH);
    assertThat(near.alias()).isEqualTo("an alias");
    LinkState far = other().link("eth7").orElseThrow();
    assertThat(far.mac()).isEqualTo(MAC);
    assertThat(far.mtu()).isEqualTo(1400);
    kernel().change(new KernelChange.DeleteLink("wfe00000000001"));
    assertThat(other().link("eth7")).isEmpty();
  }

  @Test
  void aDeviceMovesToAnotherNamespaceAndCanBeRenamedThere() {
    kernel().createVxlan(SPEC);
    kernel().moveToNamespace("wfx7", otherFd());
    assertThat(kernel().link("wfx7")).isEmpty();
    assertThat(other().link("wfx7").orElseThrow().vxlan()).isEqualTo(SPEC.settings());
    other().change(new KernelChange.Rename("wfx7", "wfx70"));
    other().change(new KernelChange.SetMtu("wfx70", 1300));
    other().change(new KernelChange.SetMac("wfx70", MAC));
    LinkState moved = other().link("wfx70").orElseThrow();
    assertThat(moved.mtu()).isEqualTo(1300);
    assertThat(moved.mac()).isEqualTo(MAC);
  }
}
