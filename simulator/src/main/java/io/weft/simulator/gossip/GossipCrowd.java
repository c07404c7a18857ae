package io.weft.simulator.gossip;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.Member;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.core.Known;
import io.weft.gossip.wire.GossipCodec;
import io.weft.simulator.network.NetworkProfile;
import io.weft.simulator.network.SimNetwork;
import io.weft.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Gossip among very many hosts, without an observer: to see how it scales, and how fast it runs.
 */
public final class GossipCrowd {
  /** Hosts start one after the other within this time. */
  private static final long START_SPREAD_NANOS = 10_000_000_000L;

  /** How many hosts are asked at the end what they believe. */
  private static final int ASKED = 20;

  /**
   * Places a host in the codec's memory, as a power of 2: with few, hosts' items push each other
   * out.
   */
  private static final int CODEC_BITS_A_HOST = 5;

  private final World world;
  private final SimNetwork network;
  private final List<GossipHost> hosts = new ArrayList<>();

  /**
   * How it went.
   *
   * @param datagrams how many were sent
   * @param datagramBytes how many bytes were in them
   * @param unknown of what the asked hosts should know, how much they did not, or held other than
   *     alive; from 0 to 1
   */
  public record Outcome(
      String traceHash, long events, long datagrams, long datagramBytes, double unknown) {}

  /**
   * So many hosts that are about to start, with links to their seeds only.
   *
   * @param known how many others each knows from the start on; with 0 they come one after the other
   *     and must find each other
   */
  public GossipCrowd(long seed, int count, GossipConfig config, NetworkProfile profile, int known) {
    world = new World(seed);
    network = new SimNetwork(world, profile);
    Directory directory = new Directory(count, world.random().stream("identity", -1));
    var starts = world.random().stream("start", -1);
    GossipCodec codec =
        new GossipCodec(Integer.SIZE - Integer.numberOfLeadingZeros(count) + CODEC_BITS_A_HOST);
    for (int i = 0; i < count; i++) {
      GossipHost host = new GossipHost(world, network, directory, config, codec, false, i);
      network.attach(host);
      hosts.add(host);
      // A handful of seeds, as operators give them, and not one that all lean on.
      List<PeerAddress> seeds = new ArrayList<>();
      for (int j = 0; j < Math.min(3, count); j++) {
        if (j != i) {
          seeds.add(directory.address(j));
        }
      }
      if (known == 0) {
        world.at(starts.nextLong(START_SPREAD_NANOS), () -> host.start(seeds));
      } else {
        host.boot();
        world.at(0, () -> host.join(seeds));
      }
    }
    List<Known> all = known == 0 ? List.of() : hosts.stream().map(GossipHost::known).toList();
    for (int i = 0; known > 0 && i < count; i++) {
      hosts.get(i).assume(known >= count ? all : some(all, known, i));
    }
  }

  private List<Known> some(List<Known> all, int known, int host) {
    RandomGenerator random = world.random().stream("known", host);
    List<Known> some = new ArrayList<>();
    for (int i = 0; i < known; i++) {
      some.add(all.get(random.nextInt(all.size())));
    }
    return some;
  }

  /** Runs so many hosts for so long, from the time on when nobody knows anybody but seeds. */
  public static Outcome run(
      long seed, int count, GossipConfig config, NetworkProfile profile, long virtualNanos) {
    GossipCrowd crowd = new GossipCrowd(seed, count, config, profile, 0);
    crowd.runUntil(virtualNanos);
    return crowd.outcome();
  }

  /** Goes on up to this time. */
  public void runUntil(long virtualNanos) {
    world.runUntil(virtualNanos);
  }

  /** How it went so far. */
  public Outcome outcome() {
    long known = 0;
    int asked = Math.min(ASKED, hosts.size());
    for (int i = 0; i < asked; i++) {
      for (Member member : hosts.get(i * hosts.size() / asked).members()) {
        known += member.state() == MemberState.ALIVE ? 1 : 0;
      }
    }
    return new Outcome(
        world.trace().hex(),
        world.events(),
        network.datagramsSent(),
        network.datagramBytes(),
        1 - (double) known / ((long) asked * hosts.size()));
  }
}
