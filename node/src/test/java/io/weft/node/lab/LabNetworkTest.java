package io.weft.node.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.weft.node.testing.Netns;
import io.weft.vxlan.ffi.MissingCapabilityException;
import io.weft.vxlan.netns.NetworkNamespace;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real namespaces, veths and nf_tables; they hang on descriptors only and go with this process. */
final class LabNetworkTest {
  private static final int HOSTS = 3;
  private static final int TIMEOUT_MILLIS = 300;
  private static final int TRIES = 5;

  private final List<NetworkNamespace> hosts = new ArrayList<>();
  private final List<Ping> pings = new ArrayList<>();
  private NetworkNamespace wire;

  @BeforeEach
  void build() {
    try {
      wire = NetworkNamespace.createPrivate();
    } catch (MissingCapabilityException e) {
      throw Netns.skipOrFail(e);
    }
    LabNetwork.prepareWire(wire);
    for (int host = 1; host <= HOSTS; host++) {
      NetworkNamespace namespace = NetworkNamespace.createPrivate();
      hosts.add(namespace);
      LabNetwork.connect(wire, namespace, host, 1500);
      pings.add(new Ping(namespace));
    }
  }

  @AfterEach
  void remove() {
    pings.forEach(Ping::close);
    hosts.forEach(NetworkNamespace::close);
    if (wire != null) { // null when skipped
      wire.close();
    }
  }

  @Test
  void everyHostReachesEveryOtherThroughTheRouter() {
    for (int from = 1; from <= HOSTS; from++) {
      for (int to = 1; to <= HOSTS; to++) {
        assertThat(reaches(from, to)).as("%d to %d", from, to).isTrue();
      }
    }
  }

  @Test
  void aPartitionCutsBothWaysAndHeals() {
    setCuts(Partition.parse("1,2/3", false, HOSTS).cuts(HOSTS));
    assertThat(reaches(1, 2)).isTrue();
    assertThat(reaches(1, 3)).isFalse();
    assertThat(reaches(3, 2)).isFalse();
    setCuts(Partition.parse("1,3/2", false, HOSTS).cuts(HOSTS));
    assertThat(reaches(1, 2)).isFalse();
    assertThat(reaches(1, 3)).isTrue();
    setCuts(Collections.emptySortedSet());
    assertThat(reaches(1, 2)).isTrue();
    assertThat(reaches(3, 2)).isTrue();
  }

  @Test
  void aOneWayPartitionLosesOnlyWhatTheFirstGroupSends() {
    SortedSet<Direction> cuts = Partition.parse("1/2", true, HOSTS).cuts(HOSTS);
    assertThat(cuts).containsExactly(new Direction(1, 2));
    setCuts(cuts);
    // An echo needs both ways, so the way that is left is shown by the packets that arrive.
    long before = received(1);
    assertThat(reaches(2, 1)).isFalse();
    assertThat(received(1)).isGreaterThan(before);
    before = received(2);
    assertThat(reaches(1, 2)).isFalse();
    assertThat(received(2)).isEqualTo(before);
  }

  @Test
  void lossTakesAboutItsShare() {
    TreeMap<Integer, Double> loss = new TreeMap<>();
    loss.put(2, 50.0);
    LabNetwork.setFaults(wire, Collections.emptySortedSet(), loss);
    int answered = 0;
    int sent = 200;
    for (int i = 0; i < sent; i++) {
      answered += pings.getFirst().once(LabNetwork.address(2), 8, 20).isPresent() ? 1 : 0;
    }
    // Lost with one half on each way: a quarter comes back.
    assertThat(answered / (double) sent).isCloseTo(0.25, within(0.15));
    assertThat(reaches(1, 3)).isTrue();
    loss.put(2, 100.0);
    LabNetwork.setFaults(wire, Collections.emptySortedSet(), loss);
    assertThat(reaches(1, 2)).isFalse();
    LabNetwork.setFaults(wire, Collections.emptySortedSet(), new TreeMap<>());
    assertThat(reaches(1, 2)).isTrue();
  }

  @Test
  void manyCutsFitOneTransaction() {
    TreeSet<WireRules.Cut> cuts = new TreeSet<>();
    TreeMap<Integer, Integer> loss = new TreeMap<>();
    for (int from = 1; from <= LabNetwork.MAX_HOSTS; from++) {
      loss.put(from, 100);
      for (int to = 1; to <= LabNetwork.MAX_HOSTS; to++) {
        cuts.add(new WireRules.Cut(1000 + from, 1000 + to));
      }
    }
    wire.run(() -> NetfilterBatch.commit(WireRules.replace(cuts, loss)));
    assertThat(reaches(1, 2)).isTrue();
  }

  @Test
  void aPingThatIsAnsweredLateIsNotLost() throws Exception {
    InetAddress late = InetAddress.getByName("10.99.0.77");
    wire.call(
        () -> {
          try (RouteMessages messages = new RouteMessages()) {
            messages.routeOnLink(late, "h2");
          }
          // The router keeps what it has for a neighbour that does not answer yet.
          Path patience = Path.of("/proc/sys/net/ipv4/neigh/h2/mcast_solicit");
          return Files.writeString(patience, "60");
        });
    try (PingLoop loop = new PingLoop(hosts.getFirst(), late)) {
      Thread.sleep(1200);
      hosts
          .get(1)
          .run(
              () -> {
                try (RouteMessages messages = new RouteMessages()) {
                  messages.addAddress(LabNetwork.HOST_DEVICE, late);
                }
              });
      PingLoop.Tally tally = loop.end();
      assertThat(tally.lost()).isZero();
      assertThat(tally.sent()).isGreaterThan(1);
      assertThat(tally.slowestMillis()).isGreaterThan(1000);
    }
  }

  @Test
  void aPingThatIsNeverAnsweredIsLost() throws Exception {
    setCuts(Partition.parse("1/2", false, HOSTS).cuts(HOSTS));
    try (PingLoop loop = new PingLoop(hosts.getFirst(), LabNetwork.address(2))) {
      Thread.sleep(300);
      PingLoop.Tally tally = loop.end();
      assertThat(tally.sent()).isGreaterThan(1);
      assertThat(tally.lost()).isEqualTo(tally.sent());
    }
  }

  private void setCuts(SortedSet<Direction> cuts) {
    LabNetwork.setFaults(wire, cuts, new TreeMap<>());
  }

  /** A packet may be late on a busy machine: a few are tried before "no". */
  private boolean reaches(int from, int to) {
    for (int tries = 0; tries < TRIES; tries++) {
      if (reachesAtOnce(from, to)) {
        return true;
      }
    }
    return false;
  }

  private boolean reachesAtOnce(int from, int to) {
    return pings.get(from - 1).once(LabNetwork.address(to), 56, TIMEOUT_MILLIS).isPresent();
  }

  private long received(int host) {
    return Netns.receivedEchoes(hosts.get(host - 1));
  }
}
