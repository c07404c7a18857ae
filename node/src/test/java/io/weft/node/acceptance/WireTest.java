package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.lab.LabNetwork;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an eavesdropper and a forger between the hosts can do: nothing (INV-SEC-1, INV-SEC-2). */
@Tag("netns")
final class WireTest {
  private static final int GOSSIP_PORT = 7940;
  private static final int ESP_PORT = 7942;
  private static final int VXLAN_PORT = 7943;
  private static final int USUAL_VXLAN_PORT = 4789;
  private static final int SECRET_BYTES = 16;
  private static final int REPEATS = 20;
  private static AcceptanceLab lab;
  private static NetworkView network;
  private static Attached first;
  private static Attached second;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(2);
    network = lab.createNetwork(1, "blue", "10.32.0.0/16");
    first = lab.attach(1, "blue", "first");
    second = lab.attach(2, "blue", "second");
    lab.untilAllPing(List.of(first, second));
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static byte[] secret() {
    byte[] secret = new byte[SECRET_BYTES];
    ThreadLocalRandom.current().nextBytes(secret);
    return secret;
  }

  private static byte[] repeated(byte[] secret) {
    ByteBuffer payload = ByteBuffer.allocate(secret.length * REPEATS);
    while (payload.hasRemaining()) {
      payload.put(secret);
    }
    return payload.array();
  }

  private static WireTap tap(Path netns) {
    try (NetworkNamespace namespace = NetworkNamespace.open(netns)) {
      return new WireTap(namespace);
    }
  }

  @Test
  void theWireCarriesNoInnerByteAndOnlyWhatTheContractNames() throws Exception {
    byte[] secret = secret();
    // What Ping's payload holds: bytes that count up.
    byte[] pingRun = new byte[32];
    for (int i = 0; i < pingRun.length; i++) {
      pingRun[i] = (byte) (16 + i);
    }
    byte[] innerAddresses = addresses(first, second);
    byte[] innerMacs = macs(first, second);
    try (NetworkNamespace wire = lab.wire();
        WireTap onWire = new WireTap(wire);
        WireTap inside = tap(second.netns())) {
      for (int i = 0; i < 10; i++) {
        assertThat(lab.pings(first, second)).isTrue();
        Echo.untilEchoed(first, second, repeated(secret));
      }
      // The same tap where it is clear shows that it would have found these bytes.
      AcceptanceLab.until("the tap inside sees the secret", () -> inside.received(secret) >= 10);
      assertThat(inside.received(pingRun)).isPositive();
      assertThat(inside.frames()).anyMatch(frame -> frame.contains(innerAddresses));
      assertThat(inside.frames()).anyMatch(frame -> frame.contains(innerMacs));
      AcceptanceLab.until(
          "the tap on the wire has seen ESP",
          () -> onWire.frames().stream().filter(frame -> isEsp(frame.bytes())).count() >= 40);
      List<WireTap.Frame> captured = onWire.frames();
      for (byte[] run : List.of(secret, pingRun, innerAddresses, innerMacs)) {
        assertThat(captured).noneMatch(frame -> frame.contains(run));
      }
      assertThat(captured)
          .allSatisfy(
              frame ->
                  assertThat(isNamedByTheContract(frame.bytes()))
                      .as(() -> java.util.HexFormat.of().formatHex(frame.bytes()))
                      .isTrue());
    }
  }

  private static byte[] addresses(Attached from, Attached to) {
    return ByteBuffer.allocate(8)
        .put(from.address().getAddress())
        .put(to.address().getAddress())
        .array();
  }

  private static byte[] macs(Attached from, Attached to) {
    return ByteBuffer.allocate(12)
        .put(Packet.mac(to.view().mac()))
        .put(Packet.mac(from.view().mac()))
        .array();
  }

  private static boolean isEsp(byte[] frame) {
    return Packet.etherType(frame) == Packet.IPV4
        && (Packet.protocol(frame) == Packet.ESP
            || (Packet.protocol(frame) == Packet.UDP && Packet.destinationPort(frame) == ESP_PORT));
  }

  private static boolean isNamedByTheContract(byte[] frame) {
    return switch (Packet.etherType(frame)) {
      case Packet.ARP -> true;
      case Packet.IPV4 ->
          isEsp(frame)
              || Packet.laterFragment(frame)
              || (Packet.protocol(frame) == Packet.UDP
                  && Packet.destinationPort(frame) == GOSSIP_PORT)
              || (Packet.protocol(frame) == Packet.TCP
                  && (Packet.destinationPort(frame) == GOSSIP_PORT
                      || Packet.sourcePort(frame) == GOSSIP_PORT));
      // ND and MLD: ICMPv6, at most behind a hop-by-hop header.
      case Packet.IPV6 -> frame[20] == 58 || frame[20] == 0;
      default -> false;
    };
  }

