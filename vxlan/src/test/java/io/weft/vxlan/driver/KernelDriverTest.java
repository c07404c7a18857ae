package io.weft.vxlan.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.desired.SecurityAssociation;
import io.weft.vxlan.kernel.Namespaces;
import io.weft.vxlan.netns.NetworkNamespace;
import io.weft.vxlan.xfrm.LinuxXfrm;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code kernel} driver on a kernel that has ESP: src/test/qemu/run brings one. */
class KernelDriverTest {
  private static final int ATTEMPTS = 25;
  private static final int REKEY_DATAGRAMS = 300;

  @BeforeAll
  static void thereMustBeKernelEsp() {
    try (NetworkNamespace here = Namespaces.create()) {
      DataPlaneConfig config =
          DataPlaneConfig.of(DriverChoice.AUTO, InetAddress.ofLiteral("10.98.0.1"));
      DriverProbe.Result found = here.call(() -> DriverProbe.choose(config));
      boolean there = found.kind() == DriverKind.KERNEL;
      if (System.getenv().getOrDefault("WEFT_REQUIRE", "").contains("qemu")) {
        assertThat(there).as(found.why()).isTrue();
      }
      Assumptions.assumeTrue(there, found.why());
    }
  }

  private static DesiredTunnel tunnel(
      TwoHosts.Host here,
      TwoHosts.Host there,
      Encapsulation encapsulation,
      List<Integer> inbound,
      @Nullable Integer outbound) {
    List<SecurityAssociation> in =
        inbound.stream().map(g -> TwoHosts.key(there.number, here.number, g)).toList();
    SecurityAssociation out =
        outbound == null ? null : TwoHosts.key(here.number, there.number, outbound);
    return new DesiredTunnel(there.vtep(), 7942, encapsulation, in, out);
  }

  private static DesiredState state(
      TwoHosts hosts,
      TwoHosts.Host here,
      int mtu,
      Encapsulation encapsulation,
      List<Integer> inbound,
      @Nullable Integer outbound) {
    TwoHosts.Host there = here == hosts.one ? hosts.two : hosts.one;
    return hosts.desired(here, mtu, tunnel(here, there, encapsulation, inbound, outbound));
  }

  private static void apply(TwoHosts.Host here, DesiredState state) {
    assertThat(here.plane().apply(state).failures()).isEmpty();
  }

  private static int up(
      TwoHosts hosts, DriverChoice first, DriverChoice second, Encapsulation encapsulation) {
    int mtu = hosts.one.open(first).innerMtu(1500);
    hosts.two.open(second);
    for (TwoHosts.Host host : List.of(hosts.one, hosts.two)) {
      host.attach(mtu);
      apply(host, state(hosts, host, mtu, encapsulation, List.of(1), 1));
    }
    return mtu;
  }

  /** The protocol in an IP packet on Ethernet, or -1 for ARP and others. */
  private static int protocol(byte[] frame) {
    return switch (ByteBuffer.wrap(frame).getShort(12) & 0xffff) {
      case 0x0800 -> frame[23];
      case 0x86dd -> frame[20];
      default -> -1;
    };
  }

