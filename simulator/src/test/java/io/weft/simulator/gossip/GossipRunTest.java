package io.weft.simulator.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.weft.gossip.GossipConfig;
import io.weft.simulator.history.Fault;
import io.weft.simulator.history.HistoryCodec;
import io.weft.simulator.history.MembersRead;
import io.weft.simulator.history.Operation;
import io.weft.simulator.history.OperationType;
import io.weft.simulator.network.NetworkProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * INV-MEM-1, -2, -3 and -5 with the production cores, judged by an observer who sees everything.
 */
class GossipRunTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long BOUND = 30 * SECOND;
  private static final long CUT_AT = 90 * SECOND;
  private static final long HEAL_AT = 240 * SECOND;
  private static final long END = 390 * SECOND;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void two_hosts_lose_each_other_and_find_each_other_again(long seed) {
    GossipResult result =
        GossipRun.of(cut(seed, 2, NetworkProfile.site(), List.of("h1"), List.of("h2")));

    assertHolds(result);
    assertSuspectedThenFailed(result, "h1", "h2");
    assertSuspectedThenFailed(result, "h2", "h1");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void five_hosts_split_two_to_three_and_reconverge_under_loss(long seed) {
    GossipResult result =
        GossipRun.of(
            cut(
                seed,
                5,
                NetworkProfile.site().withLoss(0.02),
                List.of("h1", "h2"),
                List.of("h3", "h4", "h5")));

    assertHolds(result);
    for (String near : List.of("h1", "h2")) {
      for (String far : List.of("h3", "h4", "h5")) {
        assertSuspectedOrToldFailed(result, near, far);
        assertSuspectedOrToldFailed(result, far, near);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14})
  void a_crashed_host_is_known_to_be_gone_and_comes_back_with_a_new_generation(long seed) {
    GossipResult result =
        GossipRun.of(
            plan(
                seed,
                5,
                NetworkProfile.site(),
                List.of(
                    new ScheduledFault(CUT_AT, new Fault.Crash(List.of("h4"))),
                    new ScheduledFault(HEAL_AT, new Fault.Restart(List.of("h4"))))));

    assertHolds(result);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void every_host_alone_for_an_hour_still_reconverges_unaided(long seed) {
    long hour = 3_600 * SECOND;
    GossipPlan plan =
        new GossipPlan(
            seed,
            5,
            GossipConfig.defaults(),
            NetworkProfile.site(),
            List.of(
                new ScheduledFault(CUT_AT, new Fault.Partition(List.of())),
                new ScheduledFault(CUT_AT + hour, new Fault.Heal())),
            CUT_AT + hour + 2 * BOUND,
            BOUND);

    assertHolds(GossipRun.of(plan));
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void eight_hosts_each_cut_off_alone_find_that_out_in_time(long seed) {
    List<ScheduledFault> faults =
        List.of(
            new ScheduledFault(CUT_AT, new Fault.Partition(List.of())),
            new ScheduledFault(HEAL_AT, new Fault.Heal()));

    assertHolds(
        GossipRun.of(
            new GossipPlan(
                seed, 8, GossipConfig.defaults(), NetworkProfile.site(), faults, END, BOUND)));
  }

  @Test
  void a_bound_that_cannot_be_kept_is_found_broken() {
    GossipPlan plan = cut(1, 2, NetworkProfile.site(), List.of("h1"), List.of("h2"));
    GossipPlan hurried =
        new GossipPlan(
            1, 2, plan.config(), plan.network(), plan.faults(), plan.durationNanos(), SECOND);

    assertThat(GossipRun.of(hurried).verdict().violations())
        .anySatisfy(violation -> assertThat(violation.invariant()).isEqualTo("INV-MEM-1"));
  }

  @Test
  void the_same_seed_takes_the_same_way_and_another_seed_another() {
    List<String> first = hashes();

    assertThat(hashes()).isEqualTo(first);
    assertThat(first).doesNotHaveDuplicates();
  }

  @Test
  void the_history_of_a_run_is_well_formed(@TempDir Path dir) throws IOException {
    GossipResult result =
        GossipRun.of(cut(1, 2, NetworkProfile.site(), List.of("h1"), List.of("h2")));
    Path file = dir.resolve("history.jsonl");

    HistoryCodec.write(file, result.history());

    assertThat(HistoryCodec.read(file)).isEqualTo(result.history());
  }

  private static List<String> hashes() {
    List<String> hashes = new ArrayList<>();
    for (long seed = 1; seed <= 4; seed++) {
      NetworkProfile lossy = NetworkProfile.site().withLoss(0.05);
      hashes.add(
          GossipRun.of(cut(seed, 5, lossy, List.of("h1", "h5"), List.of("h2", "h3", "h4")))
              .traceHash());
    }
    return hashes;
  }

  private static GossipPlan cut(
      long seed, int hosts, NetworkProfile network, List<String> near, List<String> far) {
    return plan(
        seed,
        hosts,
        network,
        List.of(
            new ScheduledFault(CUT_AT, new Fault.Partition(List.of(near, far))),
            new ScheduledFault(HEAL_AT, new Fault.Heal())));
  }

  private static GossipPlan plan(
      long seed, int hosts, NetworkProfile network, List<ScheduledFault> faults) {
    return new GossipPlan(seed, hosts, GossipConfig.defaults(), network, faults, END, BOUND);
  }

  private static void assertHolds(GossipResult result) {
    assertThat(result.verdict().violations()).isEmpty();
    assertThat(result.verdict().gaps()).isEmpty();
    assertThat(result.violations()).isEmpty();
    assertThat(result.holds()).isTrue();
  }

  private static void assertSuspectedThenFailed(GossipResult result, String observer, String of) {
    assertThat(beliefs(result, observer, of)).containsSubsequence("alive", "suspect", "failed");
    assertThat(beliefs(result, observer, of)).endsWith("alive");
  }

  /** On the side of several, the news may come from another with the suspicion already over. */
  private static void assertSuspectedOrToldFailed(GossipResult result, String observer, String of) {
    assertThat(beliefs(result, observer, of)).containsSubsequence("alive", "failed", "alive");
  }

  /** What an observer believed of a host, each change once. */
  private static List<String> beliefs(GossipResult result, String observer, String of) {
    List<String> beliefs = new ArrayList<>();
    for (Operation operation : result.history()) {
      if (operation.type() == OperationType.OK && operation.f().equals(MembersRead.F)) {
        MembersRead read = MembersRead.of(operation.value()).orElseThrow();
        String state = read.states().getOrDefault(of, "unknown");
        if (read.observer().equals(observer)
            && (beliefs.isEmpty() || !beliefs.getLast().equals(state))) {
          beliefs.add(state);
        }
      }
    }
    return beliefs;
  }
}
