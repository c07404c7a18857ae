package io.weft.vxlan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weft.vxlan.desired.DesiredState;
import io.weft.vxlan.desired.DesiredTunnel;
import io.weft.vxlan.desired.DeviceNames;
import io.weft.vxlan.desired.Encapsulation;
import io.weft.vxlan.kernel.KernelChange;
import io.weft.vxlan.kernel.VxlanSpec;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two real hosts with the {@code user} driver, on the real kernel. */
class UserDriverTest {
  private static final int ATTEMPTS = 20;

  static byte[] content(int length) {
    byte[] content = new byte[length];
    byte[] mark = "INNER-CONTENT-".getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < length; i++) {
      content[i] = mark[i % mark.length];
    }
    return content;
  }

  static boolean contains(byte[] frame, String text) {
    return new String(frame, StandardCharsets.ISO_8859_1).contains(text);
  }

  /** Offset of the UDP header in an Ethernet frame, or -1 when it is not UDP. */
  private static int udp(byte[] frame) {
    int type = ByteBuffer.wrap(frame).getShort(12) & 0xffff;
    if (type == 0x0800 && frame[23] == 17) {
      return 14 + (frame[14] & 0xf) * 4;
    }
    return type == 0x86dd && frame[20] == 17 ? 54 : -1;
  }

  private static List<byte[]> esp(List<byte[]> frames) {
    return frames.stream()
        .filter(f -> udp(f) > 0 && (ByteBuffer.wrap(f).getShort(udp(f) + 2) & 0xffff) == 7942)
        .toList();
  }

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void endpointsReachEachOtherAndTheWireShowsOnlyEsp(boolean ipv6Underlay) throws Exception {
    try (TwoHosts hosts = new TwoHosts(ipv6Underlay);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = hosts.up(DriverChoice.USER);
      hosts.cutSuperFramesBeforeTheCable();
      for (boolean six : new boolean[] {false, true}) {
        assertThat(hosts.echo(six, content(100), ATTEMPTS)).isTrue();
        // Full size: one byte more would have to be fragmented inside.
        assertThat(hosts.echo(six, content(mtu - (six ? 48 : 28)), ATTEMPTS)).isTrue();
        byte[] much = new byte[2 << 20];
        new Random(3).nextBytes(much);
        assertThat(hosts.tcp(six, much)).isEqualTo(much);
      }
      // INV-SEC-1
      List<byte[]> frames = wire.drain();
      assertThat(esp(frames)).hasSizeGreaterThan(100);
      for (byte[] frame : frames) {
        assertThat(contains(frame, "INNER-CONTENT")).isFalse();
        int udp = udp(frame);
        if (udp > 0) {
          assertThat(ByteBuffer.wrap(frame).getShort(udp + 2) & 0xffff).isEqualTo(7942);
        }
        assertThat(frame.length).isLessThanOrEqualTo(1514);
      }
      TunnelStats stats = hosts.one.stats();
      assertThat(stats.state()).isEqualTo(TunnelState.UP);
      assertThat(stats.mtu()).isEqualTo(mtu);
      assertThat(stats.txPackets()).isPositive();
      assertThat(stats.rxPackets()).isPositive();
      assertThat(stats.lastError()).isNull();
    }
  }

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void aHostWhoseKernelHasNoSuperFramesSpeaksWithOneThatHasThem(boolean ipv6Underlay)
      throws Exception {
    try (TwoHosts hosts = new TwoHosts(ipv6Underlay)) {
      hosts.one.withoutSuperFrames = true;
      int mtu = hosts.up(DriverChoice.USER);
      assertThat(hosts.one.plane().why()).contains("single packets");
      for (boolean six : new boolean[] {false, true}) {
        assertThat(hosts.echo(six, content(mtu - (six ? 48 : 28)), ATTEMPTS)).isTrue();
        byte[] much = new byte[2 << 20];
        new Random(4).nextBytes(much);
        assertThat(hosts.tcp(six, much)).isEqualTo(much);
      }
      assertThat(hosts.one.stats().lastError()).isNull();
    }
  }

  @Test
  void applyingTheSameStateAgainChangesNothingAndGoesOnWithTheCounters() throws IOException {
    try (TwoHosts hosts = new TwoHosts(false)) { // INV-NET-3, INV-SEC-2
      int mtu = hosts.up(DriverChoice.USER);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      long before = hosts.one.stats().txPackets();
      DesiredState same = hosts.desired(hosts.one, mtu);
      assertThat(hosts.one.plane().apply(same)).isEqualTo(new ApplyReport(0, List.of()));
      // Keys taken away and given again: were the sequence to begin anew, all would be replays.
      DesiredTunnel none =
          new DesiredTunnel(hosts.two.vtep(), 7942, Encapsulation.ESP_IN_UDP, List.of(), null);
      assertThat(hosts.one.plane().apply(hosts.desired(hosts.one, mtu, none)).complete()).isTrue();
      assertThat(hosts.one.stats().state()).isEqualTo(TunnelState.CONNECTING);
      assertThat(hosts.echo(false, content(64), 2)).isFalse();
      assertThat(hosts.one.plane().apply(same).complete()).isTrue();
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      assertThat(hosts.two.stats().replayDrops()).isZero();
      assertThat(hosts.one.stats().txPackets()).isGreaterThan(before);
    }
  }

  @ParameterizedTest(name = "IPv6 underlay: {0}")
  @ValueSource(booleans = {false, true})
  void aCapturedPacketSentAgainReachesNobodyAndIsCounted(boolean ipv6Underlay) throws Exception {
    try (TwoHosts hosts = new TwoHosts(ipv6Underlay); // INV-SEC-2
        RawLink wire = RawLink.open(hosts.one.namespace, TwoHosts.CABLE)) {
      hosts.up(DriverChoice.USER);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      byte[] towardsTwo =
          esp(wire.drain()).stream()
              .filter(f -> ByteBuffer.wrap(f).getInt(udp(f) + 8) == TwoHosts.key(1, 2, 1).spi())
              .toList()
              .getLast();
      long undelivered = undelivered(hosts);
      assertThat(hosts.two.stats().replayDrops()).isZero();
      checksum(towardsTwo);
      wire.send(towardsTwo);
      await(() -> hosts.two.stats().replayDrops() == 1);
      byte[] forged = towardsTwo.clone();
      forged[udp(forged) + 8 + 7] ^= 0x40; // Another sequence number.
      checksum(forged);
      wire.send(forged);
      await(() -> hosts.two.stats().authDrops() == 1);
      // Neither was taken: the kernels may have sent something of their own meanwhile, which is.
      await(() -> undelivered(hosts) == undelivered);
    }
  }

  /** How many of the packets that the first sent the second has not taken. */
  private static long undelivered(TwoHosts hosts) {
    long received = hosts.two.stats().rxPackets();
    return hosts.one.stats().txPackets() - received;
  }

  /**
   * A captured frame's checksum may have been left to the network card: over IPv6 it must be right.
   */
  private static void checksum(byte[] frame) {
    int udp = udp(frame);
    ByteBuffer bytes = ByteBuffer.wrap(frame);
    bytes.putShort(udp + 6, (short) 0);
    if (frame[12] == 0x08) {
      return;
    }
    int length = frame.length - udp;
    int sum = 17 + length;
    for (int i = 22; i < frame.length; i += 2) {
      int low = i + 1 < frame.length ? frame[i + 1] & 0xff : 0;
      sum += (frame[i] & 0xff) << 8 | low;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    bytes.putShort(udp + 6, (short) ~sum);
  }

  private static void await(java.util.function.BooleanSupplier condition) throws Exception {
    for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
      Thread.sleep(20);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  /** A VXLAN packet (RFC 7348) with a UDP datagram for the second endpoint, zero checksums. */
  private static byte[] vxlan(TwoHosts hosts, byte[] text) {
    ByteBuffer out = ByteBuffer.allocate(8 + 14 + 28 + text.length);
    out.putInt(0x0800_0000).putInt(TwoHosts.VNI << 8);
    out.put(hosts.two.mac().octets()).put(hosts.one.mac().octets()).putShort((short) 0x0800);
    int ip = out.position();
    out.putShort((short) 0x4500).putShort((short) (28 + text.length)).putInt(0);
    out.putShort((short) (64 << 8 | 17)).putShort((short) 0);
    out.put(hosts.one.inner(false).getAddress()).put(hosts.two.inner(false).getAddress());
    int sum = 0;
    for (int i = 0; i < 20; i += 2) {
      sum += out.getShort(ip + i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    out.putShort(ip + 10, (short) ~((sum & 0xffff) + (sum >>> 16)));
    out.putShort((short) 9).putShort((short) 7001);
    out.putShort((short) (8 + text.length)).putShort((short) 0).put(text);
    return out.array();
  }

  static boolean forgedArrives(TwoHosts hosts) throws IOException {
    byte[] packet = vxlan(hosts, content(40));
    InetAddress target = hosts.two.inner(false);
    try (DatagramSocket listener = hosts.two.endpoint.call(() -> new DatagramSocket(7001, target));
        DatagramSocket attacker = hosts.one.namespace.call(() -> new DatagramSocket())) {
      listener.setSoTimeout(300);
      for (int i = 0; i < 5; i++) {
        attacker.send(new DatagramPacket(packet, packet.length, hosts.two.vtep(), 7943));
        try {
          listener.receive(new DatagramPacket(new byte[100], 100));
          return true;
        } catch (SocketTimeoutException e) {
          // Lost: once more.
        }
      }
      return false;
    }
  }

  @Test
  void aClearFrameForgedFromTheUnderlayReachesNobody() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false)) {
      hosts.up(DriverChoice.USER);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      assertThat(forgedArrives(hosts)).isFalse();
    }
    // The same packet does arrive where nothing protects the port: the check above can fail.
    try (TwoHosts hosts = new TwoHosts(false)) {
      hosts.up(DriverChoice.CLEAR);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      assertThat(forgedArrives(hosts)).isTrue();
    }
  }

  @Test
  void nothingLeavesBeforeThereIsAKey() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = hosts.one.open(DriverChoice.USER).innerMtu(1500);
      hosts.one.attach(mtu);
      DesiredTunnel none =
          new DesiredTunnel(hosts.two.vtep(), 7942, Encapsulation.ESP_IN_UDP, List.of(), null);
      assertThat(hosts.one.plane().apply(hosts.desired(hosts.one, mtu, none)).complete()).isTrue();
      InetAddress target = hosts.two.inner(false);
      try (DatagramSocket client = hosts.one.endpoint.call(() -> new DatagramSocket())) {
        for (int i = 0; i < 5; i++) {
          client.send(new DatagramPacket(content(200), 200, target, 7000));
        }
      }
      assertThat(wire.drain()).noneMatch(f -> contains(f, "INNER") || udp(f) > 0);
    }
  }

  @Test
  void anEmptyStateLeavesNothingOfWeftsOnTheHost() {
    try (TwoHosts hosts = new TwoHosts(false)) {
      hosts.up(DriverChoice.USER);
      assertThat(hosts.one.kernel.link(DeviceNames.vxlan(TwoHosts.VNI))).isPresent();
      assertThat(hosts.one.plane().apply(DesiredState.empty(hosts.one.vtep())).complete()).isTrue();
      assertThat(hosts.one.kernel.link(DeviceNames.vxlan(TwoHosts.VNI))).isEmpty();
      assertThat(hosts.one.kernel.link(DeviceNames.bridge(TwoHosts.VNI))).isEmpty();
    }
  }

  @Test
  void aDeviceThatAnotherDriverMadeInTheClearIsNotAdopted() throws IOException { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false)) {
      hosts.one.kernel.change(
          new KernelChange.CreateVxlan(
              new VxlanSpec(
                  DeviceNames.vxlan(TwoHosts.VNI),
                  TwoHosts.VNI,
                  hosts.one.vtep(),
                  7943,
                  1408,
                  true)));
      hosts.up(DriverChoice.USER);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      // The host's namespace holds no VXLAN port at all.
      try (DatagramSocket free = hosts.one.namespace.call(() -> new DatagramSocket(7943))) {
        assertThat(free.isBound()).isTrue();
      }
    }
  }

  @Test
  void aPortThatSomebodyElseHoldsIsRefusedByName() throws IOException {
    try (TwoHosts hosts = new TwoHosts(false)) {
      try (DatagramSocket holder = hosts.one.namespace.call(() -> new DatagramSocket(7942))) {
        assertThat(holder.isBound()).isTrue();
        assertThatThrownBy(() -> hosts.one.open(DriverChoice.USER))
            .isInstanceOf(PortTakenException.class)
            .hasMessageContaining("UDP port 7942 is taken by process");
      }
      hosts.one.kernel.change(
          new KernelChange.CreateVxlan(
              new VxlanSpec("flannel.9", 9, hosts.one.vtep(), 7943, 1400, true)));
      assertThatThrownBy(() -> hosts.one.open(DriverChoice.CLEAR))
          .isInstanceOf(PortTakenException.class)
          .hasMessageContaining("VXLAN device flannel.9");
      // The user driver has no VXLAN port on the host: it may run beside it.
      assertThat(hosts.one.open(DriverChoice.USER).kind()).isEqualTo(DriverKind.USER);
    }
  }

  @Test
  void autoSaysWhichDriverItTookAndWhy() {
    try (TwoHosts hosts = new TwoHosts(false)) {
      DataPlane plane = hosts.one.open(DriverChoice.AUTO);
      assertThat(plane.kind()).isIn(DriverKind.KERNEL, DriverKind.USER);
      assertThat(plane.why()).isNotBlank();
      assertThat(plane.innerMtu(1500)).isEqualTo(1408);
      if (plane.kind() == DriverKind.USER) {
        assertThat(plane.why()).contains("no kernel ESP");
        plane.close();
        assertThatThrownBy(() -> hosts.one.open(DriverChoice.KERNEL))
            .isInstanceOf(DriverUnavailableException.class)
            .hasMessageContaining("take 'auto' or 'user'");
      }
    }
  }

  @Test
  void aClosedDataPlaneLetsNothingThroughAndTakesItsDevicesAway() throws IOException {
    try (TwoHosts hosts = new TwoHosts(false);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      hosts.up(DriverChoice.USER);
      assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      hosts.one.plane().close();
      assertThat(hosts.one.kernel.link(DeviceNames.vxlan(TwoHosts.VNI))).isEmpty();
      wire.drain();
      assertThat(hosts.echo(false, content(64), 2)).isFalse();
      assertThat(wire.drain()).noneMatch(f -> contains(f, "INNER"));
    }
  }

  @Test
  void aKilledProcessLeavesNoWayOutAndNoDevice() throws Exception { // INV-SEC-1
    try (TwoHosts hosts = new TwoHosts(false);
        RawLink wire = RawLink.open(hosts.two.namespace, TwoHosts.CABLE)) {
      int mtu = hosts.two.open(DriverChoice.USER).innerMtu(1500);
      hosts.one.attach(mtu);
      hosts.two.attach(mtu);
      assertThat(hosts.two.plane().apply(hosts.desired(hosts.two, mtu)).complete()).isTrue();
      Process process = hosts.one.namespace.call(() -> hostProcess(hosts, mtu));
      try {
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("ready");
        assertThat(hosts.echo(false, content(64), ATTEMPTS)).isTrue();
      } finally {
        process.destroyForcibly().waitFor();
      }
      wire.drain();
      assertThat(hosts.echo(false, content(64), 3)).isFalse();
      // The other host is alive and may still send what it has sealed; the killed one sends
      // nothing.
      assertThat(wire.drain())
          .noneMatch(f -> contains(f, "INNER") || (udp(f) > 0 && isFrom(f, hosts.one.vtep())));
      await(() -> hosts.one.kernel.link(DeviceNames.vxlan(TwoHosts.VNI)).isEmpty());
    }
  }

  private static boolean isFrom(byte[] frame, InetAddress source) {
    int offset = 14 + 12; // Ethernet, then the source address of IPv4 (RFC 791, section 3.1)
    return Arrays.equals(Arrays.copyOfRange(frame, offset, offset + 4), source.getAddress());
  }

  private static Process hostProcess(TwoHosts hosts, int mtu) throws IOException {
    return new ProcessBuilder(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            HostProcess.class.getName(),
            hosts.one.vtep().getHostAddress(),
            hosts.two.vtep().getHostAddress(),
            hosts.one.port().endpointId(),
            Integer.toString(mtu),
            hosts.two.mac().toString(),
            hosts.two.inner(false).getHostAddress())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void theContentsOfTestPacketsAreWhatTheChecksLookFor() {
    assertThat(contains(content(100), "INNER-CONTENT")).isTrue();
    assertThat(Arrays.equals(content(14), "INNER-CONTENT-".getBytes(StandardCharsets.US_ASCII)))
        .isTrue();
  }
}