  private static void echoes(TwoHosts hosts, int mtu) throws IOException {
    for (boolean six : new boolean[] {false, true}) {
      assertThat(hosts.echo(six, UserDriverTest.content(100), ATTEMPTS)).as("small").isTrue();
      byte[] full = UserDriverTest.content(mtu - (six ? 48 : 28));
      assertThat(hosts.echo(six, full, ATTEMPTS)).as("full size, IPv6 %s", six).isTrue();
    }
  }

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void endpointsReachEachOtherAndTheWireShowsOnlyProtocol50(boolean ipv6Underlay) throws Exception {
    try (TwoHosts hosts = new TwoHosts(ipv6Underlay);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = up(hosts, DriverChoice.AUTO, DriverChoice.KERNEL, Encapsulation.ESP);
      assertThat(hosts.one.plane().kind()).isEqualTo(DriverKind.KERNEL);
      echoes(hosts, mtu);
      byte[] much = UserDriverTest.content(1 << 20);
      assertThat(hosts.tcp(false, much)).isEqualTo(much);
      // INV-SEC-1
      List<byte[]> frames = wire.drain();
      assertThat(frames).filteredOn(f -> protocol(f) == 50).hasSizeGreaterThan(100);
      for (byte[] frame : frames) {
        assertThat(UserDriverTest.contains(frame, "INNER-CONTENT")).isFalse();
        // Besides: ARP, and IPv6's neighbour discovery and multicast reports.
        assertThat(protocol(frame)).isIn(50, -1, 58, 0);
      }
      TunnelStats stats = hosts.one.stats();
      assertThat(stats.state()).isEqualTo(TunnelState.UP);
      assertThat(stats.txPackets()).isPositive();
      assertThat(stats.rxPackets()).isPositive();
      assertThat(stats.authDrops() + stats.replayDrops()).isZero();
      // INV-NET-3
      DesiredState same = state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(1), 1);
      assertThat(hosts.one.plane().apply(same)).isEqualTo(new ApplyReport(0, List.of()));
    }
  }

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void aKernelHostAndAUserHostUnderstandEachOther(boolean ipv6Underlay) throws Exception {
    try (TwoHosts hosts = new TwoHosts(ipv6Underlay);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = up(hosts, DriverChoice.KERNEL, DriverChoice.USER, Encapsulation.ESP_IN_UDP);
      echoes(hosts, mtu);
      byte[] much = UserDriverTest.content(1 << 20);
      assertThat(hosts.tcp(true, much)).isEqualTo(much);
      assertThat(wire.drain()).noneMatch(f -> UserDriverTest.contains(f, "INNER-CONTENT"));
      for (TwoHosts.Host host : List.of(hosts.one, hosts.two)) {
        assertThat(host.stats().authDrops() + host.stats().replayDrops()).isZero();
      }
    }
  }

  @Test
  void twoKernelHostsCanUseEspInUdp() throws Exception {
    try (TwoHosts hosts = new TwoHosts(false)) {
      echoes(hosts, up(hosts, DriverChoice.KERNEL, DriverChoice.KERNEL, Encapsulation.ESP_IN_UDP));
    }
  }

  @Test
  void aClearFrameForgedFromTheUnderlayReachesNobody() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false)) {
      int mtu = up(hosts, DriverChoice.KERNEL, DriverChoice.KERNEL, Encapsulation.ESP);
      echoes(hosts, mtu);
      // A sender whose own policies do not encrypt what it forges.
      try (LinuxXfrm sender = LinuxXfrm.open(hosts.one.namespace)) {
        sender.policies().forEach(sender::remove);
      }
      assertThat(UserDriverTest.forgedArrives(hosts)).isFalse();
    }
  }

  @Test
  void nothingLeavesBeforeThereIsAKey() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = hosts.one.open(DriverChoice.KERNEL).innerMtu(1500);
      hosts.one.attach(mtu);
      apply(hosts.one, state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(), null));
      InetAddress target = hosts.two.inner(false);
      try (DatagramSocket client = hosts.one.endpoint.call(() -> new DatagramSocket())) {
        for (int i = 0; i < 5; i++) {
          client.send(new DatagramPacket(UserDriverTest.content(200), 200, target, 7000));
        }
      }
      assertThat(wire.drain()).noneMatch(f -> protocol(f) == 17 || protocol(f) == 50);
    }
  }

  @Test
  void closingKeepsTrafficGoingAndANewRunTakesItOver() throws IOException { // INV-NET-4
    try (TwoHosts hosts = new TwoHosts(false)) {
      int mtu = up(hosts, DriverChoice.KERNEL, DriverChoice.KERNEL, Encapsulation.ESP);
      echoes(hosts, mtu);
      hosts.one.plane().close();
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("closed").isTrue();
      hosts.one.open(DriverChoice.KERNEL);
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("opened").isTrue();
      // The new run knows its networks and peers before it has agreed on keys with any.
      apply(hosts.one, hosts.desired(hosts.one, mtu, List.of()));
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("no tunnel yet").isTrue();
      apply(hosts.one, state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(), null));
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("no key yet").isTrue();
      apply(hosts.one, state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(2), null));
      apply(hosts.two, state(hosts, hosts.two, mtu, Encapsulation.ESP, List.of(1, 2), 1));
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("one way").isTrue();
      apply(hosts.one, state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(2), 2));
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("peer uses old").isTrue();
      apply(hosts.two, state(hosts, hosts.two, mtu, Encapsulation.ESP, List.of(2), 2));
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).as("both new").isTrue();
      apply(hosts.one, state(hosts, hosts.one, mtu, Encapsulation.ESP, List.of(2), 2));
      try (LinuxXfrm xfrm = LinuxXfrm.open(hosts.one.namespace)) {
        assertThat(xfrm.associations()).as("the former run's are gone").hasSize(2);
      }
      assertThat(hosts.echo(false, UserDriverTest.content(64), 1)).isTrue();
    }
  }

  @Test
  void openingGuardsTheDevicesOfAFormerRun() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false)) {
      up(hosts, DriverChoice.CLEAR, DriverChoice.CLEAR, Encapsulation.ESP);
      assertThat(UserDriverTest.forgedArrives(hosts)).isTrue();
      hosts.two.plane().close();
      hosts.two.open(DriverChoice.KERNEL);
      assertThat(UserDriverTest.forgedArrives(hosts)).isFalse();
    }
  }

  @Test
  void aRekeyLosesNothing() throws Exception {
    try (TwoHosts hosts = new TwoHosts(false)) {
      int mtu = up(hosts, DriverChoice.KERNEL, DriverChoice.KERNEL, Encapsulation.ESP);
      echoes(hosts, mtu);
      InetAddress address = hosts.two.inner(false);
      try (DatagramSocket server =
              hosts.two.endpoint.call(() -> new DatagramSocket(7002, address));
          DatagramSocket client = hosts.one.endpoint.call(() -> new DatagramSocket())) {
        server.setSoTimeout(2000);
        Thread sender = Thread.ofPlatform().start(() -> stream(client, address));
        // New inbound first, then the sender switches, then the old one goes.
        for (int old = 1; old <= 3; old++) {
          int next = old + 1;
          Encapsulation esp = Encapsulation.ESP;
          apply(hosts.two, state(hosts, hosts.two, mtu, esp, List.of(old, next), old));
          apply(hosts.one, state(hosts, hosts.one, mtu, esp, List.of(old, next), next));
          apply(hosts.two, state(hosts, hosts.two, mtu, esp, List.of(old, next), next));
          apply(hosts.one, state(hosts, hosts.one, mtu, esp, List.of(next), next));
          apply(hosts.two, state(hosts, hosts.two, mtu, esp, List.of(next), next));
        }
        int got = 0;
        try {
          while (got < REKEY_DATAGRAMS) {
            server.receive(new DatagramPacket(new byte[100], 100));
            got++;
          }
        } catch (SocketTimeoutException lost) {
          // Counted below.
        }
        sender.join();
        assertThat(got).isEqualTo(REKEY_DATAGRAMS);
      }
      assertThat(hosts.two.stats().spiIn()).isEqualTo(TwoHosts.key(1, 2, 4).spi());
      try (LinuxXfrm xfrm = LinuxXfrm.open(hosts.two.namespace)) {
        assertThat(xfrm.associations()).hasSize(2);
      }
    }
  }

  private static void stream(DatagramSocket client, InetAddress to) {
    try {
      for (int i = 0; i < REKEY_DATAGRAMS; i++) {
        client.send(new DatagramPacket(new byte[64], 64, to, 7002));
        Thread.sleep(5);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEmptyStateLeavesNothingOfWeftsOnTheHost() throws IOException {
    try (TwoHosts hosts = new TwoHosts(false)) {
      up(hosts, DriverChoice.KERNEL, DriverChoice.KERNEL, Encapsulation.ESP);
      apply(hosts.one, DesiredState.empty(hosts.one.vtep()));
      assertThat(hosts.one.kernel.link(DeviceNames.vxlan(TwoHosts.VNI))).isEmpty();
      try (LinuxXfrm xfrm = LinuxXfrm.open(hosts.one.namespace)) {
        assertThat(xfrm.associations()).isEmpty();
        assertThat(xfrm.policies()).isEmpty();
      }
    }
  }
}
