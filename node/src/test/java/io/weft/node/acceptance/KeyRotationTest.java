package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.GossipKeysView;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The gossip key of running agents is rotated, and nobody notices (INV-SEC-3). */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KeyRotationTest {
  private static final int HOSTS = 3;
  private static final int VOTERS = 3;
  private static final List<Attached> ENDPOINTS = new ArrayList<>();
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    lab.createNetwork(1, "blue", "10.32.0.0/16");
    for (int host = 1; host <= HOSTS; host++) {
      ENDPOINTS.add(lab.attach(host, "blue", "ep" + host));
    }
    lab.untilAllPing(ENDPOINTS);
    lab.untilAllAlive();
    AcceptanceLab.until(
        "there are three voters", () -> lab.client(1).voters().voters().size() == VOTERS);
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static GossipKeysView gossip(int host) {
    return lab.client(host).keys().gossip();
  }

  private static void untilAllHoldOnly(int epoch) throws Exception {
    for (int host = 1; host <= HOSTS; host++) {
      int each = host;
      AcceptanceLab.until(
          "host " + host + " holds gossip key " + epoch + " and no other",
          () ->
              gossip(each).equals(new GossipKeysView(epoch, List.of(epoch), "steady", List.of())));
    }
  }

  private static long lastEvent(int host) {
    return lab.client(host).events(0).events().getLast().index();
  }

  /** What was said of members being suspected or failed since then. */
  private static List<EventView> accusations(int host, long since) {
    return lab.client(host).events(since + 1).events().stream()
        .filter(e -> e.type().equals("member-suspect") || e.type().equals("member-failed"))
        .toList();
  }

  @Test
  @Order(1)
  void aRotationIsCarriedToItsEndAndNobodyIsSuspectedOnTheWay() throws Exception {
    List<Long> before = Stream.of(1, 2, 3).map(KeyRotationTest::lastEvent).toList();
    Outcome done = lab.weft(2, "keys", "rotate", "--gossip");
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out())
        .startsWith("gossip key 2 is installed\n")
        .endsWith("gossip key 2 is the only one\n");
    untilAllHoldOnly(2);
    lab.untilAllPing(ENDPOINTS);
    for (int host = 1; host <= HOSTS; host++) {
      assertThat(accusations(host, before.get(host - 1))).isEmpty();
      assertThat(Files.readString(lab.data(host).resolve("audit.log")))
          .contains("gossip-key-installed", "gossip-key-used", "gossip-key-removed");
      var file = lab.data(host).resolve("gossip-keys");
      assertThat(Files.readString(file)).contains("seal 2\n").doesNotContain("key 1 ");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    Outcome shown = lab.weft(3, "keys");
    assertThat(shown.out()).containsPattern("gossip +2 +2 +- +- +steady").contains("CA ");
  }

  @Test
  @Order(2)
  void whoWasFrozenOrDownDuringARotationGetsInAgain() throws Exception {
    lab.lab().stop(3);
    lab.untilState(1, 3, "failed");
    Outcome begun = lab.weft(1, "keys", "rotate", "--gossip", "--no-wait");
    assertThat(begun.code()).as(begun.err()).isZero();
    AcceptanceLab.until(
        "the rotation waits for the one that does not answer",
        () -> gossip(1).waitingFor().equals(List.of("host3")));
    Outcome second = lab.weft(1, "keys", "rotate", "--gossip");
    assertThat(second.code()).isEqualTo(5);
    assertThat(second.errorLines())
        .containsExactly(
            "weft: a rotation to gossip key 3 is under way; 'weft keys' shows what it waits for");
    AcceptanceLab.until("the others do without it", () -> gossip(1).accepted().equals(List.of(3)));
    lab.lab().cont(3);
    untilAllHoldOnly(3);
    lab.untilAllAlive();

    lab.lab().kill(3);
    lab.untilState(1, 3, "failed");
    assertThat(lab.weft(2, "keys", "rotate", "--gossip").code()).isZero();
    // Not even a copy of the registry tells it what has happened.
    Files.deleteIfExists(lab.data(3).resolve("registry"));
    lab.lab().start(3);
    untilAllHoldOnly(4);
    lab.untilAllAlive();
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(3)
  void withoutAMajorityNothingIsRotatedAndTheCommandSaysWhy() throws Exception {
    lab.lab().stop(2);
    lab.lab().stop(3);
    try {
      lab.untilState(1, 3, "failed");
      lab.untilState(1, 2, "failed");
      Outcome refused = lab.weft(1, "keys", "rotate", "--gossip");
      assertThat(refused.code()).as(refused.out()).isEqualTo(5);
      assertThat(refused.errorLines()).hasSize(1);
      assertThat(gossip(1).epoch()).isEqualTo(4);
    } finally {
      lab.lab().cont(2);
      lab.lab().cont(3);
    }
    lab.untilAllAlive();
  }
}
