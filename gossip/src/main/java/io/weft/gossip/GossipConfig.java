package io.weft.gossip;

import java.util.function.Consumer;

/**
 * The knobs of the gossip and link cores. All times in milliseconds.
 *
 * @param probeIntervalMillis one member is probed each interval, and five more where one answered
 *     nobody; a probe that nobody answered within it (later where the round trip is long) makes a
 *     suspicion
 * @param probeTimeoutMillis after this time without a direct answer others are asked to probe, and
 *     the link is tried, as long as the member's round trip is not known; then after three round
 *     trips, at least 100 ms (or this, if it is less) and at most three probe intervals
 * @param indirectProbes how many others are asked
 * @param suspicionMultiplier a suspicion that too few share is at its shortest this times
 *     log10(members) (at least 1) times the probe interval. What three have found, of five members
 *     or more, is believed after 2.5 intervals, and not before one interval (from a hundred members
 *     on log10(members) / 2 of them) has passed since the third of them was heard of
 * @param suspicionMaxMultiplier an unconfirmed suspicion lasts this many times longer (Lifeguard,
 *     section IV-B)
 * @param localHealthMax how far this node's own bad health may stretch its probes: times (1 + this)
 *     at most
 * @param gossipIntervalMillis news are sent out each interval while there are any
 * @param gossipNodes to how many members each time
 * @param retransmitMultiplier each piece of news is sent this times log10(members + 1) times,
 *     rounded up
 * @param syncIntervalMillis a digest goes to one random member each interval
 * @param datagramBudgetBytes the largest plain datagram (INV-SYN-3)
 * @param deadRetentionMillis for how long a member that left is remembered; failed ones are never
 *     forgotten by time
 * @param tombstoneMillis for how long a deleted record's tombstone is kept
 * @param supersededMillis for how long the records of a member's last generation stay while the new
 *     ones are fetched, from the last that came
 * @param reconnectMinMillis a failed member, a seed or a link is tried again after a random part of
 *     this, doubling ...
 * @param reconnectMaxMillis ... up to this for links (full jitter)
 * @param deadProbeMaxMillis ... and up to this for probes of failed members and seeds
 * @param leaveLingerMillis for how long a leaving node goes on telling so
 * @param refutationHoldMillis who was called failed several times, or suspected many times, within
 *     minutes, while of its own probes about four in ten or more got no direct answer, refutes it
 *     only when that has not been so for this time; 0: always at once
 * @param detector which parts of the failure detector work; all, but in experiments
 */
