package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.view.MemberView;
import io.weft.node.api.view.TokenRequest;
import io.weft.node.api.view.TokenView;
import io.weft.node.lab.LabNetwork;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is wrong is said in one line, with the contract's exit code, and nothing is half done. */
@Tag("netns")
final class BadInputTest {
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 3;
  private static final int NOT_PERMITTED = 4;
  private static final int REFUSED = 5;
  private static final String SEED = LabNetwork.address(1).getHostAddress() + ":7940";
  private static final int STRANGER = 9;
  private static final int JOINER = 8;
  private static AcceptanceLab lab;

  /** A host of a cluster of its own. */
  private static BareHost stranger;

  /** A host of no cluster. */
  private static BareHost joiner;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(1);
    stranger = new BareHost(lab, STRANGER);
    joiner = new BareHost(lab, JOINER);
    configureJoiner("");
    Outcome init = stranger.weft("init");
    assertThat(init.code()).as(init.err()).isZero();
  }

  @AfterAll
  static void remove() throws Exception {
    if (stranger != null) {
      stranger.close();
    }
    if (joiner != null) {
      joiner.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  private static void configureJoiner(String more) throws Exception {
    joiner.configure("joiner", "lab-" + lab.name(), "10.99.0.8", more);
  }

  private static void assertOneLine(Outcome outcome, int code, String... words) {
    assertThat(outcome.err()).doesNotContain("\tat ");
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.errorLines()).as(outcome.err()).hasSize(1);
    for (String word : words) {
      assertThat(outcome.errorLines().getFirst()).contains(word);
    }
  }

  private static Outcome atHost1(String... args) throws Exception {
    return lab.weft(1, args);
  }

  @Test
  void anUnknownConfigurationKeyIsRefusedByNameFileAndLine() throws Exception {
    configureJoiner("dataDri: /tmp/x\ngossip: {port: 99999}");
    try {
      for (String command : List.of("agent", "init")) {
        Outcome refused = joiner.weft(command);
        assertOneLine(refused, USAGE, "dataDri", "weft.yaml:6", "weft.yaml:7", "gossip.port");
      }
    } finally {
      configureJoiner("");
    }
    assertThat(joiner.data()).doesNotExist();
  }

  @Test
  void aWrongOrOverlappingSubnetIsRefusedAndNoNetworkIsMade() throws Exception {
    assertThat(atHost1("network", "create", "good", "--subnet", "10.50.0.0/16").code()).isZero();
    int before = lab.client(1).networks().networks().size();
    assertOneLine(
        atHost1("network", "create", "bad1", "--subnet", "10.51.0.0/99"), USAGE, "99", "10.51.0.0");
    assertOneLine(atHost1("network", "create", "bad2", "--subnet", "nonsense"), USAGE, "nonsense");
    assertOneLine(
        atHost1("network", "create", "bad3", "--subnet", "10.51.0.1/16"), USAGE, "10.51.0.0/16");
    assertOneLine(
        atHost1("network", "create", "bad4", "--subnet", "10.50.128.0/17"), REFUSED, "good");
    assertOneLine(
        atHost1("network", "create", "bad5", "--subnet", "10.99.0.0/16"), REFUSED, "10.99.0.1");
    assertThat(lab.client(1).networks().networks()).hasSize(before);
  }

  @Test
  void anAttachToNothingIsRefused() throws Exception {
    assertOneLine(atHost1("attach", "no-such-network"), 1, "no-such-network");
    assertOneLine(
        WeftProcess.run(null, lab.folder(), List.of("status", "--socket", "/nonexistent.sock")),
        3,
        "/nonexistent.sock");
  }

  @Test
  void anInterfaceNameThatIsNoneIsRefusedBeforeABlockIsLeased() throws Exception {
    assertThat(atHost1("network", "create", "unused", "--subnet", "10.52.0.0/16").code()).isZero();
    assertOneLine(
        atHost1("attach", "unused", "--ifname", "much-too-long-a-name"),
        USAGE,
        "much-too-long-a-name");
    assertThat(lab.client(1).leases().leases())
        .noneMatch(lease -> lease.network().equals("unused"));
  }

  @Test
  void aTokenThatIsUsedUpExpiredForgedOrForeignLetsNobodyIn() throws Exception {
    String once = lab.client(1).createToken(new TokenRequest(600_000, 1)).token();
    TokenView shortLived = lab.client(1).createToken(new TokenRequest(3_000, 1));
    String expired = shortLived.token();
    // A join that could not be kept does not count against the token.
    Path file = Files.writeString(joiner.data().resolveSibling("a-file"), "mine");
    assertOneLine(
        joiner.weft("join", SEED, "--token", once, "--set", "dataDir=" + file),
        REFUSED,
        file.toString());
    assertThat(file).hasContent("mine");
    // Nor does one into another cluster than the configuration names, nor one that reaches nobody.
    assertOneLine(
        joiner.weft("join", SEED, "--token", once, "--set", "cluster=wrongname"),
        REFUSED,
        "wrongname",
        "lab-" + lab.name());
    assertOneLine(
        joiner.weft("join", LabNetwork.address(1).getHostAddress() + ":9", "--token", once),
        UNREACHABLE,
        ":9",
        "weft agent");
    assertThat(joiner.data()).doesNotExist();
    assertThat(joiner.weft("join", SEED, "--token", once).code()).isZero();
    Map<String, String> joined = joiner.dataFiles();
    assertThat(joined).isNotEmpty();
    // A second join into a filled data directory changes nothing in it.
    assertOneLine(joiner.weft("join", SEED, "--token", once), REFUSED, joiner.data().toString());
    assertThat(joiner.dataFiles()).isEqualTo(joined);

    Path other = joiner.data().resolveSibling("other-data");
    stranger.startAgent();
    Instant expiry = Instant.parse(shortLived.expires());
    AcceptanceLab.until("the token has expired", () -> Instant.now().isAfter(expiry));
    String foreign;
    try {
      foreign = stranger.client().createToken(new TokenRequest(600_000, 1)).token();
      refusedToken(other, once, REFUSED, "used up");
      refusedToken(other, expired, REFUSED, "expired");
      refusedToken(other, foreign, REFUSED, "CA");
      refusedToken(other, flipped(once), REFUSED, "token");
      refusedToken(other, "nonsense", USAGE, "token");
    } finally {
      stranger.killAgent();
    }
    deleteData(joiner);
  }

  private static void refusedToken(Path dataDir, String token, int code, String word)
      throws Exception {
    assertOneLine(
        joiner.weft("join", SEED, "--token", token, "--set", "dataDir=" + dataDir), code, word);
    assertThat(dataDir).doesNotExist();
    assertThat(dataDir.resolveSibling("." + dataDir.getFileName() + ".new")).doesNotExist();
  }

  /** The same token with another secret. */
  private static String flipped(String token) {
    String[] parts = token.split("\\.", -1);
    char last = parts[1].charAt(0);
    parts[1] = (last == 'a' ? 'b' : 'a') + parts[1].substring(1);
    return String.join(".", parts);
  }

  private static void deleteData(BareHost host) throws Exception {
    try (var all = Files.walk(host.data())) {
      for (Path file : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void anAgentWithACertificateOfAnotherCaBecomesNoMember() throws Exception {
    stranger.configure("stranger", "other", "10.99.0.9", "seeds: [\"" + SEED + "\"]");
    stranger.startAgent();
    try {
      AcceptanceLab.until(
          "the stranger was refused",
          () -> Files.readString(stranger.log()).contains("event=seed-failed subject=\"" + SEED));
      assertThat(lab.client(1).members().members())
          .extracting(MemberView::name)
          .containsExactly("host1");
      assertThat(stranger.client().members().members()).hasSize(1);
      assertThat(lab.client(1).peers().peers()).isEmpty();
    } finally {
      stranger.killAgent();
      stranger.configure("stranger", "other", "10.99.0.9", "");
    }
  }

  @Test
  void anOccupiedPortIsNamedAndNothingIsChanged() throws Exception {
    InetAddress own = LabNetwork.address(STRANGER);
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    refusedWhile(() -> new DatagramSocket(7940, own), "7940");
    refusedWhile(() -> new ServerSocket(7940, 1, own), "7940");
    refusedWhile(() -> new DatagramSocket(7942), "7942");
    refusedWhile(() -> new ServerSocket(7941, 1, loopback), "7941");
    stranger.startAgent();
    stranger.killAgent();
  }

  private static void refusedWhile(Callable<AutoCloseable> taking, String port) throws Exception {
    Map<String, String> before = stranger.dataFiles();
    List<String> devices = stranger.devices();
    try (AutoCloseable taken = stranger.namespace().call(taking)) {
      assertThat(taken).isNotNull();
      assertOneLine(stranger.weft("agent"), REFUSED, port);
    }
    assertThat(stranger.socket()).doesNotExist();
    assertThat(stranger.devices()).isEqualTo(devices);
    assertUnchanged(before);
  }

  /** But for the lock's empty file, which a start makes first of all. */
  private static void assertUnchanged(Map<String, String> before) throws Exception {
    Map<String, String> after = stranger.dataFiles();
    if (!before.containsKey("lock")) {
      after.remove("lock");
    }
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after).isEqualTo(before);
  }

  @Test
  void aSecondAgentOnOneDataDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
    try (BareHost second = new BareHost(lab, 7)) {
      Outcome refused = second.weft("agent", "--set", "dataDir=" + lab.data(1));
      assertOneLine(refused, REFUSED, lab.data(1).toString());
      assertThat(lab.client(1).status().state()).isEqualTo("alive");
    }
  }

  @Test
  void aMissingCapabilityIsNamed() throws Exception {
    Map<String, String> before = stranger.dataFiles();
    List<String> powerless =
        List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");
    assertOneLine(stranger.weftBehind(powerless, "agent"), NOT_PERMITTED, "CAP_");
    assertUnchanged(before);
    assertThat(stranger.socket()).doesNotExist();
    assertOneLine(
        WeftProcess.run(
            null, lab.folder(), powerless, List.of("lab", "up", "--name", lab.name() + "x")),
        NOT_PERMITTED,
        "CAP_SYS_ADMIN");
    assertThat(lab.folder().resolveSibling(lab.name() + "x")).doesNotExist();
  }
}
