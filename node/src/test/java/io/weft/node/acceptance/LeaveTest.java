package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.acceptance.WeftProcess.Outcome;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.VoterView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Hosts leave one after the other, in good order, and the rest goes on. */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LeaveTest {
  private static final int HOSTS = 4;
  private static final int VOTERS = 3;
  private static final List<Attached> ENDPOINTS = new ArrayList<>();
  private static final TreeSet<Integer> STAYING = new TreeSet<>();
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    lab.createNetwork(1, "blue", "10.32.0.0/16");
    for (int host = 1; host <= HOSTS; host++) {
      STAYING.add(host);
      ENDPOINTS.add(lab.attach(host, "blue", "ep" + host));
    }
    lab.untilAllPing(ENDPOINTS);
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  private static String id(int host) {
    return lab.client(host).status().node();
  }

  private static void untilVoters(int count) throws Exception {
    for (int host : STAYING) {
      AcceptanceLab.until(
          "host " + host + " sees " + count + " voters and a leader",
          () -> {
            var voters = lab.client(host).voters();
            return voters.voters().size() == count && voters.leader() != null;
          });
    }
  }

  private static int someVoter() {
    int observer = STAYING.first();
    List<String> voters =
        lab.client(observer).voters().voters().stream().map(VoterView::id).toList();
    return STAYING.descendingSet().stream()
        .filter(host -> host != observer && voters.contains(id(host)))
        .findFirst()
        .orElseThrow();
  }

  private static void checkLeft(int host, String id) throws Exception {
    STAYING.remove(host);
    AcceptanceLab.until(
        "the agent of host " + host + " ends by itself",
        () -> lab.lab().status().hosts().get(host - 1).state().equals("dead"));
    for (int observer : STAYING) {
      lab.untilState(observer, host, "left");
      AcceptanceLab.until(
          "host " + observer + " sees the blocks of host " + host + " in quarantine",
          () -> {
            List<LeaseView> leases =
                lab.client(observer).leases().leases().stream()
                    .filter(lease -> lease.holder().equals(id))
                    .toList();
            return !leases.isEmpty()
                && leases.stream().allMatch(lease -> lease.state().equals("quarantined"));
          });
      AcceptanceLab.until(
          "host " + observer + " has forgotten the endpoint of host " + host,
          () ->
              lab.client(observer).endpoints().endpoints().stream()
                  .noneMatch(endpoint -> endpoint.host().equals(id)));
    }
    ENDPOINTS.removeIf(endpoint -> endpoint.host() == host);
    lab.untilAllPing(ENDPOINTS);
  }

  @Test
  @Order(1)
  void aVoterThatLeavesIsReplaced() throws Exception {
    untilVoters(VOTERS);
    int leaving = someVoter();
    String id = id(leaving);
    Outcome left = lab.weft(leaving, "leave", "--purge");
    assertThat(left.code()).as(left.err()).isZero();
    checkLeft(leaving, id);
    Path data = lab.data(leaving);
    AcceptanceLab.until(
        "the data directory of host " + leaving + " is empty", () -> isEmptyOrAbsent(data));
    untilVoters(VOTERS);
    lab.createNetwork(STAYING.first(), "green", "10.33.0.0/16");
  }

  private static boolean isEmptyOrAbsent(Path directory) throws Exception {
    if (!Files.exists(directory)) {
      return true;
    }
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  @Order(2)
  void votersShrinkToOneWithTwoHostsLeft() throws Exception {
    int leaving = someVoter();
    String id = id(leaving);
    Outcome left = lab.weft(leaving, "leave");
    assertThat(left.code()).as(left.err()).isZero();
    checkLeft(leaving, id);
    untilVoters(1);
    lab.createNetwork(STAYING.last(), "red", "10.34.0.0/16");
  }
}