  @Test
  void aClearFrameForgedByAnotherHostReachesNobody() throws Exception {
    byte[] secret = secret();
    byte[] forged =
        Packet.clearVxlan(
            network.vni(),
            second.view().mac(),
            first.view().mac(),
            second.address(),
            first.address(),
            Echo.PORT,
            secret);
    try (WireTap inside = tap(first.netns());
        Echo target = new Echo(first.netns());
        Echo forger = new Echo(Path.of(lab.lab().status().hosts().get(1).netns()))) {
      for (int i = 0; i < 5; i++) {
        for (int port : new int[] {VXLAN_PORT, USUAL_VXLAN_PORT, ESP_PORT}) {
          forger.send(LabNetwork.address(1), port, forged);
        }
      }
      // What is sent after it and arrives shows that there was time enough.
      AcceptanceLab.until("a true ping arrives", () -> lab.pings(second, first));
      assertThat(target.receives(secret)).isFalse();
      assertThat(inside.received(secret)).isZero();
      assertThat(inside.mark()).isPositive();
    }
  }

  @Test
  void aCapturedEspPacketSentAgainReachesNobodyAndIsCounted() throws Exception {
    byte[] secret = secret();
    try (NetworkNamespace wire = lab.wire();
        WireTap onWire = new WireTap(wire);
        WireTap inside = tap(first.netns());
        Echo target = new Echo(first.netns());
        Echo sender = new Echo(second.netns())) {
      sender.send(first.address(), Echo.PORT, repeated(secret));
      assertThat(target.receives(repeated(secret))).isTrue();
      AcceptanceLab.until("the tap inside has it", () -> inside.received(secret) == 1);
      AcceptanceLab.until("the tap on the wire has it", () -> !toFirst(onWire).isEmpty());
      List<WireTap.Frame> captured = toFirst(onWire);
      long before = replayDrops();
      for (WireTap.Frame frame : captured) {
        onWire.inject(frame.device(), Packet.withoutUdpChecksum(frame.bytes()));
      }
      AcceptanceLab.until(
          "the replays are counted", () -> replayDrops() >= before + captured.size());
      AcceptanceLab.until("a true ping arrives", () -> lab.pings(second, first));
      assertThat(target.receives(repeated(secret))).isFalse();
      assertThat(inside.received(secret)).isEqualTo(1);
    }
  }

  /** ESP packets as they went out of the router to host 1. */
  private static List<WireTap.Frame> toFirst(WireTap onWire) {
    List<WireTap.Frame> found = new ArrayList<>();
    for (WireTap.Frame frame : onWire.frames()) {
      if (frame.outgoing()
          && isEsp(frame.bytes())
          && Packet.destination(frame.bytes()).equals(LabNetwork.address(1))) {
        found.add(frame);
      }
    }
    return found;
  }

  private static long replayDrops() {
    return lab.client(1).tunnels().tunnels().stream().mapToLong(TunnelView::replayDrops).sum();
  }

  @Test
  void rubbishForTheTunnelChangesNothingButACounter() throws Exception {
    try (Echo forger = new Echo(Path.of(lab.lab().status().hosts().get(1).netns()))) {
      TunnelView tunnel = lab.client(1).tunnels().tunnels().getFirst();
      for (int size : IntStream.of(1, 7, 8, 40, 200, 1400).toArray()) {
        byte[] rubbish = new byte[size];
        ThreadLocalRandom.current().nextBytes(rubbish);
        if (size >= 8) {
          ByteBuffer.wrap(rubbish).putInt(0, (int) tunnel.spiIn()).putInt(4, 1_000_000);
        }
        forger.send(LabNetwork.address(1), ESP_PORT, rubbish);
      }
      AcceptanceLab.until("a true ping arrives", () -> lab.pings(second, first));
      AcceptanceLab.until(
          "forgeries are counted",
          () -> lab.client(1).tunnels().tunnels().getFirst().authDrops() > tunnel.authDrops());
      assertThat(lab.client(1).tunnels().tunnels().getFirst().state()).isEqualTo("up");
    }
  }
}
