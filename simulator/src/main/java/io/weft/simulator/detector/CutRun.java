package io.weft.simulator.detector;

import io.weft.gossip.core.GossipEvent;
import io.weft.security.keyring.GossipKeyring;
import io.weft.simulator.world.World;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Runs a plan, and watches the views of those that are well. */
public final class CutRun implements DatagramFleet.Experiment {
  private static final long SECOND = 1_000_000_000L;

  /** So long all is well. */
  private static final int WARM_SECONDS = 20;

  private static final int FLIP_SECONDS = 20;
  private static final double INGRESS_LOSS = 0.8;

  /** Seal, UDP and IPv4. */
  private static final int HEADER_BYTES = GossipKeyring.OVERHEAD_BYTES + 8 + 20;

  private final CutPlan plan;
  private final World world;
  private final DatagramFleet fleet;
  private final RandomGenerator losses;
  private final boolean[] sick;

  /** Who is in whose view: observer, subject. */
  private final boolean[][] absent;

  private final boolean[][] everOut;
  private final int[] viewSize;
  private final TreeSet<Integer> viewSizes = new TreeSet<>();
  private final int[] sent;
  private final int[] received;
  private final int seconds;
  private boolean broken;
  private long suspected;
  private long falsePositives;
  private long falsePositivesAtHealthy;
  private long changes;
  private long out;
  private long lastOutNanos;
  private long sickSeen;
  private long sickLooks;

  private CutRun(CutPlan plan) {
    this.plan = plan;
    int n = plan.members();
    world = new World(plan.seed());
    fleet = new DatagramFleet(world, this, n, plan.config());
    losses = world.random().stream("ingress", -1);
    sick = DatagramFleet.choose(world.random().stream("anomaly", -1), n, plan.sick());
    absent = new boolean[n][n];
    everOut = new boolean[n][n];
    viewSize = new int[n];
    Arrays.fill(viewSize, n);
    seconds = WARM_SECONDS + (int) (plan.spanNanos() / SECOND);
    sent = new int[n * seconds];
    received = new int[n * seconds];
  }

  /** Runs it. */
  public static CutResult of(CutPlan plan) {
    return new CutRun(plan).run();
  }

  private CutResult run() {
    fleet.start();
    world.at(WARM_SECONDS * SECOND, this::breakThem);
    for (int s = WARM_SECONDS; s < seconds; s++) {
      boolean late = s >= WARM_SECONDS + (seconds - WARM_SECONDS) / 2;
      world.at(s * SECOND, () -> look(late));
    }
    world.runUntil(seconds * SECOND - 1);
    int healthy = plan.members() - plan.sick();
    int[] sentLater = later(sent);
    int[] receivedLater = later(received);
    return new CutResult(
        suspected,
        falsePositives,
        falsePositivesAtHealthy,
        viewSizes.size(),
        (double) changes / healthy,
        out == (long) healthy * plan.sick()
            ? (double) (lastOutNanos - WARM_SECONDS * SECOND) / SECOND
            : -1,
        (double) sickSeen / Math.max(1, sickLooks),
        sentLater,
        receivedLater);
  }

  /** What was counted since the fault began. */
  private int[] later(int[] counted) {
    int[] bytes = Arrays.copyOfRange(counted, WARM_SECONDS * plan.members(), counted.length);
    Arrays.sort(bytes);
    return bytes;
  }

  private void breakThem() {
    broken = true;
    for (int i = 0; i < sick.length; i++) {
      if (sick[i] && plan.fault() == CutPlan.Fault.CRASH) {
        fleet.host(i).shut(AnomalyPlan.Kind.FROZEN);
      }
    }
  }

  private void look(boolean late) {
    for (int i = 0; i < sick.length; i++) {
      if (!sick[i]) {
        viewSizes.add(viewSize[i]);
        for (int j = 0; late && j < sick.length; j++) {
          if (sick[j]) {
            sickLooks++;
            sickSeen += absent[i][j] ? 0 : 1;
          }
        }
      }
    }
  }

  @Override
  public boolean sent(int from, int to, int bytes) {
    sent[place(from)] += bytes + HEADER_BYTES;
    return !broken || !sick[to] || passes();
  }

  private boolean passes() {
    return switch (plan.fault()) {
      case CRASH -> true;
      case FLIP_FLOP -> (world.nowNanos() / SECOND - WARM_SECONDS) / FLIP_SECONDS % 2 != 0;
      case INGRESS_LOSS -> losses.nextDouble() >= INGRESS_LOSS;
    };
  }

  @Override
  public void arrived(int at, int bytes) {
    received[place(at)] += bytes + HEADER_BYTES;
  }

  private int place(int member) {
    return (int) (world.nowNanos() / SECOND) * plan.members() + member;
  }

  @Override
  public void told(int observer, int subject, GossipEvent event) {
    switch (event) {
      case GossipEvent.MemberSuspected e -> suspected += sick[observer] || sick[subject] ? 0 : 1;
      case GossipEvent.MemberFailed e -> {
        falsePositives += sick[subject] ? 0 : 1;
        falsePositivesAtHealthy += sick[subject] || sick[observer] ? 0 : 1;
        inView(observer, subject, false);
      }
      case GossipEvent.MemberRejoined e -> inView(observer, subject, true);
      case GossipEvent.MemberJoined e -> inView(observer, subject, true);
      case GossipEvent.MemberLeft e -> inView(observer, subject, false);
      case GossipEvent.MemberRefuted e -> {}
      case GossipEvent.MemberUpdated e -> {}
      case GossipEvent.MemberRenewed e -> {}
      case GossipEvent.MemberForgotten e -> {}
      case GossipEvent.RecordChanged e -> {}
      case GossipEvent.LeaveComplete e -> {}
      case GossipEvent.OfUser e -> {}
    }
  }

  private void inView(int observer, int subject, boolean now) {
    if (sick[observer] || observer == subject || absent[observer][subject] != now) {
      return;
    }
    absent[observer][subject] = !now;
    viewSize[observer] += now ? 1 : -1;
    changes++;
    if (!now && sick[subject] && !everOut[observer][subject]) {
      everOut[observer][subject] = true;
      out++;
      lastOutNanos = world.nowNanos();
    }
  }
}
