package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.view.EventView;
import io.weft.node.api.view.UserEventView;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Users' events and queries by the command line, among running agents. */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class UserEventsTest {
  private static final int HOSTS = 3;
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    lab.untilAllAlive();
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static List<UserEventView> fired(int host) {
    return lab.client(host).events(0).events().stream()
        .filter(e -> e.type().equals("user-event"))
        .map(EventView::user)
        .filter(Objects::nonNull)
        .toList();
  }

  @Test
  @Order(1)
  void anEventThatIsFiredOnOneHostIsShownOnAll() throws Exception {
    Outcome fired = lab.weft(2, "event", "deploy", "v1.2.3");
    assertThat(fired.code()).as(fired.err()).isZero();
    assertThat(fired.out()).isEqualTo("event deploy is on its way (ltime 1)\n");
    for (int host = 1; host <= HOSTS; host++) {
      int each = host;
      AcceptanceLab.until("host " + host + " is told", () -> !fired(each).isEmpty());
      assertThat(fired(host))
          .containsExactly(
              new UserEventView(
                  "deploy", "v1.2.3", "text", "host2", lab.client(2).status().node(), 1));
    }
    assertThat(lab.weft(1, "events").out())
        .containsPattern("user-event  deploy  v1.2.3  \\(from host2");

    Outcome big = lab.weft(1, "event", "big", "x".repeat(510));
    assertThat(big.code()).isEqualTo(2);
    assertThat(big.errorLines())
        .containsExactly(
            "weft: event 'big' has 513 bytes of name and payload; at most 512 are told on");
  }

  @Test
  @Order(2)
  void aPingIsAnsweredByEveryHostAndTheFilterNamesSome() throws Exception {
    Outcome all = lab.weft(1, "query", "ping");
    assertThat(all.code()).as(all.err()).isZero();
    assertThat(all.out())
        .contains("host1 ", "host2 ", "host3 ")
        .endsWith("3 acks, 3 answers, 0 missing\n");
    Outcome one = lab.weft(1, "query", "ping", "--node", "host3");
    assertThat(one.out()).contains("host3 ").endsWith("1 acks, 1 answers, 0 missing\n");
    Outcome unknown = lab.weft(1, "query", "ping", "--node", "nobody");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.errorLines().getFirst()).contains("no member is called 'nobody'");
    Outcome other = lab.weft(1, "query", "uptime", "-o", "json");
    assertThat(other.out()).contains("\"acks\":3").contains("\"answers\":[]");
  }

  @Test
  @Order(3)
  void whoWasFrozenIsMissingAndHearsTheEventWhenItIsBack() throws Exception {
    lab.lab().stop(3);
    Outcome ping = lab.weft(1, "query", "ping", "--timeout", "1s");
    assertThat(ping.code()).isEqualTo(1);
    assertThat(ping.out()).endsWith("2 acks, 2 answers, 1 missing: host3\n");
    lab.untilState(1, 3, "failed");
    assertThat(lab.weft(1, "event", "while-frozen").code()).isZero();
    AcceptanceLab.until("host 2 is told", () -> fired(2).size() == 2);
    Thread.sleep(2_000); // by now nobody tells it on any more
    lab.lab().cont(3);
    lab.untilAllAlive();
    AcceptanceLab.until("host 3 is told", () -> fired(3).size() == 2);
    assertThat(fired(3).getLast().name()).isEqualTo("while-frozen");
  }

  @Test
  @Order(4)
  void whoStartsAnewDoesNotHearWhatWasBefore() throws Exception {
    lab.lab().kill(3);
    lab.lab().start(3);
    lab.untilAllAlive();
    assertThat(lab.weft(1, "event", "since").code()).isZero();
    AcceptanceLab.until(
        "host 3 is told",
        () -> fired(3).stream().map(UserEventView::name).toList().contains("since"));
    assertThat(fired(3).stream().map(UserEventView::name)).containsExactly("since");
  }
}
