package io.weft.simulator.gossip;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.RoundTrip;
import io.weft.gossip.wire.GossipCodec;
import io.weft.simulator.figures.Quantile;
import io.weft.simulator.network.NetworkProfile;
import io.weft.simulator.network.SimNetwork;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How near network coordinates come to the truth. Hosts stand somewhere on a square, each behind an
 * access of its own; datagrams take longer by chance as well, and some are lost.
 */
public final class CoordinatesRun {
  private static final double NANOS_PER_MILLI = 1e6;

  /** The longest access, as a share of the square's side. */
  private static final double ACCESS_SHARE = 0.1;

  private static final double LOSS = 0.01;

  /** How many hosts are asked at the end for all round trips that are not theirs. */
  private static final int ASKED = 10;

  private final World world;
  private final SimNetwork network;
  private final Directory directory;
  private final List<GossipHost> hosts = new ArrayList<>();

  /** Of each host in milliseconds of round trip: two axes and its access. */
  private final double[][] places;

  private final double chanceMillis;

  /**
   * How it went.
   *
   * @param pairs of how many pairs hosts were asked
   * @param known the share of them that they could tell
   * @param medianError how far an estimate is off as a share of the truth: half are no further
   * @param p90Error nine of ten are no further
   */
  public record Outcome(long pairs, double known, double medianError, double p90Error) {}

  private CoordinatesRun(long seed, int count, double sideMillis) {
    world = new World(seed);
    NetworkProfile profile = NetworkProfile.site().withLoss(LOSS);
    chanceMillis = (profile.minLatencyNanos() + profile.maxLatencyNanos()) / NANOS_PER_MILLI;
    places = new double[count][];
    RandomGenerator random = world.random().stream("places", -1);
    for (int i = 0; i < count; i++) {
      double access = random.nextDouble() * sideMillis * ACCESS_SHARE;
      places[i] =
          new double[] {random.nextDouble() * sideMillis, random.nextDouble() * sideMillis, access};
    }
    network =
        new SimNetwork(world, profile, (from, to) -> (long) (way(from, to) * NANOS_PER_MILLI / 2));
    directory = new Directory(count, world.random().stream("identity", -1));
    GossipCodec codec = new GossipCodec();
    for (int i = 0; i < count; i++) {
      GossipHost host =
          new GossipHost(world, network, directory, GossipConfig.defaults(), codec, false, i);
      network.attach(host);
      hosts.add(host);
      List<PeerAddress> seeds = List.of(directory.address(i == 0 ? 1 : 0));
      world.at(0, () -> host.start(seeds));
    }
  }

  /**
   * Runs so many hosts, 3 or more, for so long.
   *
   * @param sideMillis of the square
   */
  public static Outcome run(long seed, int count, double sideMillis, long virtualNanos) {
    CoordinatesRun run = new CoordinatesRun(seed, count, sideMillis);
    run.world.runUntil(virtualNanos);
    return run.outcome();
  }

  /** The round trip that is no chance. */
  private double way(int from, int to) {
    double[] a = places[from];
    double[] b = places[to];
    double x = a[0] - b[0];
    double y = a[1] - b[1];
    return Math.sqrt(x * x + y * y) + a[2] + b[2];
  }

  private Outcome outcome() {
    List<Double> errors = new ArrayList<>();
    long pairs = 0;
    int asked = Math.min(ASKED, hosts.size());
    for (int i = 0; i < asked; i++) {
      int host = i * hosts.size() / asked;
      for (int a = 0; a < hosts.size(); a++) {
        for (int b = 0; b < a; b++) {
          if (a != host && b != host) {
            pairs++;
            double truth = way(a, b) + chanceMillis;
            Optional<RoundTrip> told = hosts.get(host).roundTrip(directory.id(a), directory.id(b));
            told.ifPresent(trip -> errors.add(Math.abs(trip.millis() - truth) / truth));
          }
        }
      }
    }
    errors.sort(null);
    return new Outcome(
        pairs, (double) errors.size() / pairs, quantile(errors, 0.5), quantile(errors, 0.9));
  }

  private static double quantile(List<Double> sorted, double share) {
    return sorted.isEmpty() ? -1 : sorted.get(Quantile.index(sorted.size(), share));
  }
}
