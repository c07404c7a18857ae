package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.VoterView;
import io.weft.node.lab.LabNetwork;
import io.weft.vxlan.netns.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** A host that is shut out is cut off everywhere, and its identity opens no door (INV-SEC-3). */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RevokeTest {
  private static final int HOSTS = 4;
  private static final int VOTERS = 3;
  private static final int QUIET_MILLIS = 8_000;
  private static final List<Attached> ENDPOINTS = new ArrayList<>();
  private static final List<String> IDS = new ArrayList<>();
  private static AcceptanceLab lab;

  /** The host that is shut out: a voter. */
  private static int out;

  /** A voter that stays. */
  private static int voter;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    lab.createNetwork(1, "blue", "10.32.0.0/16");
    for (int host = 1; host <= HOSTS; host++) {
      ENDPOINTS.add(lab.attach(host, "blue", "ep" + host));
      IDS.add(lab.client(host).status().node());
    }
    lab.untilAllPing(ENDPOINTS);
    AcceptanceLab.until("there are three voters", () -> voters(1).size() == VOTERS);
    List<Integer> numbers =
        IntStream.rangeClosed(1, HOSTS).filter(h -> voters(1).contains(id(h))).boxed().toList();
    voter = numbers.getFirst();
    out = numbers.getLast();
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static String id(int host) {
    return IDS.get(host - 1);
  }

  private static List<String> voters(int host) {
    return lab.client(host).voters().voters().stream().map(VoterView::id).toList();
  }

  private static List<Integer> others() {
    return IntStream.rangeClosed(1, HOSTS).filter(host -> host != out).boxed().toList();
  }

  private static Outcome revoke(int asked, String node) throws Exception {
    return lab.weft(asked, "node", "revoke", node);
  }

  @Test
  @Order(1)
  void onlyAVoterShutsOutAndOnlyAnotherHostThatIsThere() throws Exception {
    int client =
        IntStream.rangeClosed(1, HOSTS)
            .filter(h -> !voters(1).contains(id(h)))
            .findFirst()
            .orElse(0);
    Outcome ofClient = revoke(client, id(out));
    assertThat(ofClient.code()).as(ofClient.err()).isEqualTo(5);
    assertThat(ofClient.err()).contains("only a voter").contains("host" + voter);
    assertThat(revoke(voter, id(voter)).code()).isEqualTo(5);
    assertThat(revoke(voter, "nobody").code()).isEqualTo(1);
    assertThat(lab.client(voter).members().members())
        .extracting(MemberView::state)
        .containsOnly("alive");
  }

  @Test
  @Order(2)
  void aRevokedHostIsCutOffEverywhere() throws Exception {
    Outcome done = revoke(voter, id(out).substring(0, 12));
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("host" + out).contains("revoked").contains("fenced: 1");
    for (int host : others()) {
      lab.untilState(host, out, "left");
      AcceptanceLab.until(
          "host " + host + " has no endpoint, tunnel, link or vote of it",
          () ->
              lab.client(host).endpoints().endpoints().stream()
                      .noneMatch(e -> e.host().equals(id(out)))
                  && lab.client(host).tunnels().tunnels().size() == HOSTS - 2
                  && lab.client(host).peers().peers().stream()
                      .noneMatch(p -> p.id().equals(id(out)) && p.tcp().equals("up"))
                  && !voters(host).contains(id(out))
                  && voters(host).size() == VOTERS);
      assertThat(lab.client(host).leases().leases())
          .filteredOn(lease -> lease.holder().equals(id(out)))
          .extracting(LeaseView::state)
          .containsExactly("fenced");
      assertThat(Files.readString(lab.data(host).resolve("audit.log"))).contains("host-revoked");
    }
    Attached cut = ENDPOINTS.remove(out - 1);
    lab.untilAllPing(ENDPOINTS);
    assertThat(lab.pings(cut, ENDPOINTS.getFirst())).isFalse();
    assertThat(lab.pings(ENDPOINTS.getFirst(), cut)).isFalse();
    lab.createNetwork(voter, "green", "10.33.0.0/16");
  }

  @Test
  @Order(3)
  void itsIdentityOpensNoDoorAlsoWhenItHasForgottenThatItIsRevoked() throws Exception {
    endAgent();
    // Nothing in its own data says so any more: the others must refuse it.
    Files.deleteIfExists(lab.data(out).resolve("registry"));
    Path log = lab.hostFolder(out).resolve("again.log");
    try (NetworkNamespace namespace = lab.hostNamespace(out)) {
      Process again = start(namespace, lab.data(out), log);
      try {
        AcceptanceLab.until(
            "its handshakes are refused: " + log,
            () -> Files.readString(log).contains("event=seed-failed"));
        Thread.sleep(QUIET_MILLIS);
        for (int host : others()) {
          assertThat(lab.stateOf(host, out)).isEqualTo("left");
          assertThat(lab.client(host).peers().peers())
              .noneMatch(p -> p.id().equals(id(out)) && p.tcp().equals("up"));
        }
      } finally {
        again.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  @Order(4)
  void withANewTokenItComesBackAsANewHost() throws Exception {
    String token = lab.client(voter).createToken(new TokenRequest(600_000, 1)).token();
    Path data = lab.hostFolder(out).resolve("data2");
    try (NetworkNamespace namespace = lab.hostNamespace(out)) {
      Outcome joined =
          WeftProcess.run(
              namespace,
              lab.folder(),
              List.of(
                  "join",
                  LabNetwork.address(voter).getHostAddress() + ":7940",
                  "--token",
                  token,
                  "--config",
                  lab.config(out).toString(),
                  "--set",
                  "dataDir=" + data));
      assertThat(joined.code()).as(joined.err()).isZero();
      Files.deleteIfExists(lab.lab().socket(out));
      Process again = start(namespace, data, lab.hostFolder(out).resolve("new.log"));
      try {
        for (int host : others()) {
          AcceptanceLab.until(
              "host " + host + " sees it alive under another identity",
              () ->
                  lab.client(host).members().members().stream()
                      .anyMatch(
                          m ->
                              m.name().equals("host" + out)
                                  && m.state().equals("alive")
                                  && !m.id().equals(id(out))));
        }
        ENDPOINTS.add(lab.attach(out, "blue", "again"));
        lab.untilAllPing(ENDPOINTS);
      } finally {
        again.destroyForcibly().waitFor();
      }
    }
  }

  /** It ends by itself where it hears that it is shut out; it may be cut off before that. */
  private static void endAgent() throws Exception {
    if (!lab.lab().status().hosts().get(out - 1).state().equals("dead")) {
      lab.lab().kill(out);
    }
    Files.deleteIfExists(lab.lab().socket(out));
  }

  private static Process start(NetworkNamespace namespace, Path data, Path log) throws Exception {
    return WeftProcess.start(
        namespace,
        lab.folder(),
        List.of(),
        List.of("agent", "--config", lab.config(out).toString(), "--set", "dataDir=" + data),
        Path.of("/dev/null"),
        log);
  }
}
