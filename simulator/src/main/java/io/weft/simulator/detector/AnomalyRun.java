package io.weft.simulator.detector;

import io.weft.gossip.core.GossipEvent;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Runs a plan from its beginning to its end, and counts who called whom failed, and when. */
public final class AnomalyRun implements DatagramFleet.Experiment {
  private static final long SECOND = 1_000_000_000L;

  /** The first anomaly begins between this and one probe interval later. */
  private static final long WARM_NANOS = 20 * SECOND;

  /** So long all is well at the end, so that what was wrong is told to all. */
  private static final long COOL_NANOS = 20 * SECOND;

  private final AnomalyPlan plan;
  private final World world;
  private final DatagramFleet fleet;
  private final boolean[] sick;

  /** Of each sick member: when the first healthy one, and the last, called it failed; else -1. */
  private final long[] firstNanos;

  private final long[] lastNanos;
  private final boolean[][] foundBy;
  private final int[] found;
  private final long startNanos;
  private long falsePositives;
  private long falsePositivesAtHealthy;
  private long datagrams;
  private long datagramBytes;

  private AnomalyRun(AnomalyPlan plan) {
    this.plan = plan;
    world = new World(plan.seed());
    int n = plan.members();
    firstNanos = new long[n];
    lastNanos = new long[n];
    foundBy = new boolean[n][n];
    found = new int[n];
    fleet = new DatagramFleet(world, this, n, plan.config());
    RandomGenerator choice = world.random().stream("anomaly", -1);
    sick = DatagramFleet.choose(choice, n, plan.sick());
    startNanos =
        WARM_NANOS + choice.nextLong(plan.config().probeIntervalMillis() * (SECOND / 1_000));
  }

  /** Runs it. */
  public static AnomalyResult of(AnomalyPlan plan) {
    return new AnomalyRun(plan).run();
  }

  private AnomalyResult run() {
    fleet.start();
    long at = startNanos;
    for (; at < startNanos + plan.spanNanos(); at += plan.blockedNanos() + plan.openNanos()) {
      world.at(at, () -> eachSick(host -> host.shut(plan.kind())));
      world.at(at + plan.blockedNanos(), () -> eachSick(AnomalyHost::open));
    }
    world.runUntil(at + COOL_NANOS);
    List<Long> first = new ArrayList<>();
    List<Long> full = new ArrayList<>();
    for (int i = 0; i < sick.length; i++) {
      if (sick[i] && found[i] > 0) {
        first.add(firstNanos[i] - startNanos);
      }
      if (sick[i] && found[i] == plan.members() - plan.sick()) {
        full.add(lastNanos[i] - startNanos);
      }
    }
    return new AnomalyResult(
        falsePositives,
        falsePositivesAtHealthy,
        first,
        full,
        plan.sick(),
        datagrams,
        datagramBytes);
  }

  private void eachSick(Consumer<AnomalyHost> act) {
    for (int i = 0; i < sick.length; i++) {
      if (sick[i]) {
        act.accept(fleet.host(i));
      }
    }
  }

  @Override
  public boolean sent(int from, int to, int bytes) {
    datagrams++;
    datagramBytes += bytes;
    return true;
  }

  @Override
  public void told(int observer, int subject, GossipEvent event) {
    if (!(event instanceof GossipEvent.MemberFailed)) {
      return;
    }
    if (!sick[subject]) {
      falsePositives++;
      falsePositivesAtHealthy += sick[observer] ? 0 : 1;
    } else if (!sick[observer]
        && world.nowNanos() <= startNanos + plan.blockedNanos()
        && !foundBy[subject][observer]) {
      foundBy[subject][observer] = true;
      firstNanos[subject] = found[subject] == 0 ? world.nowNanos() : firstNanos[subject];
      lastNanos[subject] = world.nowNanos();
      found[subject]++;
    }
  }
}