public record GossipConfig(
    long probeIntervalMillis,
    long probeTimeoutMillis,
    int indirectProbes,
    int suspicionMultiplier,
    int suspicionMaxMultiplier,
    int localHealthMax,
    long gossipIntervalMillis,
    int gossipNodes,
    int retransmitMultiplier,
    long syncIntervalMillis,
    int datagramBudgetBytes,
    long deadRetentionMillis,
    long tombstoneMillis,
    long supersededMillis,
    long reconnectMinMillis,
    long reconnectMaxMillis,
    long deadProbeMaxMillis,
    long leaveLingerMillis,
    long refutationHoldMillis,
    Detector detector) {

  /** Below this a datagram cannot hold the largest ping with its two member items. */
  public static final int MIN_DATAGRAM_BUDGET_BYTES = 600;

  public GossipConfig {
    positive("probeIntervalMillis", probeIntervalMillis);
    positive("probeTimeoutMillis", probeTimeoutMillis);
    positive("suspicionMultiplier", suspicionMultiplier);
    positive("suspicionMaxMultiplier", suspicionMaxMultiplier);
    positive("gossipIntervalMillis", gossipIntervalMillis);
    positive("gossipNodes", gossipNodes);
    positive("retransmitMultiplier", retransmitMultiplier);
    positive("syncIntervalMillis", syncIntervalMillis);
    positive("deadRetentionMillis", deadRetentionMillis);
    positive("tombstoneMillis", tombstoneMillis);
    positive("supersededMillis", supersededMillis);
    positive("reconnectMinMillis", reconnectMinMillis);
    positive("deadProbeMaxMillis", deadProbeMaxMillis);
    positive("leaveLingerMillis", leaveLingerMillis);
    if (indirectProbes < 0 || localHealthMax < 0 || refutationHoldMillis < 0) {
      throw new IllegalArgumentException(
          "indirectProbes, localHealthMax and refutationHoldMillis must not be negative");
    }
    if (probeTimeoutMillis >= probeIntervalMillis) {
      throw new IllegalArgumentException(
          "probeTimeoutMillis "
              + probeTimeoutMillis
              + " must be below probeIntervalMillis "
              + probeIntervalMillis);
    }
    if (reconnectMaxMillis < reconnectMinMillis) {
      throw new IllegalArgumentException(
          "reconnectMaxMillis "
              + reconnectMaxMillis
              + " must not be below reconnectMinMillis "
              + reconnectMinMillis);
    }
    if (datagramBudgetBytes < MIN_DATAGRAM_BUDGET_BYTES) {
      throw new IllegalArgumentException(
          "datagramBudgetBytes "
              + datagramBudgetBytes
              + " must be at least "
              + MIN_DATAGRAM_BUDGET_BYTES);
    }
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " " + value + " must be above 0");
    }
  }

  /** What suits a data centre or a campus. */
  public static GossipConfig defaults() {
    return new Knobs().config();
  }

  /** The same with other probe times. */
  public GossipConfig withProbe(long intervalMillis, long timeoutMillis) {
    return with(
        knobs -> {
          knobs.probeIntervalMillis = intervalMillis;
          knobs.probeTimeoutMillis = timeoutMillis;
        });
  }

  /** The same with another budget for datagrams. */
  public GossipConfig withDatagramBudgetBytes(int bytes) {
    return with(knobs -> knobs.datagramBudgetBytes = bytes);
  }

  /** The same with other lifetimes of what is gone. */
  public GossipConfig withRetention(long deadMillis, long tombstonesMillis) {
    return with(
        knobs -> {
          knobs.deadRetentionMillis = deadMillis;
          knobs.tombstoneMillis = tombstonesMillis;
        });
  }

  /** The same with another patience with suspects. */
  public GossipConfig withSuspicion(int multiplier, int maxMultiplier, int maxLocalHealth) {
    return with(
        knobs -> {
          knobs.suspicionMultiplier = multiplier;
          knobs.suspicionMaxMultiplier = maxMultiplier;
          knobs.localHealthMax = maxLocalHealth;
        });
  }

  /** The same with another time for which who comes and goes has to be well. */
  public GossipConfig withRefutationHoldMillis(long millis) {
    return with(knobs -> knobs.refutationHoldMillis = millis);
  }

  /** The same with other parts of the failure detector at work. */
  public GossipConfig withDetector(Detector parts) {
    return with(knobs -> knobs.detector = parts);
  }

  private GossipConfig with(Consumer<Knobs> change) {
    Knobs knobs = new Knobs();
    knobs.probeIntervalMillis = probeIntervalMillis;
    knobs.probeTimeoutMillis = probeTimeoutMillis;
    knobs.indirectProbes = indirectProbes;
    knobs.suspicionMultiplier = suspicionMultiplier;
    knobs.suspicionMaxMultiplier = suspicionMaxMultiplier;
    knobs.localHealthMax = localHealthMax;
    knobs.gossipIntervalMillis = gossipIntervalMillis;
    knobs.gossipNodes = gossipNodes;
    knobs.retransmitMultiplier = retransmitMultiplier;
    knobs.syncIntervalMillis = syncIntervalMillis;
    knobs.datagramBudgetBytes = datagramBudgetBytes;
    knobs.deadRetentionMillis = deadRetentionMillis;
    knobs.tombstoneMillis = tombstoneMillis;
    knobs.supersededMillis = supersededMillis;
    knobs.reconnectMinMillis = reconnectMinMillis;
    knobs.reconnectMaxMillis = reconnectMaxMillis;
    knobs.deadProbeMaxMillis = deadProbeMaxMillis;
    knobs.leaveLingerMillis = leaveLingerMillis;
    knobs.refutationHoldMillis = refutationHoldMillis;
    knobs.detector = detector;
    change.accept(knobs);
    return knobs.config();
  }

  /** The knobs by name, at their defaults until they are turned. */
  private static final class Knobs {
    private long probeIntervalMillis = 1_000;
    private long probeTimeoutMillis = 500;
    private int indirectProbes = 3;
    private int suspicionMultiplier = 4;
    private int suspicionMaxMultiplier = 3;
    private int localHealthMax = 4;
    private long gossipIntervalMillis = 200;
    private int gossipNodes = 3;
    private int retransmitMultiplier = 4;
    private long syncIntervalMillis = 10_000;
    private int datagramBudgetBytes = 1_200;
    private long deadRetentionMillis = 86_400_000;
    private long tombstoneMillis = 3_600_000;
    private long supersededMillis = 5_000;
    private long reconnectMinMillis = 500;
    private long reconnectMaxMillis = 10_000;
    private long deadProbeMaxMillis = 3_000;
    private long leaveLingerMillis = 1_000;
    private long refutationHoldMillis = 30_000;
    private Detector detector = Detector.WEFT;

    private GossipConfig config() {
      return new GossipConfig(
          probeIntervalMillis,
          probeTimeoutMillis,
          indirectProbes,
          suspicionMultiplier,
          suspicionMaxMultiplier,
          localHealthMax,
          gossipIntervalMillis,
          gossipNodes,
          retransmitMultiplier,
          syncIntervalMillis,
          datagramBudgetBytes,
          deadRetentionMillis,
          tombstoneMillis,
          supersededMillis,
          reconnectMinMillis,
          reconnectMaxMillis,
          deadProbeMaxMillis,
          leaveLingerMillis,
          refutationHoldMillis,
          detector);
    }
  }
}
