package io.weft.vxlan.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.MacAddress;
import io.weft.vxlan.kernel.FdbEntry;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.LinkState;
import io.weft.vxlan.kernel.VxlanFactory;
import io.weft.vxlan.reconcile.ThreeHosts.Host;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clear VXLAN on the real kernel: three hosts, one network, learning off (INV-NET-1, INV-NET-2).
 */
class ThreeHostsTest {

  private static final int ATTEMPTS = 6;

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void everyEndpointReachesEveryOtherByIpv4AndIpv6(boolean ipv6Underlay) throws IOException {
    try (ThreeHosts lab = new ThreeHosts(ipv6Underlay)) {
      bringUp(lab);
      assertAllReachable(lab);
      for (Host host : lab.hosts) {
        assertThat(host.reconcile().plan().changes()).as("a second run changes nothing").isEmpty();
      }
    }
  }

  @Test
  void withoutAnyFloodingArpAndNeighbourDiscoveryAreStillAnsweredByTheProxy() throws IOException {
    try (ThreeHosts lab = new ThreeHosts(false)) {
      lab.flood = false;
      bringUp(lab);
      Host first = lab.hosts.get(0);
      Host second = lab.hosts.get(1);
      first.kernel.change(new KernelChange.RemoveNeighbour("wfx42", second.ipv4()));
      first.kernel.change(new KernelChange.RemoveNeighbour("wfx42", second.ipv6()));
      assertThat(ThreeHosts.echo(first, second, false, 2)).as("nobody else answers").isFalse();
      assertThat(ThreeHosts.echo(first, second, true, 2)).as("nobody else answers").isFalse();
      assertThat(first.reconcile().failures()).isEmpty();
      assertAllReachable(lab);
    }
  }

  private static void bringUp(ThreeHosts lab) {
    for (Host host : lab.hosts) {
      host.attach();
      ReconcileReport report = host.reconcile();
      assertThat(report.failures()).isEmpty();
      assertThat(report.plan().missingPorts()).isEmpty();
      assertThat(report.converged()).isTrue();
    }
  }

  private static void assertAllReachable(ThreeHosts lab) throws IOException {
    for (Host from : lab.hosts) {
      for (Host to : lab.hosts) {
        if (from != to) {
          String pair = from.number + " to " + to.number;
          assertThat(ThreeHosts.echo(from, to, false, ATTEMPTS)).as(pair + " by IPv4").isTrue();
          assertThat(ThreeHosts.echo(from, to, true, ATTEMPTS)).as(pair + " by IPv6").isTrue();
        }
      }
    }
  }

  @Test
  void whatWasDeletedBehindItsBackIsRepairedByTheNextReconcile() throws IOException {
    try (ThreeHosts lab = new ThreeHosts(false)) {
      bringUp(lab);
      Host first = lab.hosts.get(0);
      Host second = lab.hosts.get(1);
      first.kernel.change(
          new KernelChange.RemoveFdb(new FdbEntry("wfx42", second.mac(), second.vtep())));
      first.kernel.change(
          new KernelChange.PutFdb(new FdbEntry("wfx42", MacAddress.ZERO, lab.hosts.get(2).vtep())));
      repaired(lab, first);
      first.kernel.change(new KernelChange.RemoveNeighbour("wfx42", second.ipv4()));
      repaired(lab, first);
      first.kernel.change(new KernelChange.SetUp("wfx42", false));
      repaired(lab, first);
      first.kernel.change(new KernelChange.DeleteLink("wfx42"));
      repaired(lab, first);
      first.kernel.change(new KernelChange.DeleteLink("wfb42"));
      repaired(lab, first);
      assertAllReachable(lab);
    }
  }

  private static void repaired(ThreeHosts lab, Host host) throws IOException {
    ReconcileReport report = host.reconcile();
    assertThat(report.failures()).isEmpty();
    assertThat(report.plan().changes()).isNotEmpty();
    assertThat(host.reconcile().plan().changes()).isEmpty();
    assertThat(ThreeHosts.echo(host, lab.hosts.get(1), false, ATTEMPTS)).isTrue();
  }

  @Test
  void aRemovedNetworkLeavesNothingButTheEndpointsDeviceAndForeignOnesUntouched() {
    try (ThreeHosts lab = new ThreeHosts(false)) {
      bringUp(lab);
      Host host = lab.hosts.getFirst();
      host.kernel.change(new KernelChange.CreateBridge("wfb007", 1500));
      ReconcileReport report =
          host.reconciler.reconcile(
              host.kernel, VxlanFactory.IN_PLACE, DesiredState.empty(host.vtep()));
      assertThat(report.failures()).isEmpty();
      assertThat(host.kernel.links())
          .extracting(LinkState::name)
          .contains("wfb007", "eth0", "wfeabcdef01230")
          .doesNotContain("wfb42", "wfx42");
    }
  }
}
