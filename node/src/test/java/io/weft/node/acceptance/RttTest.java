package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.node.acceptance.WeftProcess.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Round trips by the command line, among running agents. */
@Tag("netns")
final class RttTest {
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

  @Test
  void anyHostTellsTheRoundTripBetweenAnyTwo() throws Exception {
    for (int host = 1; host <= HOSTS; host++) {
      int asked = host;
      int other = 1 + host % HOSTS;
      int third = 1 + other % HOSTS;
      AcceptanceLab.until(
          "host " + host + " can tell",
          () -> lab.client(asked).rtt("host" + other, "host" + third).rttMillis() > 0);
      Outcome estimated = lab.weft(host, "rtt", "host" + other, "host" + third, "-o", "json");
      assertThat(estimated.code()).as(estimated.err()).isZero();
      JsonNode answer = new ObjectMapper().readTree(estimated.out());
      assertThat(answer.path("from").asText()).isEqualTo("host" + other);
      assertThat(answer.path("to").asText()).isEqualTo("host" + third);
      assertThat(answer.path("rttMillis").asDouble()).isBetween(0.01, 1_000.0);
      assertThat(answer.path("measured").asBoolean()).isFalse();

      Outcome measured = lab.weft(host, "rtt", "host" + other);
      assertThat(measured.code()).as(measured.err()).isZero();
      assertThat(measured.out())
          .matches("host" + other + " - host" + host + ": [0-9.]+ ms, measured\n");
      assertThat(lab.client(host).members().members())
          .filteredOn(member -> member.name().equals("host" + other))
          .allSatisfy(member -> assertThat(member.rttMillis()).isPositive());
    }
  }

  @Test
  void whoIsNotThereOrMeantTwiceIsSaidInALine() throws Exception {
    Outcome nobody = lab.weft(1, "rtt", "nobody");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.errorLines())
        .containsExactly(
            "weft: no member is called 'nobody'; 'weft members' lists them with their ids");
    Outcome itself = lab.weft(1, "rtt", "host1");
    assertThat(itself.code()).isEqualTo(2);
    assertThat(itself.errorLines())
        .containsExactly("weft: host1 is the host that you ask: name another member");
    Outcome twice = lab.weft(1, "rtt", "host2", "host2");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.errorLines()).containsExactly("weft: both are host2: name two members");
  }
}
