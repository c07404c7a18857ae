package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    /** Who was there when last looked. */
    @Nullable MemberEntry member;
  }

  private final GossipConfig config;
  private final Members members;
  private final Prober prober;
  private final RandomGenerator random;
  private final TreeMap<PeerAddress, Seed> seeds = new TreeMap<>();
  private final TreeSet<Long> greetings = new TreeSet<>();

  /** The roster's count when nobody was gone and each seed was a member; -1: not so. */
  private long settledAt = -1;

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
        settledAt = -1;
        greetSeed(turn, address, seed);
      }
    }
  }

  /** Called each probe interval. */
  void tick(Turn turn) {
    long changes = members.roster().changes();
    if (settledAt != changes) {
      greetFailed(turn);
      boolean settled = greetSeeds(turn) && members.roster().gone().isEmpty();
      settledAt = settled ? changes : -1;
    }
  }

  private void greetFailed(Turn turn) {
    List<MemberEntry> failed = new ArrayList<>();
    for (MemberEntry e : members.roster().gone()) {
      if (e.item.state() == MemberState.FAILED && e.gone().nextGreetingNanos <= turn.nowNanos()) {
        failed.add(e);
      }
    }
    failed.sort(Comparator.comparingLong(e -> e.gone().nextGreetingNanos));
    for (MemberEntry e : failed.subList(0, Math.min(failed.size(), MAX_GREETINGS_PER_INTERVAL))) {
      Gone gone = e.gone();
      gone.nextGreetingNanos = turn.nowNanos() + backoffNanos(gone.greetings);
      gone.greetings = Math.min(gone.greetings + 1, MAX_EXPONENT);
      remember(prober.greet(turn, e.item.address(), e));
    }
  }

  /** Whether each is a member that is present. */
  private boolean greetSeeds(Turn turn) {
    boolean all = true;
    List<Map.Entry<PeerAddress, Seed>> due = new ArrayList<>();
    for (Map.Entry<PeerAddress, Seed> e : seeds.entrySet()) {
      Seed seed = e.getValue();
      if (somebodyAt(e.getKey(), seed)) {
        seed.tries = 0;
        seed.nextNanos = turn.nowNanos();
      } else {
        all = false;
        if (seed.nextNanos <= turn.nowNanos()) {
          due.add(e);
        }
      }
    }
    // Whoever waits longest: else dead seeds would keep the one that lives from its turn.
    due.sort(Comparator.comparingLong(e -> e.getValue().nextNanos));
    for (var e : due.subList(0, Math.min(due.size(), MAX_GREETINGS_PER_INTERVAL))) {
      greetSeed(turn, e.getKey(), e.getValue());
    }
    return all;
  }

  /** Whether a member that is present has the seed's address. */
  private boolean somebodyAt(PeerAddress address, Seed seed) {
    MemberEntry known = seed.member;
    if (known != null && known.present() && known.item.address().equals(address)) {
      return true;
    }
    seed.member = null;
    for (MemberEntry e : members.roster().present()) {
      if (e.item.address().equals(address)) {
        seed.member = e;
        return true;
      }
    }
    return false;
  }

  /** Whether this answers a greeting: then the two should tell each other all. */
  boolean answered(long sequence) {
    return greetings.remove(sequence);
  }

  /** Greets a member at once. */
  void greet(Turn turn, MemberEntry entry) {
    remember(prober.greet(turn, entry.item.address(), entry));
  }

  /** Greets whoever is at the other end of a new link and is no member that is known here. */
  void greetStranger(Turn turn, NodeId peer) {
    remember(prober.greetByLink(turn, peer));
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
