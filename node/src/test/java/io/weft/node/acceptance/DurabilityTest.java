package io.weft.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.node.acceptance.AcceptanceLab.Attached;
import io.weft.node.api.ApiClient;
import io.weft.node.api.ApiException;
import io.weft.node.api.view.CreateNetworkRequest;
import io.weft.node.api.view.EndpointView;
import io.weft.node.api.view.LeaseView;
import io.weft.node.api.view.NetworkView;
import io.weft.node.api.view.VotersView;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What was acknowledged is there after every process was killed (INV-RAFT-1, INV-IPAM-1). */
@Tag("netns")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DurabilityTest {
  private static final int HOSTS = 3;
  private static final int ROUNDS = 2;
  private static final int SIGTERM_EXIT_WAIT_SECONDS = 60;
  private static final List<Attached> ENDPOINTS = new ArrayList<>();
  private static final List<NetworkView> NETWORKS = new ArrayList<>();
  private static AcceptanceLab lab;

  @BeforeAll
  static void build() throws Exception {
    lab = AcceptanceLab.up(HOSTS);
    NETWORKS.add(lab.createNetwork(1, "blue", "10.32.0.0/16"));
    NETWORKS.add(lab.createNetwork(3, "green", "10.33.0.0/16"));
    for (int host = 1; host <= HOSTS; host++) {
      ENDPOINTS.add(lab.attach(host, "blue", "blue" + host));
      ENDPOINTS.add(lab.attach(host, "green", "green" + host));
    }
    lab.untilAllPing(ENDPOINTS);
  }

  @AfterAll
  static void remove() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Order(1)
  void everythingAcknowledgedIsThereAfterAllAgentsWereKilledAtOnce() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      NETWORKS.add(lab.createNetwork(2, "round" + round, "10.4" + round + ".0.0/16"));
      List<LeaseView> leases = lab.client(1).leases().leases();
      for (int host = 1; host <= HOSTS; host++) {
        lab.lab().kill(host);
      }
      for (int host = 1; host <= HOSTS; host++) {
        lab.lab().start(host);
      }
      lab.untilAllAlive();
      for (int host = 1; host <= HOSTS; host++) {
        untilAllIsThere(host, leases);
      }
      lab.untilAllPing(ENDPOINTS);
      for (int host = 1; host <= HOSTS; host++) {
        Attached fresh = lab.attach(host, "blue", "fresh" + host + "-" + round);
        assertThat(ENDPOINTS)
            .as("INV-IPAM-1: no address is given twice")
            .extracting(known -> known.view().ip())
            .doesNotContain(fresh.view().ip());
        ENDPOINTS.add(fresh);
      }
    }
    lab.untilAllPing(ENDPOINTS.subList(ENDPOINTS.size() - HOSTS, ENDPOINTS.size()));
  }

  private static void untilAllIsThere(int host, List<LeaseView> leases) throws Exception {
    ApiClient client = lab.client(host);
    AcceptanceLab.until(
        "host " + host + " knows every network",
        () -> client.networks().networks().containsAll(NETWORKS));
    AcceptanceLab.until(
        "host " + host + " knows every lease", () -> client.leases().leases().containsAll(leases));
    AcceptanceLab.until(
        "host " + host + " knows every endpoint",
        () ->
            client.endpoints().endpoints().stream()
                .map(EndpointView::id)
                .toList()
                .containsAll(ENDPOINTS.stream().map(e -> e.view().id()).toList()));
    assertThat(client.endpoints().endpoints())
        .filteredOn(view -> view.network().equals("blue"))
        .extracting(EndpointView::ip)
        .doesNotHaveDuplicates();
  }

  @Test
  @Order(2)
  void noAcknowledgedNetworkIsLostWhenTheLeaderIsKilledMeanwhile() throws Exception {
    int leader = leader();
    int client = leader % HOSTS + 1;
    ConcurrentLinkedQueue<NetworkView> acknowledged = new ConcurrentLinkedQueue<>();
    AtomicBoolean going = new AtomicBoolean(true);
    Thread creator =
        Thread.ofPlatform()
            .daemon(true)
            .start(
                () -> {
                  for (int i = 0; going.get() && i < 200; i++) {
                    try {
                      acknowledged.add(
                          lab.client(client)
                              .createNetwork(
                                  new CreateNetworkRequest(
                                      "loop" + i, "10.97." + i + ".0/24", null, null, null, null)));
                    } catch (ApiException e) {
                      // Not acknowledged: it may or may not be there.
                    }
                  }
                });
    AcceptanceLab.until("some are acknowledged", () -> acknowledged.size() >= 5);
    lab.lab().kill(leader);
    int before = acknowledged.size();
    AcceptanceLab.until(
        "the other two go on", () -> acknowledged.size() > before + 5 || !creator.isAlive());
    going.set(false);
    creator.join();
    assertThat(acknowledged.size()).isGreaterThan(before);
    lab.lab().start(leader);
    for (int host = 1; host <= HOSTS; host++) {
      int current = host;
      AcceptanceLab.until(
          "host " + host + " knows all " + acknowledged.size(),
          () -> lab.client(current).networks().networks().containsAll(acknowledged));
      List<NetworkView> all = lab.client(host).networks().networks();
      Set<Integer> numbers = new HashSet<>();
      all.forEach(network -> assertThat(numbers.add(network.vni())).isTrue());
    }
  }

  private static int leader() throws Exception {
    int[] found = new int[1];
    AcceptanceLab.until(
        "there is a leader",
        () -> {
          VotersView voters = lab.client(1).voters();
          for (int host = 1; host <= HOSTS; host++) {
            if (lab.client(host).status().node().equals(voters.leader())) {
              found[0] = host;
            }
          }
          return found[0] > 0;
        });
    return found[0];
  }

  @Test
  @Order(3)
  void aRestartBySigtermIsNoLeaveAndKeepsAll() throws Exception {
    List<LeaseView> leases = lab.client(2).leases().leases();
    Integer pid = lab.lab().status().hosts().get(1).pid();
    assertThat(io.weft.vxlan.ffi.Processes.tryKill(Objects.requireNonNull(pid), 15)).isZero();
    AcceptanceLab.until(
        "the agent ends within " + SIGTERM_EXIT_WAIT_SECONDS + " s",
        () -> lab.lab().status().hosts().get(1).state().equals("dead"));
    assertThat(lab.stateOf(1, 2)).isNotEqualTo("left");
    lab.lab().start(2);
    lab.untilAllAlive();
    untilAllIsThere(2, leases);
    lab.untilAllPing(ENDPOINTS.subList(0, 2 * HOSTS));
    assertThat(lab.eventsAbout(1, 2)).doesNotContain("member-left");
  }
}
