package io.weft.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.chaos.agents.Agents;
import io.weft.chaos.cluster.ContainerCluster;
import io.weft.chaos.image.Checkout;
import io.weft.chaos.image.ImageBuilder;
import io.weft.chaos.nemesis.Partitioner;
import io.weft.chaos.workload.MembershipReaders;
import io.weft.simulator.checker.MembershipChecker;
import io.weft.simulator.checker.Verdict;
import io.weft.simulator.history.Fault;
import io.weft.simulator.history.HistoryCodec;
import io.weft.simulator.history.HistoryRecorder;
import io.weft.simulator.history.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** INV-MEM-1, -2 and -5 with real agents in containers, seen through the public interface only. */
@Tag("chaos")
@Tag("docker")
class PartitionChaosTest {
  /** The simulator's worst of 200 seeds is 8 s; a busy machine gets several times that. */
  private static final long BOUND_NANOS = 45_000_000_000L;

  /** A read takes a second, on a starved machine a minute. */
  private static final long READ_LIMIT_MILLIS = 300_000;

  private static final long LIMIT_MILLIS = 60_000;

  private final long beganNanos = System.nanoTime();
  private final HistoryRecorder recorder =
      new HistoryRecorder(() -> System.nanoTime() - beganNanos);

  @BeforeAll
  static void needsDockerAndABuild() {
    Needs.docker();
    if (!Checkout.around(Path.of("")).built()) {
      Needs.missing("docker", "the launcher has not built: run ./weft version once");
    }
  }

  @Test
  void a_host_that_is_cut_off_is_found_and_comes_back_when_healed() throws Exception {
    String image =
        new ImageBuilder(DockerClientFactory.instance().client(), Path.of("target", "image"))
            .ensure(Checkout.around(Path.of("")).content(Path.of(System.getProperty("java.home"))));
    try (ContainerCluster cluster = ContainerCluster.start(image, 3);
        Partitioner partitioner = new Partitioner(cluster)) {
      Agents agents = new Agents(cluster, "chaos");
      agents.form();
      try (MembershipReaders readers = MembershipReaders.start(agents, cluster.hosts(), recorder)) {
        run(agents, cluster.hosts(), partitioner, readers);
      } finally {
        keep(agents);
      }
    }
    Verdict verdict = new MembershipChecker(BOUND_NANOS).check(recorder.history());
    assertThat(verdict.violations()).isEmpty();
    assertThat(verdict.gaps()).isEmpty();
    assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.VALID);
  }

  private void run(
      Agents agents, List<String> hosts, Partitioner partitioner, MembershipReaders readers)
      throws InterruptedException {
    nemesis(new Fault.Cluster(hosts), () -> {});
    settle(agents, readers, System.nanoTime());
    Fault.Partition cut = new Fault.Partition(List.of(List.of("h1", "h2"), List.of("h3")));

    nemesis(cut, () -> partitioner.partition(cut.groups()));
    long cutNanos = System.nanoTime();

    agents.await("both sides hold the other failed", LIMIT_MILLIS, () -> bothSidesKnow(agents));
    assertThat(agents.eventsOf("h3", "h1")).containsSubsequence("member-suspect", "member-failed");
    assertThat(agents.eventsOf("h3", "h2")).containsSubsequence("member-suspect", "member-failed");
    assertThat(List.of(agents.eventsOf("h1", "h3"), agents.eventsOf("h2", "h3")))
        .as("the side of two: one suspects, and both come to know")
        .allSatisfy(events -> assertThat(events).contains("member-failed"))
        .anySatisfy(
            events -> assertThat(events).containsSubsequence("member-suspect", "member-failed"));
    theOthersGoOn(agents);
    settle(agents, readers, cutNanos);

    nemesis(new Fault.Heal(), partitioner::heal);
    long healNanos = System.nanoTime();

    agents.await("all see all alive again", LIMIT_MILLIS, agents::allSeeAllAlive);
    agents.await(
        "the host that was cut off knows of the new network",
        LIMIT_MILLIS,
        () -> networks(agents, "h3").contains("blue"));
    settle(agents, readers, healNanos);
  }

  /** Waits until each host was read after the bound, however busy the machine is. */
  private static void settle(Agents agents, MembershipReaders readers, long actNanos)
      throws InterruptedException {
    long settledNanos = actNanos + BOUND_NANOS;
    Thread.sleep(Math.max(0, (settledNanos - System.nanoTime()) / 1_000_000));
    agents.await(
        "each host was read after the bound",
        READ_LIMIT_MILLIS,
        () -> readers.allReadAfter(settledNanos));
  }

  private static boolean bothSidesKnow(Agents agents) {
    SortedMap<String, String> ofH1 = agents.members("h1").states();
    SortedMap<String, String> ofH2 = agents.members("h2").states();
    SortedMap<String, String> ofH3 = agents.members("h3").states();
    return "failed".equals(ofH1.get("h3"))
        && "failed".equals(ofH2.get("h3"))
        && "failed".equals(ofH3.get("h1"))
        && "failed".equals(ofH3.get("h2"));
  }

  /** The majority still sees itself alive, and still agrees on something new. */
  private static void theOthersGoOn(Agents agents) {
    assertThat(agents.members("h1").states()).containsEntry("h2", "alive");
    assertThat(agents.members("h2").states()).containsEntry("h1", "alive");
    agents.ask("h1", "weft", "network", "create", "blue", "--subnet", "10.32.0.0/16", "-o", "json");
    agents.await(
        "the other host of the majority knows of the new network",
        LIMIT_MILLIS,
        () -> networks(agents, "h2").contains("blue"));
    assertThat(networks(agents, "h3")).doesNotContain("blue");
  }

  private static List<String> networks(Agents agents, String host) {
    return agents
        .ask(host, "weft", "networks", "-o", "json")
        .path("networks")
        .findValuesAsText("name");
  }

  private void nemesis(Fault fault, Runnable act) {
    recorder.invoke(Operation.NEMESIS, fault.f(), fault.toJson());
    act.run();
    recorder.ok(Operation.NEMESIS, fault.f(), fault.toJson());
  }

  /** Leaves what is needed to judge the run again, whether it failed or not. */
  private void keep(Agents agents) throws IOException {
    Path report = Files.createDirectories(Path.of("target", "chaos", "partition"));
    HistoryCodec.write(report.resolve("history.jsonl"), recorder.history());
    Files.writeString(report.resolve("agents.log"), agents.logs());
  }
}
