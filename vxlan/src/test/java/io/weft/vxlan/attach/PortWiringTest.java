package io.weft.vxlan.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.desired.IpPrefix;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.InterfaceAddress;
import io.weft.vxlan.kernel.Kernel;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.LinuxKernel;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortWiringTest {

  private static final String ID = "0123456789abcdef";
  private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
  private static final List<IpPrefix> ADDRESSES =
      List.of(IpPrefix.parse("10.1.0.1/24"), IpPrefix.parse("fd01::1/64"));

  private final NetworkNamespace here = Namespaces.create();
  private final NetworkNamespace there = Namespaces.create();
  private final Kernel host = LinuxKernel.open(here);
  private final Kernel inside = LinuxKernel.open(there);
  private final PortWiring wiring = new PortWiring(host);

  @AfterEach
  void close() {
    host.close();
    inside.close();
    here.close();
    there.close();
  }

  private void attach(Path netns, String ifName, String id) {
    wiring.attach(netns, ifName, id, MAC, ADDRESSES, 1400, 9);
  }

  private void assertRefused(WiringException.Kind kind, Path netns, String ifName, String id) {
    assertThatThrownBy(() -> attach(netns, ifName, id))
        .isInstanceOfSatisfying(
            WiringException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(kind);
              assertThat(e.getMessage()).doesNotContain("\n");
            });
  }

  @Test
  void anAttachedEndpointHasItsNameMacAddressesAndAPortOfTheBridge() {
    host.change(new KernelChange.CreateBridge("wfb9", 1400));
    attach(Namespaces.path(there), "eth7", ID);
    LinkState far = inside.link("eth7").orElseThrow();
    assertThat(far.mac()).isEqualTo(MAC);
    assertThat(far.up()).isTrue();
    assertThat(inside.link("lo").orElseThrow().up()).isTrue();
    assertThat(inside.addresses())
        .contains(
            new InterfaceAddress("eth7", ADDRESSES.get(0)),
            new InterfaceAddress("eth7", ADDRESSES.get(1)));
    LinkState near = host.link("wfe0123456789a").orElseThrow();
    assertThat(near.master()).isEqualTo("wfb9");
    assertThat(near.up()).isTrue();
    assertThat(wiring.attached()).containsExactly(ID);
    assertThat(wiring.detach(ID)).isTrue();
    assertThat(wiring.detach(ID)).isFalse();
    assertThat(inside.link("eth7")).isEmpty();
  }

  @Test
  void whatCannotBeAttachedIsRefusedWithOneLineAndNothingHalfDone() {
    Path netns = Namespaces.path(there);
    assertRefused(
        WiringException.Kind.NO_SUCH_NAMESPACE, Path.of("/run/netns/weft-none"), "eth7", ID);
    assertRefused(WiringException.Kind.NO_SUCH_NAMESPACE, Path.of("/proc/self/stat"), "eth7", ID);
    assertRefused(WiringException.Kind.NAME_TAKEN, netns, "lo", ID);
    assertRefused(WiringException.Kind.INVALID, netns, "much-too-long-a-name", ID);
    assertThatThrownBy(
            () ->
                wiring.attach(
                    netns, "eth7", ID, MAC, List.of(IpPrefix.parse("224.0.0.1/24")), 1, 9))
        .isInstanceOf(WiringException.class);
    assertThat(host.links()).extracting(LinkState::name).containsExactly("lo");
    attach(netns, "eth7", ID);
    assertRefused(WiringException.Kind.ALREADY_ATTACHED, netns, "eth8", ID);
    assertRefused(WiringException.Kind.NAME_TAKEN, netns, "eth7", "fedcba9876543210");
  }
}
