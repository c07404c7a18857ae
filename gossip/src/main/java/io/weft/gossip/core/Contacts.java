package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Tries for ever to reach whom this node cannot reach now: failed members, and seeds where nobody
 * alive is known. So any partition heals unaided, however long it was (INV-MEM-5). A few each
 * interval, each with a backoff that ends at some seconds.
 */
final class Contacts {
  /** The most failed members, and the most seeds, that are greeted each probe interval. */
  static final int MAX_GREETINGS_PER_INTERVAL = 3;

  /** The most seeds. */
  static final int MAX_SEEDS = 64;

  /** The most greetings whose answer is waited for; the oldest are given up. */
  static final int MAX_OPEN_GREETINGS = 1_024;

  /** Doubling stops here. */
  private static final int MAX_EXPONENT = 16;

  private static final class Seed {
    int tries;
    long nextNanos;
  }

  private final GossipConfig config;
  private final Members members;
  private final Prober prober;
  private final RandomGenerator random;
  private final TreeMap<PeerAddress, Seed> seeds = new TreeMap<>();
  private final TreeSet<Long> greetings = new TreeSet<>();

  Contacts(GossipConfig config, Members members, Prober prober, RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.prober = prober;
    this.random = random;
  }

  void join(Turn turn, List<PeerAddress> addresses) {
    for (PeerAddress address : addresses) {
      if (!address.equals(members.self().address())
          && seeds.size() < MAX_SEEDS
          && !seeds.containsKey(address)) {
        Seed seed = new Seed();
        seeds.put(address, seed);
        greetSeed(turn, address, seed);
      }
    }
  }

  /** Called each probe interval. */
  void tick(Turn turn) {
    TreeSet<PeerAddress> alive = new TreeSet<>();
    List<MemberEntry> failed = new ArrayList<>();
    for (MemberEntry e : members.others()) {
      if (e.present()) {
        alive.add(e.item.address());
      } else if (e.item.state() == MemberState.FAILED && e.nextDeadProbeNanos <= turn.nowNanos()) {
        failed.add(e);
      }
    }
    failed.sort(Comparator.comparingLong(e -> e.nextDeadProbeNanos));
    for (MemberEntry e : failed.subList(0, Math.min(failed.size(), MAX_GREETINGS_PER_INTERVAL))) {
      e.nextDeadProbeNanos = turn.nowNanos() + backoffNanos(e.deadProbes);
      e.deadProbes = Math.min(e.deadProbes + 1, MAX_EXPONENT);
      remember(prober.greet(turn, e.item.address(), e));
    }
    int greeted = 0;
    for (Map.Entry<PeerAddress, Seed> e : seeds.entrySet()) {
      Seed seed = e.getValue();
      if (alive.contains(e.getKey())) {
        seed.tries = 0;
        seed.nextNanos = turn.nowNanos();
      } else if (seed.nextNanos <= turn.nowNanos() && greeted++ < MAX_GREETINGS_PER_INTERVAL) {
        greetSeed(turn, e.getKey(), seed);
      }
    }
  }

  /** Whether this answers a greeting: then the two should tell each other all. */
  boolean answered(long sequence) {
    return greetings.remove(sequence);
  }

  /** Greets a member at once. */
  void greet(Turn turn, MemberEntry entry) {
    remember(prober.greet(turn, entry.item.address(), entry));
  }

  private void greetSeed(Turn turn, PeerAddress address, Seed seed) {
    seed.nextNanos = turn.nowNanos() + backoffNanos(seed.tries);
    seed.tries = Math.min(seed.tries + 1, MAX_EXPONENT);
    remember(prober.greet(turn, address, null));
  }

  private void remember(long sequence) {
    greetings.add(sequence);
    if (greetings.size() > MAX_OPEN_GREETINGS) {
      greetings.pollFirst();
    }
  }

  private long backoffNanos(int tries) {
    long ceiling =
        Math.min(config.deadProbeMaxMillis(), config.probeIntervalMillis() << tries)
            * Turn.NANOS_PER_MILLI;
    return ceiling / 2 + random.nextLong(ceiling / 2 + 1);
  }
}
