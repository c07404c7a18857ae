package io.weft.node.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.IpamCheckView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.TunnelView;
import io.weft.node.api.view.VoterView;
import io.weft.node.lab.Partition;
import io.weft.vxlan.ffi.Processes;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Three real agents live through what the lab can do to them. The lab is expensive, so that all
 * tests share it, in order; each leaves it healed.
 */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LabLifecycleTest {
  private static final int HOSTS = 3;
  private static final int ADMIN_PORT = 7941;
  private static final List<Attached> ENDPOINTS = new ArrayList<>();
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    lab.createNetwork(2, "blue", "10.32.0.0/16");
    for (int host = 1; host <= HOSTS; host++) {
      ENDPOINTS.add(lab.attach(host, "blue", "ep" + host));
    }
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void everyEndpointReachesEveryOtherByIcmpAndUdp() throws Exception {
    lab.untilAllPing(ENDPOINTS);
    byte[] payload = "hello over the mesh".getBytes(UTF_8);
    for (Attached from : ENDPOINTS) {
      for (Attached to : ENDPOINTS) {
        if (!from.equals(to)) {
          Echo.untilEchoed(from, to, payload);
        }
      }
    }
  }

  @Test
  @Order(2)
  void everyHostTellsTheSameOfMembersEndpointsLeasesAndVoters() throws Exception {
    List<String> ids =
        lab.client(1).members().members().stream().map(MemberView::id).sorted().toList();
    assertThat(ids).hasSize(HOSTS).doesNotHaveDuplicates();
    for (int host = 1; host <= HOSTS; host++) {
      int current = host;
      assertThat(lab.client(host).members().members())
          .allSatisfy(member -> assertThat(member.state()).isEqualTo("alive"))
          .extracting(MemberView::address)
          .containsExactlyInAnyOrder("10.99.0.1:7940", "10.99.0.2:7940", "10.99.0.3:7940");
      AcceptanceLab.until(
          "host " + host + " knows every endpoint",
          () -> lab.client(current).endpoints().endpoints().size() == HOSTS);
      assertThat(lab.client(host).endpoints().endpoints())
          .extracting(EndpointView::ip)
          .containsExactlyInAnyOrderElementsOf(
              ENDPOINTS.stream().map(endpoint -> endpoint.view().ip()).toList());
      AcceptanceLab.until(
          "host " + host + " knows every lease",
          () -> lab.client(current).leases().leases().size() == HOSTS);
      List<LeaseView> leases = lab.client(host).leases().leases();
      assertThat(leases).extracting(LeaseView::holder).containsExactlyInAnyOrderElementsOf(ids);
      assertThat(leases).extracting(LeaseView::block).doesNotHaveDuplicates();
      assertThat(leases).extracting(LeaseView::state).containsOnly("held");
      IpamCheckView check = lab.client(host).ipamCheck();
      assertThat(check.findings()).isEmpty();
      assertThat(check.registryInReach()).isTrue();
      assertThat(check.networks().getFirst().addresses()).isEqualTo(HOSTS);
      AcceptanceLab.until(
          "host " + host + " sees three voters and their leader",
          () -> {
            var voters = lab.client(current).voters();
            return voters.leader() != null
                && voters.voters().stream().map(VoterView::id).sorted().toList().equals(ids);
          });
      assertThat(lab.client(host).status().alive()).isEqualTo(HOSTS);
    }
  }

  private static Process exec(Path out, String script) throws Exception {
    List<String> args = List.of("lab", "exec", "--name", lab.name(), "1", "--", "sh", "-c", script);
    return WeftProcess.start(null, lab.folder(), List.of(), args, out, out);
  }

  private static void untilSays(Path out, String word) throws Exception {
    AcceptanceLab.until(word, () -> Files.readString(out).contains(word));
  }

  @Test
  @Order(2)
  void execIsTheCommandItselfWithItsHostItsCodeAndItsSignals() throws Exception {
    Path out = Files.createTempFile("weft-acc", ".out");
    try {
      String onHost = "test -S \"$WEFT_SOCKET\" && grep -q eth0 /proc/self/net/dev && exit 7";
      assertThat(exec(out, onHost).waitFor()).as(Files.readString(out)).isEqualTo(7);

      String loop = "while :; do sleep 0.05; done";
      Process traps = exec(out, "trap 'exit 9' INT; echo trapping; " + loop);
      untilSays(out, "trapping");
      assertThat(Processes.tryKill((int) traps.pid(), 2)).isZero();
      assertThat(traps.waitFor()).isEqualTo(9);

      Process ends = exec(out, "echo ending; ls -l /proc/$$/fd; echo listed; " + loop);
      untilSays(out, "listed");
      assertThat(Files.readString(out)).as("nothing of ours is open in it").doesNotContain(".jar");
      ends.destroy();
      assertThat(ends.waitFor()).isEqualTo(128 + 15);

      Process absent =
          WeftProcess.start(
              null,
              lab.folder(),
              List.of(),
              List.of("lab", "exec", "--name", lab.name(), "1", "--", "no-such-command"),
              out,
              out);
      assertThat(absent.waitFor()).isEqualTo(127);
      assertThat(Files.readString(out)).contains("cannot run no-such-command");
    } finally {
      Files.delete(out);
    }
  }

  @Test
  @Order(2)
  void theLeaderSaysNowHowFarEachVoterIs() throws Exception {
    lab.createNetwork(1, "fresh", "10.34.0.0/16");
    AcceptanceLab.until(
        "a leader says that all hold what is committed",
        () -> {
          for (int host = 1; host <= HOSTS; host++) {
            long committed = lab.client(host).status().commitIndex();
            var voters = lab.client(host).voters();
            if (lab.client(host).status().node().equals(voters.leader())) {
              return voters.voters().stream().allMatch(v -> v.matchIndex() >= committed);
            }
          }
          return false;
        });
  }

  @Test
  @Order(2)
  void nothingInADataDirectoryIsForAnybodyElse() throws Exception {
    try (var files = Files.walk(lab.data(1))) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .endsWith("------");
      }
    }
  }

  @Test
  @Order(3)
  void everyPairHasAnEncryptedTunnel() throws Exception {
    for (int host = 1; host <= HOSTS; host++) {
      int current = host;
      AcceptanceLab.until(
          "host " + host + " has its tunnels up",
          () ->
              lab.client(current).tunnels().tunnels().stream()
                      .filter(tunnel -> tunnel.state().equals("up"))
                      .count()
                  == HOSTS - 1);
      assertThat(lab.client(host).tunnels().tunnels())
          .allSatisfy(
              tunnel -> {
                assertThat(tunnel.driver()).isIn("user", "kernel");
                assertThat(tunnel.spiIn()).isGreaterThan(255);
                assertThat(tunnel.spiOut()).isGreaterThan(255);
                assertThat(tunnel.rekeyedAt()).isNotNull();
                assertThat(tunnel.txPackets()).isPositive();
                assertThat(tunnel.rxPackets()).isPositive();
                assertThat(tunnel.mtu()).isBetween(1280, AcceptanceLab.MTU);
              })
          .extracting(TunnelView::peer)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  @Order(4)
  void aHostCutOffIsSuspectedThenFailedOnBothSidesWhileTheOthersGoOnAndAHealBringsItBack()
      throws Exception {
    lab.lab().partition(Partition.parse("1,2/3", false, HOSTS));
    for (int host = 1; host <= 2; host++) {
      lab.untilState(host, 3, "failed");
      lab.untilState(3, host, "failed");
      assertThat(lab.eventsAbout(host, 3)).containsSubsequence("member-suspect", "member-failed");
      assertThat(lab.eventsAbout(3, host)).containsSubsequence("member-suspect", "member-failed");
    }
    assertThat(lab.stateOf(1, 2)).isEqualTo("alive");
    assertThat(lab.pings(ENDPOINTS.get(2), ENDPOINTS.get(0))).isFalse();
    AcceptanceLab.until("host 3 is not ready", () -> asked(3, "/readyz").contains(" 503 "));
    assertThat(asked(3, "/healthz")).contains(" 200 ");
    AcceptanceLab.until("host 1 is ready", () -> asked(1, "/readyz").contains(" 200 "));
    assertThat(answered(ENDPOINTS.get(0), ENDPOINTS.get(1), 20)).isGreaterThanOrEqualTo(19);
    lab.lab().heal();
    lab.untilAllAlive();
    lab.untilAllPing(ENDPOINTS);
    assertThat(lab.eventsAbout(1, 3)).contains("member-rejoined");
    AcceptanceLab.until("host 3 is ready", () -> asked(3, "/readyz").contains(" 200 "));
    AcceptanceLab.until(
        "no error of a link that is up is told",
        () ->
            lab.client(1).peers().peers().stream()
                .allMatch(p -> p.tcp().equals("up") && p.lastError() == null));
  }

  /** The first line that a host's admin port answers. */
  private static String asked(int host, String path) {
    try (var namespace = lab.hostNamespace(host)) {
      return namespace.call(
          () -> {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), ADMIN_PORT)) {
              socket
                  .getOutputStream()
                  .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(UTF_8));
              return new String(socket.getInputStream().readAllBytes(), UTF_8)
                  .lines()
                  .findFirst()
                  .orElse("");
            }
          });
    }
  }

  private static long answered(Attached from, Attached to, int sent) {
    return IntStream.range(0, sent).filter(i -> lab.pings(from, to)).count();
  }

  @Test
  @Order(5)
  void aOneWayPartitionHealsToo() throws Exception {
    lab.lab().partition(Partition.parse("1/2", true, HOSTS));
    assertThat(lab.pings(ENDPOINTS.get(0), ENDPOINTS.get(1))).isFalse();
    assertThat(lab.pings(ENDPOINTS.get(0), ENDPOINTS.get(2))).isTrue();
    lab.lab().heal();
    lab.untilAllAlive();
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(6)
  void lossIsSurvived() throws Exception {
    lab.lab().loss(2, 10);
    AcceptanceLab.until(
        "pings get through in spite of loss",
        () -> answered(ENDPOINTS.get(0), ENDPOINTS.get(1), 5) > 0);
    lab.lab().loss(2, 100);
    assertThat(lab.pings(ENDPOINTS.get(0), ENDPOINTS.get(1))).isFalse();
    lab.lab().heal();
    lab.untilAllAlive();
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(7)
  void aFrozenAgentIsHeldFailedAndComesBackWhenItGoesOn() throws Exception {
    lab.lab().stop(3);
    lab.untilState(1, 3, "failed");
    lab.lab().cont(3);
    lab.untilAllAlive();
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(8)
  void aKilledAgentComesBackWithItsEndpoint() throws Exception {
    String ip = ENDPOINTS.get(1).view().ip();
    lab.lab().kill(2);
    lab.untilState(1, 2, "failed");
    lab.lab().start(2);
    lab.untilAllAlive();
    assertThat(lab.client(2).endpoints().endpoints()).extracting(EndpointView::ip).contains(ip);
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(9)
  void downLeavesNothingAlsoAfterAnAgentWasKilled() throws Exception {
    lab.lab().kill(1);
    lab.lab().stop(2);
    lab.down();
  }
}
