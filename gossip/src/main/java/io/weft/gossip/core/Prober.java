package io.weft.gossip.core;

import io.weft.gossip.GossipConfig;
import io.weft.gossip.MemberState;
import io.weft.gossip.PeerAddress;
import io.weft.gossip.wire.Body;
import io.weft.gossip.wire.MemberItem;
import io.weft.security.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The failure detector's probes. Each interval the next member of a shuffled round is pinged;
 * without a direct answer others are asked to ping it, and it is pinged over its link; without any
 * answer it is suspected (SWIM, section 3). A member under suspicion is told so in the ping itself,
 * so that it can refute at once (Lifeguard's buddy system).
 */
final class Prober {
  /** The most pings for others that wait for an answer. */
  static final int MAX_RELAYS = 1_024;

  /**
   * Up to here the order stays: shuffling could nearly double the time until a member is probed
   * again.
   */
  private static final int SMALL_ROUND = 3;

  /** A node asked to ping says that it has no answer yet after this share of the timeout. */
  private static final double NACK_SHARE = 0.8;

  /** Answers to a ping for somebody else are passed on for this many probe intervals. */
  private static final int RELAY_INTERVALS = 4;

  private static final double NANOS_PER_MILLI = 1e6;

  /** A direct answer is waited for this many round trips ... */
  private static final int ROUND_TRIPS = 3;

  /** ... but not shorter than this, which a busy host may well need ... */
  private static final long MIN_TIMEOUT_MILLIS = 100;

  /** ... and not longer than so many probe intervals: a pause is no long way. */
  private static final int MAX_TIMEOUT_INTERVALS = 3;

  /** Answers that come late still tell the round trip, for this many probe intervals. */
  private static final int LATE_INTERVALS = 4;

  /**
   * Bad health thins out the probes, but in a cluster of so many not at all, and in one of twice as
   * many by half: else who is cut off would need very long to find that out.
   */
  private static final int UNTHINNED = 12;

  /** After so many answers in a row that came the other way, a member's path has changed. */
  static final int ANSWERS_OF_A_PATH = 3;

  /** About so many of all look for themselves when somebody is suspected. */
  private static final int OBSERVERS = 6;

  private static final class Probe {
    final NodeId target;
    final long generation;
    final long incarnation;

    /** What the target was told of this node itself; null for nothing, as it knows. */
    final @Nullable MemberItem introduction;

    final long sentNanos;
    final long directNanos;
    final long finalNanos;

    /** Whether it was begun because another suspects the target. */
    final boolean byHearsay;

    boolean asked;
    boolean over;
    int nacksExpected;
    int nacks;

    Probe(
        MemberItem target,
        @Nullable MemberItem introduction,
        long sentNanos,
        long directNanos,
        long finalNanos,
        boolean byHearsay) {
      this.target = target.id();
      this.generation = target.generation();
      this.incarnation = target.incarnation();
      this.introduction = introduction;
      this.sentNanos = sentNanos;
      this.directNanos = directNanos;
      this.finalNanos = finalNanos;
      this.byHearsay = byHearsay;
    }
  }

  private static final class Relay {
    final Route requester;
    final NodeId requesterId;
    final NodeId target;
    final long sequence;
    final long nackNanos;
    final long endNanos;
    boolean nacked;

    Relay(
        Route requester,
        NodeId requesterId,
        NodeId target,
        long sequence,
        long nackNanos,
        long endNanos) {
      this.requester = requester;
      this.requesterId = requesterId;
      this.target = target;
      this.sequence = sequence;
      this.nackNanos = nackNanos;
      this.endNanos = endNanos;
    }
  }

  private final GossipConfig config;
  private final Members members;
  private final Outbox outbox;
  private final LocalHealth health;
  private final Locator locator;
  private final RandomGenerator random;
  private final List<MemberEntry> round = new ArrayList<>();
  private final TreeMap<Long, Probe> probes = new TreeMap<>();
  private final TreeMap<Long, Relay> relays = new TreeMap<>();
  private long sequence;
  private long nextProbeNanos;
  private int roundsWithoutProbe;

  /** When the first of the probes and relays is due for something; kept, as it is asked often. */
  private long dueNanos = Long.MAX_VALUE;

  Prober(
      GossipConfig config,
      Members members,
      Outbox outbox,
      LocalHealth health,
      Locator locator,
      RandomGenerator random) {
    this.config = config;
    this.members = members;
    this.outbox = outbox;
    this.health = health;
    this.locator = locator;
    this.random = random;
  }

  void start(Turn turn) {
    nextProbeNanos =
        turn.nowNanos() + random.nextLong(config.probeIntervalMillis() * Turn.NANOS_PER_MILLI);
  }

  /** The next number of a ping; an answer carries it back. */
  long nextSequence() {
    return ++sequence;
  }

  /** Whether a round has begun now; the caller then does what else is due each interval. */
  boolean tick(Turn turn) {
    if (members.hasTips()) {
      passOnAccusations(turn);
      lookForOneself(turn);
    }
    if (dueNanos <= turn.nowNanos()) {
      expireRelays(turn);
      expireProbes(turn);
      reckon();
    }
    if (turn.nowNanos() < nextProbeNanos) {
      return false;
    }
    nextProbeNanos =
        Math.max(
            nextProbeNanos + config.probeIntervalMillis() * Turn.NANOS_PER_MILLI,
            turn.nowNanos() + 1);
    int others = members.roster().presentCount();
    if (++roundsWithoutProbe >= Math.min(health.factor(), 1 + others / UNTHINNED)) {
      MemberEntry target = nextTarget();
      if (target != null) {
        roundsWithoutProbe = 0;
        probe(turn, target, false);
      }
    }
    return true;
  }

  long nextDeadlineNanos() {
    return members.hasTips() ? Long.MIN_VALUE / 2 : Math.min(nextProbeNanos, dueNanos);
  }

  private void reckon() {
    dueNanos = Long.MAX_VALUE;
    if (probes.isEmpty() && relays.isEmpty()) {
      return;
    }
    for (Probe p : probes.values()) {
      dueNanos = Math.min(dueNanos, p.over ? lateNanos(p) : p.asked ? p.finalNanos : p.directNanos);
    }
    for (Relay r : relays.values()) {
      dueNanos = Math.min(dueNanos, r.nacked ? r.endNanos : r.nackNanos);
    }
  }

  private @Nullable MemberEntry nextTarget() {
    for (int refills = 0; refills < 2; ) {
      if (round.isEmpty()) {
        refills++;
        round.addAll(members.roster().present());
        if (round.size() > SMALL_ROUND) {
          Shuffle.shuffle(round, random);
        } else {
          round.sort(Comparator.comparing(MemberEntry::id));
        }
        if (round.isEmpty()) {
          return null;
        }
      }
      MemberEntry entry = round.removeLast();
      if (entry.present()) { // who is forgotten had left before
        return entry;
      }
    }
    return null;
  }

  private void probe(Turn turn, MemberEntry target, boolean byHearsay) {
    long seq = nextSequence();
    long stretch = health.factor();
    long direct = timeoutMillis(target);
    // The way through another takes two of the three round trips that a direct answer may take.
    long others = Math.max(direct, config.probeIntervalMillis() - config.probeTimeoutMillis());
    Probe probe =
        new Probe(
            target.item,
            members.selfFor(target),
            turn.nowNanos(),
            turn.in(direct * stretch),
            turn.in(Math.max(config.probeIntervalMillis(), direct + others) * stretch),
            byHearsay);
    probes.put(seq, probe);
    dueNanos = Math.min(dueNanos, probe.directNanos);
    outbox.datagram(turn, target, Body.Ping.to(target.id(), seq), accusation(target));
  }

  /** How long a direct answer is waited for: as the member's round trips need, once known. */
  private long timeoutMillis(MemberEntry entry) {
    float rttMillis = entry.rttMillis();
    return rttMillis < 0 || !config.detector().measuredTimeouts()
        ? config.probeTimeoutMillis()
        : Math.clamp(
            (long) (ROUND_TRIPS * rttMillis),
            Math.min(MIN_TIMEOUT_MILLIS, config.probeTimeoutMillis()),
            MAX_TIMEOUT_INTERVALS * config.probeIntervalMillis());
  }

  private long lateNanos(Probe probe) {
    return probe.finalNanos + LATE_INTERVALS * config.probeIntervalMillis() * Turn.NANOS_PER_MILLI;
  }

  /**
   * Some of those who hear of a suspicion probe the suspect at once: one that has failed is found
   * by several soon, and one that lives hears of it from all of them.
   */
  private void lookForOneself(Turn turn) {
    for (MemberEntry e = members.nextSuspect(); e != null; e = members.nextSuspect()) {
      MemberEntry suspect = e;
      if (e.item.state() == MemberState.SUSPECT
          && random.nextInt(members.clusterSize()) < OBSERVERS
          && probes.values().stream().noneMatch(p -> asks(p, suspect))) {
        probe(turn, e, true);
      }
    }
  }

  /** Whether the probe is open and asks the suspect as it is now: not a former life of it. */
  private static boolean asks(Probe probe, MemberEntry suspect) {
    return !probe.over
        && probe.target.equals(suspect.id())
        && probe.generation == suspect.item.generation()
        && probe.incarnation == suspect.item.incarnation();
  }

  /** What the member should know about itself. */
  private @Nullable MemberItem accusation(MemberEntry entry) {
    return switch (entry.item.state()) {
      case ALIVE -> null;
      case SUSPECT -> config.detector().buddy() ? entry.item : null;
      case FAILED, LEFT -> entry.item;
    };
  }

  private void passOnAccusations(Turn turn) {
    while (members.hasAccusations()) {
      MemberItem item = members.nextAccusation();
      MemberEntry entry = members.get(item.id());
      if (entry != null) {
        outbox.datagram(turn, entry, Body.Ping.to(entry.id(), nextSequence()), item);
      }
    }
  }

  private void expireProbes(Turn turn) {
    List<Probe> unanswered = new ArrayList<>();
    for (var it = probes.entrySet().iterator(); it.hasNext(); ) {
      var e = it.next();
      Probe p = e.getValue();
      if (!p.asked && p.directNanos <= turn.nowNanos()) {
        askOthers(turn, e.getKey(), p);
      }
      if (!p.over && p.finalNanos <= turn.nowNanos()) {
        p.over = true;
        unanswered.add(p);
      }
      if (lateNanos(p) <= turn.nowNanos()) {
        it.remove();
      }
    }
    for (Probe p : unanswered) {
      forgetIntroduction(p.target);
      if (!p.byHearsay && (p.nacksExpected == 0 || p.nacks < p.nacksExpected)) {
        health.worse();
      }
      MemberEntry entry = members.get(p.target);
      // Who started since was never asked, and who refuted since has shown that it lives.
      if (entry != null
          && entry.present()
          && entry.item.generation() == p.generation
          && entry.item.incarnation() == p.incarnation) {
        String asked =
            p.nacksExpected == 0
                ? ""
                : ", neither to " + p.nacksExpected + (p.nacksExpected == 1 ? " other" : " others");
        members.suspect(turn, entry, "no answer to a probe" + asked);
      }
    }
  }

  /** Who does not answer may have lost what it was told: the next word to it tells all again. */
  private void forgetIntroduction(NodeId target) {
    MemberEntry entry = members.get(target);
    if (entry != null) {
      entry.introduced = false;
    }
  }

  private void askOthers(Turn turn, long seq, Probe probe) {
    probe.asked = true;
    MemberEntry target = members.get(probe.target);
    if (target == null) {
      return;
    }
    Body request = new Body.PingRequest(seq, probe.target, target.item.address());
    for (MemberEntry helper :
        members
            .roster()
            .sample(
                config.indirectProbes(),
                random,
                e -> e != target && e.item.state() == MemberState.ALIVE)) {
      probe.nacksExpected++;
      outbox.datagram(turn, helper, request, null);
    }
    if (outbox.linked(probe.target)) {
      outbox.send(
          turn,
          new Route.Link(probe.target),
          target,
          Body.Ping.to(probe.target, seq),
          accusation(target));
    }
  }

  private void expireRelays(Turn turn) {
    for (Iterator<Relay> it = relays.values().iterator(); it.hasNext(); ) {
      Relay r = it.next();
      if (!r.nacked && r.nackNanos <= turn.nowNanos()) {
        r.nacked = true;
        outbox.send(turn, r.requester, r.requesterId, new Body.Nack(r.sequence), null);
      }
      if (r.endNanos <= turn.nowNanos()) {
        it.remove();
      }
    }
  }

  /**
   * Answers.
   *
   * @param entry the sender, if it is known
   * @param introduced whether the sender said who it is: then it may know as little of this node
   */
  void onPing(
      Turn turn,
      Route route,
      NodeId sender,
      @Nullable MemberEntry entry,
      Body.Ping ping,
      boolean introduced) {
    if (ping.target() != 0 && ping.target() != Body.Ping.mark(members.self().id())) {
      return; // meant for somebody who had this address before
    }
    MemberItem first = entry == null ? null : ofSender(route, entry);
    Body ack = new Body.Ack(ping.sequence(), locator.told(route));
    if (introduced || entry == null) {
      outbox.introduce(turn, route, sender, ack, first);
    } else {
      outbox.send(turn, route, entry, ack, first);
    }
  }

  /** What it should know is believed of it: that it is suspected, or lives at another address. */
  private @Nullable MemberItem ofSender(Route route, MemberEntry entry) {
    return route instanceof Route.Datagram d && !d.from().equals(entry.item.address())
        ? entry.item
        : accusation(entry);
  }

  void onPingRequest(Turn turn, Route route, NodeId sender, Body.PingRequest request) {
    if (relays.size() >= MAX_RELAYS) {
      return;
    }
    long seq = nextSequence();
    long nackMillis = (long) (config.probeTimeoutMillis() * NACK_SHARE);
    relays.put(
        seq,
        new Relay(
            route,
            sender,
            request.target(),
            request.sequence(),
            turn.in(nackMillis),
            turn.in(RELAY_INTERVALS * config.probeIntervalMillis())));
    dueNanos = Math.min(dueNanos, turn.in(nackMillis));
    outbox.datagram(
        turn, request.address(), request.target(), Body.Ping.to(request.target(), seq), null);
  }

  void onNack(long seq) {
    Probe probe = probes.get(seq);
    if (probe != null) {
      probe.nacks++;
    }
  }

  /**
   * Whether the answer was to a probe, this node's own or one for somebody else.
   *
   * @param entry the sender, if it is known
   */
  boolean onAck(Turn turn, Route route, NodeId sender, @Nullable MemberEntry entry, Body.Ack ack) {
    long seq = ack.sequence();
    Probe probe = probes.remove(seq);
    if (probe == null) {
      return passOn(turn, sender, seq);
    }
    reckon();
    if (!probe.byHearsay && !probe.over) {
      health.better();
    }
    if (entry == null || !probe.target.equals(sender)) {
      return true;
    }
    entry.introduced |=
        Objects.equals(members.self(), probe.introduction)
            && entry.item.generation() == probe.generation;
    switch (route) {
      case Route.Datagram d -> {
        double millis = (turn.nowNanos() - probe.sentNanos) / NANOS_PER_MILLI;
        locator.measured(entry, millis, ack.coordinate());
        reachability(turn, entry, false);
      }
      case Route.Link l -> reachability(turn, entry, true);
    }
    return true;
  }

  private boolean passOn(Turn turn, NodeId sender, long seq) {
    Relay relay = relays.get(seq);
    if (relay == null || !relay.target.equals(sender)) {
      return false;
    }
    relays.remove(seq);
    reckon();
    outbox.send(turn, relay.requester, relay.requesterId, new Body.Ack(relay.sequence), null);
    return true;
  }

  /**
   * A member whose datagrams are lost while its link works is alive, but it is worth saying; not of
   * a datagram or two, which may well be lost on any path.
   */
  private void reachability(Turn turn, MemberEntry entry, boolean byLink) {
    if (byLink == entry.linkOnly) {
      entry.contrary = 0;
    } else if (++entry.contrary == ANSWERS_OF_A_PATH) {
      entry.contrary = 0;
      entry.linkOnly = byLink;
      String cause =
          byLink ? "answers over its link only: its UDP seems blocked" : "answers by UDP again";
      turn.out().emit(new GossipEvent.MemberUpdated(members.view(entry), cause));
    }
  }

  /** A ping over the link to somebody of whom nothing is known. */
  long greetByLink(Turn turn, NodeId peer) {
    long seq = nextSequence();
    outbox.send(turn, new Route.Link(peer), peer, Body.Ping.to(peer, seq), null);
    return seq;
  }

  /**
   * A ping to somebody of whom nothing is expected: a failed member, or whoever is at an address.
   */
  long greet(Turn turn, PeerAddress to, @Nullable MemberEntry entry) {
    long seq = nextSequence();
    NodeId id = entry == null ? null : entry.id();
    MemberItem first = entry == null ? null : accusation(entry);
    outbox.datagram(turn, to, id, Body.Ping.to(id, seq), first);
    if (id != null && outbox.linked(id)) {
      outbox.send(turn, new Route.Link(id), id, Body.Ping.to(id, seq), first);
    }
    return seq;
  }
}
