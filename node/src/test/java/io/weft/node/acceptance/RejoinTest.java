package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.api.view.MemberView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A host finds the others after a restart though its seed is gone (INV-MEM-5). */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RejoinTest {
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(3);
    lab.untilAllAlive();
    for (int host = 1; host <= 3; host++) { // so that two are a majority
      int asked = host;
      AcceptanceLab.until(
          "host " + host + " sees three voters and a leader",
          () -> {
            var voters = lab.client(asked).voters();
            return voters.voters().size() == 3 && voters.leader() != null;
          });
    }
    String first =
        lab.client(3).members().members().stream()
            .filter(member -> member.name().equals("host1"))
            .map(MemberView::address)
            .findFirst()
            .orElseThrow();
    Files.writeString(lab.config(3), "seeds: ['" + first + "']\n", StandardOpenOption.APPEND);
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  /** Both start anew, so that neither looks for the other because it remembers it. */
  @Test
  @Order(1)
  void theHostsThatAreLeftFindEachOtherWhenTheOnlySeedIsGoneForGood() throws Exception {
    for (int host = 1; host <= 3; host++) {
      lab.lab().kill(host);
    }
    lab.lab().start(3);
    lab.lab().start(2);
    lab.untilState(3, 2, "alive");
    lab.untilState(2, 3, "alive");
  }

  @Test
  @Order(2)
  void aDamagedFileOfPeersIsToldOfAndWrittenAnew() throws Exception {
    lab.lab().kill(3);
    Path peers = lab.data(3).resolve("peers.json");
    Files.writeString(peers, Files.readString(peers).replace("7940", "7949"));
    lab.lab().start(3);
    lab.untilState(3, 2, "alive");
    assertThat(Files.readString(lab.hostFolder(3).resolve("agent.log")))
        .contains("event=peers-file-damaged");
    String second = lab.client(2).status().address();
    AcceptanceLab.until(
        "the file is whole again", () -> Files.readString(peers).contains('"' + second + '"'));
  }
}
